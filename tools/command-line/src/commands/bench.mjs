import { define } from '../command.mjs';

const number = /** @type {const} */ ({ type: 'string', placeholder: 'n' });
const text = /** @type {const} */ ({ kind: 'text' });

export const bench = define({
  call: 'npm run bench',
  title: 'measure throughput, latency, cost and memory of a fleet under load',
  description: [
    'Sends generated documents, each another one, to the fleet that runs here, or with --preset to one that it starts',
    'for itself. Prints documents an hour, p50, p95 and p99 by lane and stage, processor seconds a document of each',
    'process, how memory grows, how far estimated ends were off, and each floor beside what was measured. Linux only.',
  ],
  operands: { kind: 'none' },
  options: {
    preset: {
      type: 'string',
      placeholder: 'name',
      accepts: { kind: 'choice', of: ['local', 'standard', 'high_throughput'] },
      defaultText: 'the fleet that runs here',
      text: 'start servers and services with these settings (docs/tuning.md), and end them afterwards',
    },
    documents: {
      type: 'string',
      default: '100',
      placeholder: 'n,n',
      accepts: text,
      text: 'number of documents; several, such as 100,500,1000,5000, are sent one run after the other',
    },
    kind: {
      type: 'string',
      default: 'stub',
      placeholder: 'kind',
      accepts: { kind: 'choice', of: ['stub', 'real'] },
      text: 'stub: digital pages without OCR, so the figures are the fleet’s own; real: three of eight are scans',
    },
    'at-once': {
      ...number,
      accepts: { kind: 'integer', min: 1, max: 10_000 },
      defaultText: '10, without --rate',
      text: 'documents on their way at the same time',
    },
    rate: {
      ...number,
      accepts: { kind: 'integer', min: 1, max: 1_000_000 },
      defaultText: 'as fast as documents end',
      text: 'documents an hour, sent whatever has ended',
    },
    'warm-up': {
      ...number,
      default: '20',
      accepts: { kind: 'integer', min: 0, max: 100_000 },
      text: 'documents before the first run that are not counted',
    },
    save: {
      type: 'string',
      placeholder: 'file',
      accepts: text,
      defaultText: 'nowhere',
      text: 'write the figures to this file, as JSON',
    },
    trace: {
      type: 'string',
      placeholder: 'file',
      accepts: text,
      defaultText: 'nowhere',
      text: 'write the times and estimates of each document to this file, as JSON',
    },
    compare: {
      type: 'string',
      placeholder: 'file',
      accepts: text,
      defaultText: 'with nothing',
      text: 'print each figure beside that of a file which --save has written',
    },
    floors: { type: 'boolean', default: false, text: 'end with 1 when a run falls short of the floors' },
    json: { type: 'boolean', default: false, text: 'print the figures as JSON; progress goes to stderr' },
  },
  exclusive: ['at-once', 'rate'],
  notes: [
    'Floors: 170 documents an hour, p50 of 12 s, p95 of 21.2 s, 20 % more memory over 50 documents; for times, the share' +
      ' that other work on the machine took is left out.',
    'DOCFLEET_ENDPOINTS names another endpoints file than .docfleet/endpoints.json.',
  ],
  examples: [
    'npm run bench -- --preset standard --documents 100,500,1000,5000 --save before.json',
    'npm run bench -- --preset standard --documents 100,500,1000,5000 --compare before.json',
    'npm run bench -- --kind real --documents 200 --rate 600',
  ],
  exitCodes: {
    0: 'the figures are printed',
    1: 'no fleet runs here, a document was refused, or with --floors a run falls short of them',
  },
});
