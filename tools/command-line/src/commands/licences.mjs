import { define } from '../command.mjs';

export const licences = define({
  call: 'npm run licences',
  title: 'list third-party software with its licences, and check them',
  description: [
    'Third-party software of docfleet with its licences: npm packages of every platform (package-lock.json), and Python',
    'wheels, jars, models, images and system packages (tools/licences/components.yaml). Prints a Markdown table.',
  ],
  operands: { kind: 'none' },
  options: {
    texts: {
      type: 'boolean',
      default: false,
      text: 'print the licence and notice files of the npm packages that are installed instead',
    },
    check: {
      type: 'boolean',
      default: false,
      text: 'print problems only: a licence that is not allowed, a package that names none',
    },
  },
  exclusive: ['texts', 'check'],
  examples: ['npm run --silent licences -- --texts > THIRD_PARTY_LICENCES.txt'],
  exitCodes: { 0: 'printed, or every licence is allowed', 1: 'a problem was found' },
});
