import { define } from '../../command.mjs';
import { connectionNote, formatOption, verdictCodes } from './shared.mjs';

/** @param {string} text */
const runs = (text) =>
  /** @type {const} */ ({ kind: 'names', placeholder: '<runId ...>', what: 'the id of a run', text });

export const watch = define({
  call: 'docfleet watch',
  title: 'follow runs until they have ended',
  description: ['Prints each change of status and stage of these runs until all have ended.'],
  operands: runs('Ids of runs, as submit prints them.'),
  options: {
    json: {
      type: 'boolean',
      default: false,
      text: 'print a JSON object for each change, one a line; the default in a pipe',
    },
  },
  notes: [connectionNote],
  examples: ['npm run docfleet -- watch 5f0c7d6e-3f0a-5d0b-9a43-2f6a1c9be001'],
  exitCodes: verdictCodes,
});

export const results = define({
  call: 'docfleet results',
  title: 'print the results of runs that have ended',
  description: ['Prints the results of these runs, as submit --wait does.'],
  operands: runs('Ids of runs, as submit prints them.'),
  options: { format: formatOption },
  notes: [connectionNote],
  examples: ['npm run docfleet -- results 5f0c7d6e-3f0a-5d0b-9a43-2f6a1c9be001 --format csv'],
  exitCodes: { ...verdictCodes, 4: 'a document failed, has not ended yet, or is not known' },
});

export const cancel = define({
  call: 'docfleet cancel',
  title: 'cancel runs',
  description: ['Cancels these runs. Work on them stops within seconds.'],
  operands: runs('Ids of runs, as submit prints them.'),
  options: {},
  notes: [connectionNote],
  examples: ['npm run docfleet -- cancel 5f0c7d6e-3f0a-5d0b-9a43-2f6a1c9be001'],
  exitCodes: {
    0: 'every run will end as cancelled',
    1: verdictCodes[1],
    4: 'a run had ended already, or is not known',
  },
});
