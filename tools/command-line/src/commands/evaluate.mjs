import { define } from '../command.mjs';

export const evaluate = define({
  call: 'npm run evaluate',
  title: 'score the fields of labelled documents',
  description: [
    'Sends every document of a labelled folder through the running fleet (npm start -- --keep) and scores its',
    'fields. The result goes to stdout, progress to stderr.',
  ],
  operands: {
    kind: 'folder',
    text: 'The folder has a file labels.jsonl: one JSON object a line, with id, file and the labelled fields.',
  },
  options: {
    predictions: {
      type: 'string',
      placeholder: 'file',
      accepts: { kind: 'text' },
      defaultText: 'not written',
      text: 'write one {"id","fields"} a line to this file, as the scoring script reads them',
    },
    report: {
      type: 'string',
      placeholder: 'file',
      accepts: { kind: 'text' },
      defaultText: 'not written',
      text: 'write how sure and how right each value was to this file, which the console opens (Classes)',
    },
    limit: {
      type: 'string',
      placeholder: 'n',
      accepts: { kind: 'integer', min: 1, max: 1_000_000_000 },
      defaultText: 'all',
      text: 'only the first documents',
    },
    lane: {
      type: 'string',
      default: 'normal',
      placeholder: 'lane',
      accepts: { kind: 'choice', of: ['urgent', 'high', 'normal'] },
      text: 'lane of the documents: urgent, high or normal',
    },
    parallel: {
      type: 'string',
      default: '8',
      placeholder: 'n',
      accepts: { kind: 'integer', min: 1, max: 1000 },
      text: 'documents in process at the same time',
    },
    compare: {
      type: 'string',
      placeholder: 'file',
      accepts: { kind: 'text' },
      defaultText: 'the fleet reads',
      text: 'instead, without a fleet: compare the weights (.json, on readings.jsonl of the folder) or predictions (.jsonl) of this file with those before; print the gain, and every value that differs',
    },
    before: {
      type: 'string',
      placeholder: 'file',
      accepts: { kind: 'text' },
      defaultText: 'the weights of this release',
      text: 'file with the weights or predictions that --compare compares with',
    },
    'group-by': {
      type: 'string',
      default: 'id',
      placeholder: 'key',
      accepts: { kind: 'text' },
      text: 'label of the issuer, for --compare: groups count the same however many documents they have',
    },
    json: { type: 'boolean', default: false, text: 'print everything as JSON' },
  },
  notes: ['DOCFLEET_ENDPOINTS names another endpoints file than .docfleet/endpoints.json.'],
  examples: ['npm run evaluate -- receipts --limit 20 --predictions predictions.jsonl'],
  exitCodes: { 0: 'every document was sent and the scores are printed', 1: 'labels or API cannot be used' },
});
