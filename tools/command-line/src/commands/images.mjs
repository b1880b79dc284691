import { define } from '../command.mjs';

export const images = define({
  call: 'npm run build:images',
  title: 'make the folders that the container images hold',
  description: [
    'Compiles the services and makes, for each image, the folder that it holds as /app: built JavaScript, the files of',
    'packages that it loads, models, and a bill of materials. Prints the sizes. What is up to date is left as it is.',
    'The Dockerfile runs this command; no container engine is needed for it.',
  ],
  operands: {
    kind: 'filters',
    placeholder: '[image ...]',
    text: 'Services, or deploy; without any, all of them.',
  },
  options: {
    to: {
      type: 'string',
      placeholder: 'folder',
      accepts: { kind: 'text' },
      defaultText: '.docfleet/images of the repository',
      text: 'where to put the folders; created when missing',
    },
  },
  notes: ['docs/images.md says how an image is built from its folder.'],
  examples: ['npm run build:images', 'npm run build:images -- ocr gateway --to /srv/images'],
  exitCodes: {
    0: 'every folder is up to date',
    1: 'a program does not compile, or an image is larger than 250 MB without its models',
  },
});
