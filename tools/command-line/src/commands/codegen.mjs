import { define } from '../command.mjs';

export const codegen = define({
  call: 'npm run codegen',
  title: 'generate types, topic tables and pages from schemas/',
  description: [
    'Generates libs/contracts/src/generated, docs/failures.md and the tables of docs/degradation.md from schemas/',
    'and the failure table; schemas/openapi.json from the routes of the gateway, and from it the types and operations',
    'of the client; and the list of services, schema of values and README of both charts. Writes the files that changed.',
  ],
  operands: { kind: 'none' },
  options: {
    check: {
      type: 'boolean',
      default: false,
      text: 'write nothing, and name the files that would change',
    },
    release: {
      type: 'boolean',
      default: false,
      text: 'also add a version to schemas/released for every schema that changed since its last one',
    },
  },
  notes: ['npm run codegen:check is npm run codegen -- --check.'],
  examples: ['npm run codegen', 'npm run codegen -- --release'],
  exitCodes: {
    0: 'every file is up to date',
    1: 'a schema is wrong, or with --check a file is out of date',
  },
});
