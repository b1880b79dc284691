import { parseCall, commands, UsageError } from '@docfleet/command-line';
import { expect, it } from 'vitest';
import { readOptions, type ReadOptions } from './arguments.ts';

function optionsOf(argv: readonly string[], isTerminal = false): ReadOptions {
  const call = parseCall(commands.docfleet.subcommands.read, argv);
  if (call.help) throw new Error('The call asks for help.');
  return readOptions(call.operands, call.values, { folder: '/home/ann', isTerminal });
}

it('O-09: reads what the person named, from the folder that they are in', () => {
  const argv = ['a.pdf', '/b.pdf', '-', '--expect', 'fullName=Ann = Lee', '--expect=year=2025'];
  expect(optionsOf([...argv, '--artifacts', 'out', '--route', 'fast', '--timings', '--verbose'])).toEqual({
    inputs: [
      { name: 'a.pdf', path: '/home/ann/a.pdf' },
      { name: '/b.pdf', path: '/b.pdf' },
      { name: '-', path: null },
    ],
    repeated: [],
    format: 'json',
    route: 'fast',
    expectations: { fullName: 'Ann = Lee', year: '2025' },
    documentClass: null,
    checks: true,
    artifacts: '/home/ann/out',
    timings: true,
    verbose: true,
  });
});

it('takes the class of the documents, and leaves out the checks', () => {
  expect(optionsOf(['a.pdf', '--class', 'invoice', '--no-checks'])).toMatchObject({
    documentClass: 'invoice',
    checks: false,
  });
});

it('takes a file once, however often and by whatever path it is named', () => {
  const { inputs, repeated } = optionsOf(['a.pdf', './a.pdf', '-', '-', '/home/ann/a.pdf']);
  expect(inputs.map(({ name }) => name)).toEqual(['a.pdf', '-']);
  expect(repeated).toEqual(['./a.pdf', '-', '/home/ann/a.pdf']);
});

it.each([
  [[], true, 'table'],
  [[], false, 'json'],
  [['--format', 'csv'], true, 'csv'],
] as const)('prints %j on a terminal (%s) as %s', (argv, isTerminal, format) => {
  expect(optionsOf(['a.pdf', ...argv], isTerminal).format).toBe(format);
});

it.each([
  [['--expect', 'total'], "--expect takes name=value, not 'total'"],
  [['--class', 'novel'], '--class is one of ad-buy, '],
  [['--expect', '=1'], "--expect takes name=value, not '=1'"],
  [['--expect', 'a=1', '--expect', 'a=2'], "--expect has two values for 'a'"],
  [['--expect', `${'n'.repeat(101)}=1`], '--expect takes names of 100 and values of 500 characters at most'],
  [['--expect', `n=${'v'.repeat(501)}`], '--expect takes names of 100 and values of 500 characters at most'],
  [['--expect', '__proto__=1'], "--expect takes neither '__proto__'"],
  [
    Array.from({ length: 51 }, (_, index) => ['--expect', `n${index}=1`]).flat(),
    '--expect may be given 50 times, not 51',
  ],
])('refuses %j', (argv, what) => {
  expect(() => optionsOf(['a.pdf', ...argv])).toThrow(UsageError);
  expect(() => optionsOf(['a.pdf', ...argv])).toThrow(what);
});
