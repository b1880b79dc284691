import { define } from '../command.mjs';
import { completion, keys, login } from './docfleet/account.mjs';
import { batch } from './docfleet/batch.mjs';
import { cancel, results, watch } from './docfleet/jobs.mjs';
import { classOptions } from './docfleet/shared.mjs';
import { submit } from './docfleet/submit.mjs';
import { review } from './docfleet/review.mjs';
import { webhooks } from './docfleet/webhooks.mjs';

/** Reads files without a fleet: exit codes tell the worst that became of them. */
const read = define({
  call: 'docfleet read',
  title: 'read documents in this process, without servers',
  description: [
    'Reads documents with all stages of the fleet in one process, without servers, and prints their fields. Each file',
    'has a result of its own: one that cannot be read never stops the others.',
  ],
  operands: {
    kind: 'inputs',
    text: 'Files are PDF, PNG, JPEG, TIFF or WebP documents; - is standard input. A file that is named twice is read once.',
  },
  options: {
    format: {
      type: 'string',
      placeholder: 'format',
      accepts: { kind: 'choice', of: ['table', 'json', 'csv'] },
      defaultText: 'table on a terminal, else json',
      text: 'table; json: an object for each file, one a line in a pipe (NDJSON); csv: a line for each field',
    },
    expect: {
      type: 'string',
      multiple: true,
      placeholder: 'name=value',
      accepts: { kind: 'text' },
      text: 'a value that each document is expected to show, such as fullName=Ann Lee; may be given up to 50 times',
    },
    ...classOptions,
    route: {
      type: 'string',
      placeholder: 'route',
      accepts: { kind: 'choice', of: ['fast', 'auto', 'accurate'] },
      defaultText: 'DEFAULT_ROUTE, else accurate',
      text: 'what is spent on reading a page',
    },
    artifacts: {
      type: 'string',
      placeholder: 'folder',
      accepts: { kind: 'text' },
      defaultText: 'not written',
      text: 'write result, evidence, coverage and page images of each document to a folder of its own in this one',
    },
    timings: {
      type: 'boolean',
      default: false,
      text: 'print times to stderr: start, each stage of each file',
    },
    verbose: { type: 'boolean', default: false, text: 'print what the stages log to stderr, as JSON lines' },
  },
  notes: [
    'Nothing is durable: what is not printed when the command ends is lost, and nothing is written outside a temporary' +
      ' folder (TMPDIR) unless --artifacts names one. Results equal those of a fleet of this release, field by field.',
    'The environment may set the options of the stages, such as PARSER_SANDBOX, MAX_PARALLEL_OCR and MODELS_DIR.' +
      ' Missing models are fetched once (npm run models).',
  ],
  examples: [
    'npm run docfleet -- read invoice.pdf',
    'npm run docfleet -- read *.pdf --format csv > fields.csv',
    'npm run docfleet -- read form.pdf --expect "fullName=Ann Lee" --artifacts out',
  ],
  exitCodes: {
    0: 'every document was approved',
    1: 'the command itself failed, for example without models',
    3: 'a document needs a person: its verdict is review or reject',
    4: 'a file could not be read; the others have their results',
  },
});

const subcommands = {
  read,
  submit,
  watch,
  results,
  cancel,
  batch,
  review,
  webhooks,
  login,
  keys,
  completion,
};

/** The command of whoever uses the product: a subcommand a word, each with options of its own. */
export const docfleet = define({
  call: 'npm run docfleet',
  title: 'read documents in one process, or submit them to a fleet',
  description: [
    'The command line of docfleet. In a clone it is npm run docfleet --, installed it is docfleet.',
  ],
  operands: {
    kind: 'words',
    placeholder: '<command>',
    commands: Object.fromEntries(Object.entries(subcommands).map(([name, { title }]) => [name, title])),
  },
  options: {},
  subcommands,
  notes: ['Each command has --help.'],
  examples: [
    'npm run docfleet -- read invoice.pdf',
    'npm run docfleet -- submit *.pdf --wait',
    'npm run docfleet -- batch submit *.pdf --wait',
    'npm run docfleet -- read --help',
  ],
  exitCodes: { 0: 'done; the help of each command tells its other codes' },
});
