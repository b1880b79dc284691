import { define } from '../command.mjs';

export const models = define({
  call: 'npm run models',
  title: 'download the models that services load',
  description: [
    'Downloads the models that services load, with pinned digests, and writes models.json, which names them. Files',
    'that are there and intact are left alone; damaged ones are downloaded again.',
  ],
  operands: { kind: 'none' },
  options: {
    to: {
      type: 'string',
      placeholder: 'folder',
      accepts: { kind: 'text' },
      defaultText: '.docfleet/models of the repository',
      text: 'where to put them; created when missing',
    },
  },
  notes: ['npm start does this by itself.'],
  examples: ['npm run models -- --to /srv/models'],
  exitCodes: {
    0: 'every model is there',
    1: 'a model could not be downloaded or does not match its digest',
  },
});
