import { define } from '../command.mjs';

const text = /** @type {const} */ ({ type: 'string', accepts: { kind: 'text' } });
const flag = /** @type {const} */ ({ type: 'boolean', default: false });

export const operate = define({
  call: 'npm run operate',
  title:
    'lag, pauses, drains, model versions, dead letters and records set aside, tenants and keys, erasure, runs, the audit log',
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
      'set-aside list': 'list records that the read model could not store, newest first, with the cause',
      'set-aside redrive <id>...':
        'have the ledger read these records again, for example after an upgrade; the list shows what became of them',
      'trace-run <runId>':
        'print what topics, database and object store contain about a run, in order of time',
      'tenants list': 'list tenants',
      'tenants create <id>': 'create a tenant',
      'tenants suspend <id>':
        'refuse the keys and records of a tenant; tenants resume <id> accepts them again',
      'tenants sources <id> <bucket>...':
        'let its documents be read from these buckets, or folders of buckets, besides its uploads; none: from no other; default: as the fleet is configured',
      'public-keys list': 'list the public keys that --tenant signs its records with',
      'public-keys add <keyId> <file>': 'add one, Ed25519 in PEM; several may be valid at once',
      'public-keys revoke <keyId>': 'accept no record that is signed with it any more',
      'keys list': 'list the keys of --tenant, or without it those of fleet roles',
      'keys issue': 'issue a key of --role for --tenant, or of a fleet role without it; it is shown once',
      'keys rotate <keyId>': 'issue a new key in place of one that remains valid for --grace',
      'keys revoke <keyId>': 'refuse a key from now on',
      'keys bootstrap': 'issue a fleet-admin key by the database, while there is none for the API',
      'labels export':
        'write what people confirmed in reviews of --tenant as labelled folders with the documents, below --to; needs a tenant-admin key',
      'erase run <runId>':
        'erase a run: document, pages, results and history; one in progress is cancelled first',
      'erase tenant <id>': 'erase every run and upload of a tenant that began before now',
      'erase show <erasureId>': 'print how far an erasure has come',
      lag: 'print what waits before each stage, by lane, with the estimated seconds',
      processes: 'print the processes that report, with their breakers',
      'pause <stage>':
        'start and fetch nothing of a stage, or of one lane (pause <stage> <lane>); resume ends it',
      'resume <stage>': 'end a pause of a stage, or of one lane (resume <stage> <lane>)',
      'drain <process>': 'have a process finish its work, leave its group and wait; undrain ends it',
      'undrain <process>': 'let a drained process work again',
      'follow <runId>': 'print each change of a run until it has ended',
      'rewind <stage>':
        'move the positions of the group of a stage back to --to, while none of its processes is a member',
      'models list': 'list the model versions that processes have, and which one is pinned',
      'models pin <digest>': 'have every process read with this version that has it',
      'models rollback': 'pin the version that was pinned before',
      'audit list':
        'list what was changed and read, and by whom, newest first; filters: --tenant, --action, --since',
      'audit export': 'print the rows of --since to --until as NDJSON, oldest first',
      'audit verify':
        'check that no row was changed, moved or removed by hand, and name the first one that was; --end: also against an end that was noted before',
      'fleet show': 'print the level of the fleet and the orders that apply',
      'fleet level <level>': 'set the level (L0 to L4), or with release let the fleet determine it',
      'fleet breaker <name> <state>':
        'set a breaker open or closed in every process, or with release let it follow its calls',
    },
  },
  options: {
    tenant: { ...text, placeholder: 'id', defaultText: 'all', text: 'dead letters or keys of this tenant' },
    stage: { ...text, placeholder: 'name', defaultText: 'all', text: 'dead letters of this stage' },
    code: { ...text, placeholder: 'CODE', defaultText: 'all', text: 'dead letters with this failure code' },
    action: {
      ...text,
      placeholder: 'kind.verb',
      defaultText: 'all',
      text: 'rows of the audit log with this action',
    },
    since: {
      ...text,
      placeholder: 'time',
      defaultText: 'all',
      text: 'dead letters, or rows of the audit log, from this time (ISO 8601) or this age (90m, 6h, 2d) on',
    },
    until: {
      ...text,
      placeholder: 'time',
      defaultText: 'now',
      text: 'audit export: rows before this time (ISO 8601) or this age',
    },
    format: {
      type: 'string',
      default: 'ndjson',
      placeholder: 'name',
      accepts: { kind: 'choice', of: ['ndjson'] },
      text: 'audit export: one JSON object a line',
    },
    end: { ...text, placeholder: 'end', text: 'audit verify: <position>:<hash>, as it printed before' },
    limit: {
      type: 'string',
      default: '100',
      placeholder: 'n',
      accepts: { kind: 'integer', min: 1, max: 999_999 },
      text: 'how many to list or redrive, newest first',
    },
    class: {
      ...text,
      placeholder: 'name',
      defaultText: 'all',
      text: 'labels export: labels of this document class',
    },
    all: { ...flag, text: 'list also what was redriven' },
    json: { ...flag, text: 'print JSON' },
    role: {
      ...text,
      placeholder: 'role',
      text: 'keys issue: producer, viewer, reviewer or tenant-admin; without --tenant operator or fleet-admin',
    },
    name: { ...text, placeholder: 'text', text: 'tenants create and keys issue: a name for people' },
    grace: {
      ...text,
      placeholder: 'time',
      defaultText: '24h',
      text: 'keys rotate: how long the old key remains valid (0m, 90m, 24h, 7d)',
    },
    by: {
      ...text,
      placeholder: 'who',
      text: 'who gives an order to the fleet; required with --direct, where no key says it',
    },
    reason: {
      ...text,
      placeholder: 'why',
      text: 'the reason, required: fleet level, fleet breaker, pause, resume, drain, undrain, rewind, models pin and rollback',
    },
    for: {
      ...text,
      placeholder: 'time',
      defaultText: 'until it is released',
      text: 'fleet level, fleet breaker, pause and drain: how long (90m, 24h, 7d)',
    },
    to: {
      ...text,
      placeholder: 'time',
      text: 'rewind: the time (ISO 8601) or age (90m, 6h, 2d) to go back to; labels export: the folder',
    },
    direct: {
      ...flag,
      text: 'orders to the fleet: write to the topic itself, for when the API or the database is away; leaves no row of the audit log',
    },
    yes: { ...flag, text: 'do it; without it, print what would be done' },
  },
  notes: [
    'npm run trace-run -- <runId> is npm run operate -- trace-run <runId>. Repeating a redrive changes nothing.',
    'Addresses come from .docfleet/endpoints.json, which npm start writes (DOCFLEET_ENDPOINTS names another file),' +
      ' or from the environment: DOCFLEET_API and DOCFLEET_API_KEY (role operator or, for dead letters of its own tenant,' +
      ' tenant-admin; fleet-admin for tenants, keys, erase, models pin, models rollback and audit) for everything but the following;' +
      ' KAFKA_BROKERS and SCHEMA_REGISTRY_URL for fleet show, orders with --direct and rewind; DATABASE_OPERATOR_URL for keys' +
      ' bootstrap, audit verify and rewind; KAFKA_BROKERS, SCHEMA_REGISTRY_URL, DATABASE_PIPELINE_URL, S3_ENDPOINT, S3_BUCKET, AWS_ACCESS_KEY_ID' +
      ' and AWS_SECRET_ACCESS_KEY for trace-run. TLS and credentials of these servers are set as for services (docs/connections.md).',
  ],
  examples: [
    'npm run operate -- dead-letters list --stage ocr --since 6h',
    'npm run operate -- dead-letters redrive ocr-0-7 --yes',
    'npm run operate -- keys issue --tenant acme --role producer --yes',
    "npm run operate -- fleet level L2 --for 2h --reason 'OCR is slow' --yes",
    "npm run operate -- pause ocr normal --reason 'the GPU is replaced' --yes",
  ],
  exitCodes: {
    0: 'done, or printed what would be done',
    1: 'a server did not answer, something was refused, a run is not known, or the run that was followed failed',
  },
});
