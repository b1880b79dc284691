import { describe, expect, it } from 'vitest';
import { parseCall, UsageError } from './index.mjs';

const command = {
  call: 'npm run count',
  title: 'count',
  description: ['Counts.'],
  operands: { kind: 'none' },
  options: {
    times: {
      type: 'string',
      default: '3',
      placeholder: 'n',
      accepts: { kind: 'integer', min: 1, max: 10 },
      text: 'how often',
    },
    pause: { type: 'string', placeholder: 's', accepts: { kind: 'number', above: 0 }, text: 'seconds' },
    order: {
      type: 'string',
      placeholder: 'x',
      accepts: { kind: 'choice', of: ['up', 'down'] },
      text: 'order',
    },
    json: { type: 'boolean', default: false, text: 'JSON' },
    table: { type: 'boolean', default: false, text: 'table' },
  },
  exclusive: ['json', 'table'],
  examples: ['npm run count'],
  exitCodes: { 0: 'counted' },
} as const;

const words = {
  ...command,
  operands: { kind: 'words', placeholder: '<what>', commands: { 'dogs <n>': '', cats: '' } },
} as const;
const folder = { ...command, operands: { kind: 'folder', text: '' } } as const;
const files = { ...command, operands: { kind: 'files', text: '' } } as const;
const plain = { help: false, values: { times: '3', json: false, table: false }, operands: [] };

describe('parseCall', () => {
  it.each([
    [[], plain],
    [['--times', '10', '--json'], { ...plain, values: { times: '10', json: true, table: false } }],
    [['--pause', '0.5', '--order=up'], { ...plain, values: { ...plain.values, pause: '0.5', order: 'up' } }],
    [['--help'], { help: true }],
    [['-h', '--wrong'], { help: true }],
  ])('reads %j', (argv, expected) => {
    expect(parseCall(command, argv)).toEqual(expected);
  });

  it('reads operands', () => {
    expect(parseCall(words, ['dogs', '7'])).toMatchObject({ operands: ['dogs', '7'] });
    expect(parseCall(folder, ['data'])).toMatchObject({ operands: ['data'] });
    expect(parseCall(files, ['a', '--', '--help'])).toMatchObject({ operands: ['a', '--help'] });
  });

  it.each([
    [command, ['--often'], "unknown option '--often'"],
    [command, ['--times'], "option '--times <value>' argument missing"],
    [command, ['--json=yes'], "option '--json' does not take an argument"],
    [command, ['--times', '0'], "--times takes a whole number from 1 to 10, not '0'"],
    [command, ['--times', '11'], "--times takes a whole number from 1 to 10, not '11'"],
    [command, ['--times', '2.5'], "--times takes a whole number from 1 to 10, not '2.5'"],
    [command, ['--pause', '0'], "--pause takes a number above 0, not '0'"],
    [command, ['--order', 'left'], "--order takes one of up, down, not 'left'"],
    [command, ['--json', '--table'], '--json and --table exclude each other'],
    [command, ['more'], "takes no arguments beside options, but got 'more'"],
    [words, [], 'needs one of dogs, cats'],
    [words, ['birds'], "unknown command 'birds', expected one of dogs, cats"],
    [folder, [], 'takes one folder, but got 0 arguments'],
    [folder, ['a', 'b'], 'takes one folder, but got 2 arguments'],
  ])('refuses a call in one line: %#', (given, argv, what) => {
    expect(() => parseCall(given, argv)).toThrow(
      new UsageError(`npm run count: ${what}. Nothing was done; npm run count -- --help shows the usage.`),
    );
  });
});
