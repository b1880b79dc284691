import { define } from '../command.mjs';

const startsFlag = /** @type {const} */ ({ type: 'boolean', default: false });

export const start = define({
  call: 'npm start',
  title: 'start servers and services on this machine and send documents',
  description: [
    'Installs what is missing, starts servers and services on this machine, sends documents, prints what was',
    'found in them, and stays up until Ctrl-C. While another process runs docfleet here, it sends the documents',
    'to that one.',
  ],
  operands: {
    kind: 'files',
    text: 'Files are PDF, PNG, JPEG, TIFF or WebP; without any, sample documents are sent (.docfleet/samples).',
  },
  options: {
    once: { ...startsFlag, text: 'end as soon as every document has its result' },
    keep: {
      ...startsFlag,
      text: 'end then, but leave servers and services running in the background; npm stop ends them',
    },
    'servers-only': {
      ...startsFlag,
      text: 'servers, topics, schemas and tables; no services, no documents',
    },
    pools: {
      type: 'string',
      placeholder: 'pools',
      accepts: { kind: 'text' },
      defaultText: 'EXTRACTION_POOLS, else none',
      text: 'extraction pools with their classes, such as "bank=invoice,receipt;forms=letter" (docs/pools.md)',
    },
    'tenant-proof': {
      ...startsFlag,
      text: 'sign submissions and refuse records that prove no tenant (docs/tenant-proof.md)',
    },
  },
  exclusive: ['once', 'servers-only'],
  notes: [
    'Addresses and the development key are in .docfleet/endpoints.json; data and logs in .docfleet/local.',
    'Servers of your own are used when the environment names them: KAFKA_BROKERS, SCHEMA_REGISTRY_URL,' +
      ' DATABASE_URL, REDIS_URL, S3_ENDPOINT with AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.',
    'DOCFLEET_PORT_GATEWAY=8080 fixes a port (of any server or service), DOCFLEET_SERVERS=containers runs the' +
      ' servers in containers, LOG_LEVEL=debug makes services log more.',
  ],
  examples: [
    'npm start',
    'npm start -- --pools bank=invoice,receipt',
    'npm start -- --once receipt.jpg order.pdf',
    'npm start -- --keep --servers-only',
  ],
  exitCodes: {
    0: 'every document has a result, or Ctrl-C ended a stack that was up',
    1: 'something could not be started, or a document was refused or has no result',
    137: 'ended at once by a second Ctrl-C',
  },
});

export const stop = define({
  call: 'npm stop',
  title: 'end what npm start has started',
  description: [
    'Ends the servers and services of this folder: those that npm start -- --keep left running, those of npm start',
    'in another terminal, and those that a killed npm start left behind. Data and logs stay in .docfleet/local.',
  ],
  operands: { kind: 'none' },
  options: {},
  examples: ['npm stop'],
  exitCodes: { 0: 'nothing of docfleet runs here any more', 1: 'something could not be ended' },
});

/** Options of vitest that are passed on to it. */
const vitestOptions = /** @type {const} */ ({
  testNamePattern: {
    type: 'string',
    short: 't',
    placeholder: 'pattern',
    accepts: { kind: 'text' },
    defaultText: 'all',
    text: 'run the tests whose name matches this regular expression',
  },
  bail: {
    type: 'string',
    placeholder: 'n',
    accepts: { kind: 'integer', min: 0, max: 1_000_000 },
    defaultText: '0, run all',
    text: 'stop after so many failures',
  },
  retry: {
    type: 'string',
    placeholder: 'n',
    accepts: { kind: 'integer', min: 0, max: 100 },
    defaultText: '0',
    text: 'run a failing test so many times more',
  },
  update: { type: 'boolean', short: 'u', default: false, text: 'rewrite snapshots' },
  coverage: { type: 'boolean', default: false, text: 'measure which lines run' },
});

const testOperands = /** @type {const} */ ({
  kind: 'filters',
  placeholder: '[path ...]',
  text: 'Runs the test files whose path contains one of the given texts; without any, all of them.',
});

const testCodes = /** @type {const} */ ({ 0: 'every test passed or was skipped', 1: 'a test failed' });

export const test = define({
  call: 'npm test',
  title: 'run the tests, with servers of their own',
  description: [
    'Starts servers of its own on empty data and free ports (Kafka, schema registry, PostgreSQL, Redis, S3), runs',
    'the tests against them, ends the servers and removes their data.',
  ],
  operands: testOperands,
  options: vitestOptions,
  notes: ['For other options of vitest, run node_modules/.bin/vitest.'],
  examples: ['npm test', "npm test -- libs/kafka -t 'leader'"],
  exitCodes: testCodes,
});

export const unit = define({
  call: 'npm run test:unit',
  title: 'run the tests that need no servers',
  description: ['Runs the tests beside the sources, which need no servers.'],
  operands: testOperands,
  options: vitestOptions,
  notes: ['For other options of vitest, run node_modules/.bin/vitest.'],
  examples: ['npm run test:unit', 'npm run test:unit -- libs/domain'],
  exitCodes: testCodes,
});

export const browser = define({
  call: 'npm run test:browser',
  title: 'run the console in a real browser',
  description: [
    'Starts a fleet of its own and uses the console in Chromium as a person does; npm test runs the shorter part of',
    'it. Screenshots are in .docfleet/console-screenshots. On Debian the browser is installed for root.',
  ],
  operands: { kind: 'none' },
  options: vitestOptions,
  examples: ['npm run test:browser', "npm run test:browser -- -t 'keyboard'"],
  exitCodes: testCodes,
});

export const check = define({
  call: 'npm run check',
  title: 'run everything that continuous integration runs',
  description: [
    'Runs what continuous integration runs: formatting, lint, types, unused code, generated files, and all tests.',
    'The last line counts the tests: "N passed, N failed, N skipped".',
  ],
  operands: { kind: 'none' },
  options: {},
  examples: ['npm run check'],
  exitCodes: { 0: 'everything passed', 1: 'a check failed; its name is printed near the end' },
});

export const preflight = define({
  call: 'npm run preflight',
  title: 'install the packages, check Node, and print the sandbox that parser children get',
  description: [
    'Installs the packages of package-lock.json where they are missing or out of date, and checks that npm scripts run',
    'on the Node version that this project needs. Then prints the level of the sandbox that this machine allows',
    '(docs/sandbox.md), and why no stronger one.',
  ],
  operands: { kind: 'none' },
  options: {},
  examples: ['npm run preflight'],
  exitCodes: { 0: 'both are right', 1: 'one is wrong; the message says what to do' },
});

export const versions = define({
  call: 'npm run versions',
  title: 'print the versions of docfleet and Node, and whether packages are installed',
  description: ['Prints the versions of docfleet and of Node, and whether the packages are installed.'],
  operands: { kind: 'none' },
  options: {},
  examples: ['npm run versions'],
  exitCodes: { 0: 'printed' },
});
