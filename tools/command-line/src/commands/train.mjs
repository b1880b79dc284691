import { define } from '../command.mjs';

const file = /** @type {const} */ ({ type: 'string', placeholder: 'file', accepts: { kind: 'text' } });

export const readings = define({
  call: 'npm run readings',
  title: 'read the documents of a labelled folder, as training needs them',
  description: ['Reads every document of a labelled folder as preprocess and ocr do, without servers.'],
  operands: {
    kind: 'folder',
    text: 'The folder has a file labels.jsonl: one JSON object a line, with id and file.',
  },
  options: {
    out: {
      ...file,
      defaultText: 'readings.jsonl in the folder',
      text: 'file that gets one {"id","pages"} a line',
    },
    models: {
      type: 'string',
      placeholder: 'folder',
      accepts: { kind: 'text' },
      defaultText: '.docfleet/models if npm start has filled it',
      text: 'models of the reading engine; without them Tesseract, which is worse, reads pages without a text layer',
    },
  },
  examples: ['npm run readings -- delivery-notes'],
  exitCodes: { 0: 'at least one document was read', 1: 'no document could be read' },
});

export const train = define({
  call: 'npm run train',
  title: 'fit the field weights of a document class',
  description: [
    'Fits the field weights of a document class on labelled readings, and scores them by grouped cross-validation.',
  ],
  operands: { kind: 'none' },
  options: {
    class: { type: 'string', placeholder: 'name', accepts: { kind: 'text' }, text: 'the class (required)' },
    labels: { ...file, text: 'labels.jsonl (required)' },
    readings: {
      ...file,
      defaultText: 'the lines that the labels file has itself',
      text: 'what npm run readings wrote',
    },
    groups: { ...file, defaultText: 'the labels file', text: 'file with the group of each id' },
    'group-by': {
      type: 'string',
      default: 'id',
      placeholder: 'key',
      accepts: { kind: 'text' },
      text: 'documents with the same value of this key are never on both sides of a split',
    },
    also: { ...file, defaultText: 'none', text: 'further labels with lines, for training only' },
    folds: {
      type: 'string',
      default: '5',
      placeholder: 'n',
      accepts: { kind: 'integer', min: 0, max: 100 },
      text: 'folds of the cross-validation; 0 for none',
    },
    l2: {
      type: 'string',
      default: '0.002',
      placeholder: 'x',
      accepts: { kind: 'number', above: 0 },
      text: 'how strongly weights are pulled to the usual ones; 0.02 with few documents',
    },
    steps: {
      type: 'string',
      default: '300',
      placeholder: 'n',
      accepts: { kind: 'integer', min: 1, max: 100_000 },
      text: 'steps of the fit',
    },
    out: {
      ...file,
      defaultText: 'not written',
      text: 'file that gets predictions of unseen groups, one {"id","fields"} a line',
    },
    write: {
      type: 'boolean',
      default: false,
      text: 'fit on everything and write weights.v<version>.json beside the class',
    },
    apply: {
      type: 'boolean',
      default: false,
      text: 'no training: predictions with the weights of the class',
    },
    classes: {
      type: 'string',
      placeholder: 'folder',
      accepts: { kind: 'text' },
      defaultText: 'schemas/classes',
      text: 'folder of the classes',
    },
  },
  exclusive: ['write', 'apply'],
  examples: ['npm run train -- --class note --labels n/labels.jsonl --readings n/readings.jsonl --write'],
  exitCodes: { 0: 'the scores are printed', 1: 'class, labels or readings cannot be used' },
});
