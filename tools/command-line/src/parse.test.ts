import { describe, expect, it } from 'vitest';
import { commandOf, parseCall, UsageError } from './index.mjs';

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
const needed = { ...command, operands: { kind: 'files', text: '', isRequired: true } } as const;
const one = {
  ...command,
  operands: { kind: 'name', placeholder: '<id>', what: 'the id of one dog', text: '' },
} as const;
const inputs = { ...command, operands: { kind: 'inputs', text: '' } } as const;
const several = {
  ...command,
  options: {
    not: {
      type: 'string',
      multiple: true,
      placeholder: 'n',
      accepts: { kind: 'integer', min: 1, max: 9 },
      text: '',
    },
  },
} as const;
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
    [inputs, [], 'needs at least one file, or - for standard input'],
    [needed, [], 'needs at least one file'],
    [one, [], 'takes the id of one dog'],
    [one, ['7', '8'], 'takes the id of one dog'],
    [folder, [], 'takes one folder, but got 0 arguments'],
    [folder, ['a', 'b'], 'takes one folder, but got 2 arguments'],
  ])('refuses a call in one line: %#', (given, argv, what) => {
    expect(() => parseCall(given, argv)).toThrow(
      new UsageError(`npm run count: ${what}. Nothing was done; npm run count -- --help shows the usage.`),
    );
  });
});

it('reads an option that is given several times, and - as a file', () => {
  expect(parseCall(several, ['--not', '3', '--not=4'])).toMatchObject({ values: { not: ['3', '4'] } });
  expect(() => parseCall(several, ['--not', '3', '--not', 'x'])).toThrow(
    "--not takes a whole number from 1 to 9, not 'x'",
  );
  expect(parseCall(inputs, ['-', 'a'])).toMatchObject({ operands: ['-', 'a'] });
});

describe('commandOf', () => {
  const group = { ...words, subcommands: { dogs: folder } };

  it('takes a subcommand by its word, and gives it the rest', () => {
    expect(commandOf(group, ['dogs', '--help'])).toEqual({
      command: folder,
      argv: ['--help'],
      subcommand: 'dogs',
    });
  });

  it('takes a subcommand of a subcommand, and without its word the one above', () => {
    const outer = { ...words, subcommands: { animals: group } };
    expect(commandOf(outer, ['animals', 'dogs', 'a'])).toEqual({
      command: folder,
      argv: ['a'],
      subcommand: 'animals dogs',
    });
    expect(commandOf(outer, ['animals', 'cats'])).toEqual({
      command: group,
      argv: ['cats'],
      subcommand: 'animals',
    });
  });

  it.each([[[]], [['--help', 'dogs']], [['cats']], [['toString']]])(
    'is the command itself for %j',
    (argv) => {
      expect(commandOf(group, argv)).toEqual({ command: group, argv, subcommand: undefined });
    },
  );
});
