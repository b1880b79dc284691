import { define } from '../command.mjs';

const largestSeed = 999_999_999;

const processes = /** @type {const} */ ({
  type: 'string',
  placeholder: 'n',
  accepts: { kind: 'integer', min: 1, max: 1024 },
  defaultText: 'one for each core',
});

export const simulate = define({
  call: 'npm run simulate',
  title: 'run the whole fleet under faults on a virtual clock',
  description: [
    'Runs the whole fleet on the in-memory log and a virtual clock, with the faults that each seed determines, and',
    'checks the results from outside. A failing seed prints its history. Needs no servers.',
  ],
  operands: { kind: 'none' },
  options: {
    seeds: {
      type: 'string',
      default: '1000',
      placeholder: 'n',
      accepts: { kind: 'integer', min: 1, max: largestSeed },
      text: 'number of schedules, from seed 1',
    },
    seed: {
      type: 'string',
      placeholder: 'n',
      accepts: { kind: 'integer', min: 1, max: largestSeed },
      text: 'run this one schedule instead',
    },
    minutes: {
      type: 'string',
      placeholder: 'minutes',
      accepts: { kind: 'number', above: 0 },
      defaultText: 'no limit',
      text: 'start no further schedule after this time',
    },
    processes: { ...processes, text: 'number of child processes that run schedules' },
    verbose: {
      type: 'boolean',
      default: false,
      text: 'with --seed: print the plan and the whole history',
    },
  },
  examples: ['npm run simulate -- --seeds 20000', 'npm run simulate -- --seed 4711 --verbose'],
  exitCodes: { 0: 'no violation', 1: 'a schedule violated a guarantee' },
});

export const sabotage = define({
  call: 'npm run simulate:sabotage',
  title: 'remove guards one by one and see which are noticed',
  description: [
    'Removes the guards of the fleet one by one and runs schedules until one has a violation; where none has, runs',
    'the tests that are named for the guard. Prints a row for each guard.',
  ],
  operands: { kind: 'none' },
  options: {
    seeds: {
      type: 'string',
      default: '2000',
      placeholder: 'n',
      accepts: { kind: 'integer', min: 1, max: largestSeed },
      text: 'number of schedules for each guard',
    },
    from: {
      type: 'string',
      default: '1',
      placeholder: 'n',
      accepts: { kind: 'integer', min: 1, max: largestSeed },
      text: 'first seed',
    },
    only: {
      type: 'string',
      placeholder: 'text',
      accepts: { kind: 'text' },
      defaultText: 'all guards',
      text: 'only guards with this text in their name',
    },
    processes: { ...processes, text: 'number of guards at the same time' },
    live: {
      type: 'boolean',
      default: false,
      text: 'guards of the Kafka adapter instead, by its tests, with the broker of the local stack (npm start -- --servers-only --keep)',
    },
  },
  examples: ['npm run simulate:sabotage -- --seeds 3000', 'npm run simulate:sabotage -- --only fence'],
  exitCodes: {
    0: 'every removal was noticed',
    1: 'a removal was not noticed, or a guard could not be found',
  },
});
