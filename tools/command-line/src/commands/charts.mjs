import { define } from '../command.mjs';

export const charts = define({
  call: 'npm run charts',
  title: 'bring what checks the charts without a cluster',
  description: [
    'Builds the programs that check the charts (Helm, its unit tests, kubeconform, kube-score) from their published',
    'sources into .docfleet/servers, and fetches the schemas of what the charts render.',
  ],
  operands: { kind: 'none' },
  options: {
    tools: {
      type: 'boolean',
      default: false,
      text: 'build the programs that are missing: ten minutes on two cores, once',
    },
    schemas: {
      type: 'boolean',
      default: false,
      text: 'write tools/charts/resources anew, after a version in tools/charts/src/schemas/kinds.ts changed',
    },
  },
  notes: [
    'Both need Go 1.26 or newer. npm test uses the programs where they are, and skips their tests otherwise.',
  ],
  examples: ['npm run charts -- --tools'],
  exitCodes: {
    0: 'everything that was asked for is there',
    1: 'a program could not be built or a schema not be fetched',
  },
});
