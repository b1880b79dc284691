import { define } from '../command.mjs';

export const docs = define({
  call: 'npm run test:docs',
  title: 'run the snippets of the pages for integrators against the running fleet',
  description: [
    'Runs every block of docs/integrate that is marked to be run, against the fleet of npm start -- --keep, and compares',
    'what it prints with what the page shows.',
  ],
  operands: {
    kind: 'filters',
    placeholder: '[word ...]',
    text: 'Only pages whose path contains every word.',
  },
  options: {},
  examples: ['npm run test:docs', 'npm run test:docs -- first-document'],
  exitCodes: { 0: 'every block does what its page says', 1: 'a block does something else, or no fleet runs' },
});
