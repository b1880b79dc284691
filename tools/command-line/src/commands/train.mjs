import { define } from '../command.mjs';

const file = /** @type {const} */ ({ type: 'string', placeholder: 'file', accepts: { kind: 'text' } });

const folder = /** @type {const} */ ({ type: 'string', placeholder: 'folder', accepts: { kind: 'text' } });

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

export const documents = define({
  call: 'npm run documents',
  title: 'write generated documents with labels, to test and to train with',
  description: [
    'Writes invoices, credit notes, receipts, orders, forms and letters in many arrangements of blocks and six languages.',
    'Each class gets a folder with PDFs, labels.jsonl and readings.jsonl, as evaluate and train read them.',
  ],
  operands: { kind: 'none' },
  options: {
    out: { ...folder, text: 'folder that gets a folder for each class (required)' },
    count: {
      type: 'string',
      default: '100',
      placeholder: 'n',
      accepts: { kind: 'integer', min: 1, max: 100_000 },
      text: 'how many documents',
    },
    seed: {
      type: 'string',
      default: '1',
      placeholder: 'n',
      accepts: { kind: 'integer', min: 1, max: 2000 },
      text: 'the same seed writes the same documents, another one others',
    },
    'held-out': {
      type: 'boolean',
      default: false,
      text: 'only arrangements that no model of this release was trained on',
    },
  },
  examples: ['npm run documents -- --out generated --count 50 --held-out'],
  exitCodes: { 0: 'the documents are written' },
});

export const train = define({
  call: 'npm run train',
  title: 'fit, measure, publish and roll back the field weights of a document class',
  description: [
    'Fits the field weights of a document class on labelled readings, and scores them by grouped cross-validation.',
    'The whole way from labels to weights in use is docs/train-a-class.md.',
  ],
  operands: { kind: 'none' },
  options: {
    class: { type: 'string', placeholder: 'name', accepts: { kind: 'text' }, text: 'the class (required)' },
    labels: { ...file, text: 'labels.jsonl (required but for --rollback and --published)' },
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
    'look-alikes': {
      type: 'boolean',
      default: false,
      text: 'groups with documents of the same layout are one group: for templates that are used under several names',
    },
    keep: {
      type: 'string',
      placeholder: 'fields',
      accepts: { kind: 'text' },
      defaultText: 'none',
      text: 'fields that keep the weights that the class has, and are scored with them',
    },
    'judged-by-page': {
      type: 'boolean',
      default: false,
      text: 'confidences are not calibrated by labels that the text layer of their pages does not have, such as those of the XML of an e-invoice that prints something else',
    },
    'fold-models': {
      ...file,
      defaultText: 'the models of the class',
      text: 'learned models of folds, so that each document is scored by models that have not learned from its group',
    },
    'calibrate-on': {
      ...folder,
      defaultText: 'the labelled documents alone',
      text: 'folder with labels.jsonl and readings.jsonl of documents that are not learned from: confidences are calibrated on them too, such as generated ones where few issuers are labelled',
    },
    also: { ...file, defaultText: 'none', text: 'further labels, for training only' },
    'also-readings': {
      ...file,
      defaultText: 'the lines that the file of --also has itself',
      text: 'readings of the documents of --also',
    },
    folds: {
      type: 'string',
      placeholder: 'n',
      accepts: { kind: 'integer', min: 0, max: 100 },
      defaultText: 'each group one where there are at most 12, else 5',
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
    start: {
      type: 'string',
      default: 'usual',
      placeholder: 'weights',
      accepts: { kind: 'choice', of: ['usual', 'current'] },
      text: 'what the fit starts at and is pulled to: usual (of the type of field) or current (of the class); current for a few corrections',
    },
    publish: {
      ...folder,
      defaultText: 'not published',
      text: 'fit on everything and bring the weights into use in a folder that extraction follows, if groups never seen gain by it',
    },
    'even-if-worse': { type: 'boolean', default: false, text: 'publish also where the gain is negative' },
    reason: {
      type: 'string',
      placeholder: 'text',
      accepts: { kind: 'text' },
      text: 'stands in the history of the folder',
    },
    rollback: { ...folder, text: 'bring back the weights that were in use before the last publication' },
    published: { ...folder, text: 'list what was published and rolled back' },
    out: {
      ...file,
      defaultText: 'not written',
      text: 'file that gets predictions of unseen groups, one {"id","fields"} a line',
    },
    diagram: {
      ...file,
      defaultText: 'not written',
      text: 'SVG file that gets the reliability diagram and the risk at each share of approved documents',
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
  examples: [
    'npm run train -- --class note --labels n/labels.jsonl --readings n/readings.jsonl --write',
    'npm run train -- --class note --labels n.jsonl --readings r.jsonl --publish .docfleet/weights',
    'npm run train -- --class note --rollback .docfleet/weights',
  ],
  exitCodes: {
    0: 'the scores are printed, and what was asked for is done',
    1: 'class, labels or readings cannot be used, or nothing was published because groups never seen lose by it',
  },
});
