import { define } from '../command.mjs';

export const long = define({
  call: 'npm run test:long',
  title: 'run the tests that take minutes each, by name',
  description: [
    'Runs the tests that take too long for npm test, one after another; without a name all of them.',
    'npm run test:long -- --list prints their names and how long each takes.',
  ],
  operands: { kind: 'filters', placeholder: '[name ...]', text: 'Names of runs; without any, all of them.' },
  options: {
    list: {
      type: 'boolean',
      default: false,
      text: 'print the names of the runs, what they check, and their duration',
    },
  },
  examples: ['npm run test:long -- --list', 'npm run test:long -- faults'],
  exitCodes: { 0: 'every run passed', 1: 'a run failed' },
});

export const mutation = define({
  call: 'npm run mutation',
  title: 'change the pure code, one small change at a time, and see whether its tests fail',
  description: [
    'Changes the pure code of a project and runs its unit tests for each change: a change that no test notices shows',
    'what is not tested. Prints the score of each project.',
  ],
  operands: {
    kind: 'filters',
    placeholder: '[project ...]',
    text: 'Projects, such as libs/domain; without any, all of them. An unknown one prints their names.',
  },
  options: {
    concurrency: {
      type: 'string',
      default: '2',
      placeholder: 'n',
      accepts: { kind: 'integer', min: 1, max: 99 },
      text: 'test processes at the same time',
    },
  },
  examples: ['npm run mutation -- libs/domain'],
  exitCodes: {
    0: 'every score is high enough and every surviving change is explained',
    1: 'a score is too low, or a surviving change is not explained',
  },
});
