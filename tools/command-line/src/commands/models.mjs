/** @import { Command } from '../command.mjs' */

export const models = /** @satisfies {Command} */ (
  /** @type {const} */ ({
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
        default: '.docfleet/models',
        placeholder: 'folder',
        accepts: { kind: 'text' },
        text: 'where to put them; created when missing',
      },
    },
    notes: ['npm start does this by itself.'],
    examples: ['npm run models -- --to /srv/models'],
    exitCodes: {
      0: 'every model is there',
      1: 'a model could not be downloaded or does not match its digest',
    },
  })
);
