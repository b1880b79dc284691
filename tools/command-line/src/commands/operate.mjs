import { define } from '../command.mjs';

const text = /** @type {const} */ ({ type: 'string', accepts: { kind: 'text' } });
const flag = /** @type {const} */ ({ type: 'boolean', default: false });

export const operate = define({
  call: 'npm run operate',
  title: 'list and redrive dead letters, trace a run, set the level of the fleet',
  description: [
    'Operates a running fleet. Commands that change something only print what they would do until --yes is given.',
  ],
  operands: {
    kind: 'words',
    placeholder: '<command>',
    commands: {
      'dead-letters list': 'list dead letters, newest first; filters: --tenant, --stage, --code, --since',
      'dead-letters show <id>': 'print one dead letter with its record',
      'dead-letters redrive <id>...':
        'process the run once more as its next revision, with new attempts; with filters instead of ids: all that match',
      'trace-run <runId>':
        'print what topics, database and object store contain about a run, in order of time',
      'fleet show': 'print the level of the fleet and the breakers that operators set',
      'fleet level <level>': 'set the level (L0 to L4), or with release let the fleet determine it',
      'fleet breaker <name> <state>':
        'set a breaker open or closed in every process, or with release let it follow its calls',
    },
  },
  options: {
    tenant: { ...text, placeholder: 'id', defaultText: 'all', text: 'dead letters of this tenant' },
    stage: { ...text, placeholder: 'name', defaultText: 'all', text: 'dead letters of this stage' },
    code: { ...text, placeholder: 'CODE', defaultText: 'all', text: 'dead letters with this failure code' },
    since: {
      ...text,
      placeholder: 'time',
      defaultText: 'all',
      text: 'dead letters from this time (ISO 8601) or this age (90m, 6h, 2d) on',
    },
    limit: {
      type: 'string',
      default: '100',
      placeholder: 'n',
      accepts: { kind: 'integer', min: 1, max: 999_999 },
      text: 'how many dead letters to list or redrive, newest first',
    },
    all: { ...flag, text: 'list also dead letters that were redriven' },
    json: { ...flag, text: 'print JSON' },
    by: {
      ...text,
      placeholder: 'who',
      text: 'fleet level and fleet breaker: who gives the order (required)',
    },
    reason: { ...text, placeholder: 'why', text: 'fleet level and fleet breaker: the reason (required)' },
    yes: { ...flag, text: 'do it; without it, print what would be done' },
  },
  notes: [
    'npm run trace-run -- <runId> is npm run operate -- trace-run <runId>. Repeating a redrive changes nothing.',
    'Addresses come from .docfleet/endpoints.json, which npm start writes (DOCFLEET_ENDPOINTS names another file),' +
      ' or from the environment: DOCFLEET_API and DOCFLEET_API_KEY (role operator; admin for other tenants) for' +
      ' dead-letters; KAFKA_BROKERS, SCHEMA_REGISTRY_URL, DATABASE_URL, S3_ENDPOINT, S3_BUCKET, AWS_ACCESS_KEY_ID' +
      ' and AWS_SECRET_ACCESS_KEY for trace-run and fleet.',
  ],
  examples: [
    'npm run operate -- dead-letters list --stage ocr --since 6h',
    'npm run operate -- dead-letters redrive ocr-0-7 --yes',
    "npm run operate -- fleet level L2 --by anna --reason 'OCR is slow' --yes",
  ],
  exitCodes: {
    0: 'done, or printed what would be done',
    1: 'a server did not answer, a redrive was refused, or a run is not known',
  },
});
