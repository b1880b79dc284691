import { define } from '../../command.mjs';
import {
  connectionNote,
  documentOptions,
  formatOption,
  groupOf,
  jsonOption,
  limitOption,
  textOption,
  verdictCodes,
} from './shared.mjs';

/** @param {string} called */
const batches = (called) =>
  /** @type {const} */ ({
    kind: 'names',
    placeholder: '<batchId ...>',
    what: 'the id of a batch',
    text: `Ids of batches${called}.`,
  });

const states = /** @type {const} */ ([
  'DRAFT',
  'QUEUED',
  'PROCESSING',
  'COMPLETED',
  'PARTIALLY_COMPLETED',
  'FAILED',
  'CANCELLED',
]);

const submit = define({
  call: 'docfleet batch submit',
  title: 'submit files together, all of them or none',
  description: [
    'Submits files as one batch and prints its id, or with --wait the result of each file. The batch is accepted as a',
    'whole or not at all; a document that cannot be read fails alone.',
  ],
  operands: {
    kind: 'files',
    isRequired: true,
    text: 'Files are PDF, PNG, JPEG, TIFF or WebP documents, in the order of the batch; or one ZIP archive of them.',
  },
  options: {
    wait: {
      type: 'boolean',
      short: 'w',
      default: false,
      text: 'wait until the batch has ended, and print the results',
    },
    format: formatOption,
    ...documentOptions,
    'callback-url': { ...textOption, placeholder: 'url', text: 'address that is told the end of each file' },
    region: {
      ...textOption,
      placeholder: 'region',
      text: 'refuse the batch where the fleet is of another region',
    },
    requester: { ...textOption, placeholder: 'name', text: 'metadata: who wants it' },
    email: { ...textOption, placeholder: 'address', text: 'metadata: the address of the requester' },
    notes: { ...textOption, placeholder: 'text', text: 'metadata: notes of the requester' },
    period: { ...textOption, placeholder: 'text', text: 'metadata: the time that the documents are about' },
    field: {
      ...textOption,
      multiple: true,
      placeholder: 'name=value',
      text: 'metadata: a free field, such as department=Taxes; may be given up to 20 times',
    },
    'request-id': {
      ...textOption,
      placeholder: 'id',
      defaultText: 'a new one',
      text: 'idempotency key: submitting the same files under it again gives the same batch, and goes on where a call broke off',
    },
    draft: {
      type: 'boolean',
      default: false,
      text: 'send each file by a call of its own; done without being asked for above 20 files or 32 MiB',
    },
    resume: {
      ...textOption,
      placeholder: 'batchId',
      text: 'go on with a draft: send the files that it lacks, and start it',
    },
    'cancel-on-interrupt': {
      type: 'boolean',
      default: false,
      text: 'cancel the batch when the wait is interrupted; without it the batch goes on',
    },
  },
  notes: [
    'Files that are sent one by one become a draft first. A call that breaks off says how to go on, within 24 hours; files that' +
      ' the draft has already are not sent again. Metadata is shown with the batch and in its report.',
    connectionNote,
  ],
  examples: [
    'npm run docfleet -- batch submit *.pdf --wait',
    'npm run docfleet -- batch submit *.pdf --period 2026-03 --field department=Taxes',
    'npm run docfleet -- batch submit march.zip --request-id march-1',
    'npm run docfleet -- batch submit *.pdf --resume $BATCH',
  ],
  exitCodes: {
    ...verdictCodes,
    0: 'the batch was accepted; with --wait: every document was approved',
    4: 'a document failed, or the batch was refused',
  },
});

const status = define({
  call: 'docfleet batch status',
  title: 'print the state of batches and of their files',
  description: ['Prints the state of these batches, and status, stage and verdict of each file.'],
  operands: batches(', as submit and list print them'),
  options: { json: jsonOption },
  notes: [connectionNote],
  examples: ['npm run docfleet -- batch status $BATCH'],
  exitCodes: {
    ...verdictCodes,
    0: 'no document that has ended needs a person or failed',
    4: 'a document failed, or a batch is not known',
  },
});

const list = define({
  call: 'docfleet batch list',
  title: 'list batches, newest first',
  description: ['Lists the batches of the tenant, newest first.'],
  operands: { kind: 'none' },
  options: {
    state: {
      type: 'string',
      placeholder: 'state',
      accepts: { kind: 'choice', of: states },
      text: 'only those in it',
    },
    since: {
      ...textOption,
      placeholder: 'time',
      text: 'only those created since, such as 2026-11-28T09:00:00Z',
    },
    limit: limitOption(50),
    json: jsonOption,
  },
  notes: [connectionNote],
  examples: ['npm run docfleet -- batch list --state PROCESSING'],
  exitCodes: { 0: 'listed', 1: verdictCodes[1] },
});

const watch = define({
  call: 'docfleet batch watch',
  title: 'follow a batch until it has ended',
  description: [
    'Follows the events of all files of a batch until it has ended: on a terminal a bar and a line for each file that has',
    'ended, in a pipe a JSON object for each event and at last one of the batch. A connection that is lost is made again.',
  ],
  operands: {
    kind: 'name',
    placeholder: '<batchId>',
    what: 'the id of one batch',
    text: 'The id of a batch, as submit and list print it.',
  },
  options: { json: jsonOption },
  notes: [connectionNote],
  examples: ['npm run docfleet -- batch watch $BATCH'],
  exitCodes: { ...verdictCodes, 4: 'a document failed, or the batch is a draft or not known' },
});

const cancel = define({
  call: 'docfleet batch cancel',
  title: 'cancel batches',
  description: [
    'Cancels what has not ended of these batches; what has, keeps its result. A draft ends at once.',
  ],
  operands: batches(', as submit and list print them'),
  options: { json: jsonOption },
  notes: [connectionNote],
  examples: ['npm run docfleet -- batch cancel $BATCH'],
  exitCodes: {
    0: 'what has not ended will end as cancelled',
    1: verdictCodes[1],
    4: 'a batch had ended already, or is not known',
  },
});

const results = define({
  call: 'docfleet batch results',
  title: 'write the report of a batch',
  description: ['Writes the results of a batch, as they stand, as one file.'],
  operands: {
    kind: 'name',
    placeholder: '<batchId>',
    what: 'the id of one batch',
    text: 'The id of a batch, as submit and list print it.',
  },
  options: {
    format: {
      type: 'string',
      default: 'json',
      placeholder: 'format',
      accepts: { kind: 'choice', of: ['json', 'csv', 'xlsx', 'pdf', 'zip'] },
      text: 'json: figures, checks and every value; csv: a row for each value; xlsx: sheets; pdf: pages with boxes; zip: all artifacts',
    },
    output: {
      ...textOption,
      short: 'o',
      placeholder: 'file',
      defaultText: 'standard output',
      text: 'where the report is written, whole or not at all',
    },
    originals: { type: 'boolean', default: false, text: 'zip: with the files as they were submitted' },
  },
  notes: [
    'pdf and zip show the documents and need a key of another role than viewer. On a terminal xlsx, pdf and zip need' +
      ' --output.',
    connectionNote,
  ],
  examples: [
    'npm run docfleet -- batch results $BATCH --format csv > fields.csv',
    'npm run docfleet -- batch results $BATCH --format pdf --output report.pdf',
  ],
  exitCodes: { ...verdictCodes, 4: 'a document failed, or the batch has not ended yet or is not known' },
});

const subcommands = { submit, status, list, watch, cancel, results };

export const batch = define({
  call: 'docfleet batch',
  title: 'submit, follow, cancel and report several documents together',
  description: ['Batches: documents that are submitted, followed, cancelled and reported together.'],
  ...groupOf(subcommands),
  examples: [
    'npm run docfleet -- batch submit *.pdf --wait',
    'npm run docfleet -- batch results $BATCH --format xlsx --output report.xlsx',
  ],
});
