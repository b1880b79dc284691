import { commands, parseCall, UsageError } from '@docfleet/command-line';
import { expect, test } from 'vitest';
import { argumentsOf } from './arguments.ts';

function parse(argv: readonly string[]) {
  const call = parseCall(commands.chaos, argv);
  return call.help ? 'help' : argumentsOf(call.values, () => 9);
}

const plain = { kind: 'faults', documents: 300, kills: 30, seed: 9, brokers: 1, json: false };

test.each([
  [[], plain],
  [
    ['--documents', '40', '--kills', '6', '--seed', '3', '--json'],
    { ...plain, documents: 40, kills: 6, seed: 3, json: true },
  ],
  [['--brokers', '3'], { ...plain, brokers: 3 }],
  [['--fairness'], { ...plain, kind: 'fairness' }],
  [['--scaling'], { ...plain, kind: 'scaling' }],
  [['--leaders'], { ...plain, kind: 'leaders' }],
  [['--soak'], { ...plain, kind: 'soak' }],
  [['--restart'], { ...plain, kind: 'restart' }],
  [['--fuzz', '--documents', '100'], { ...plain, kind: 'fuzz', documents: 100 }],
  [['--help'], 'help'],
])('%j', (argv, expected) => {
  expect(parse(argv)).toEqual(expected);
});

test.each([[['--documents', 'many']], [['--brokers', '2']], [['--fairness', '--scaling']], [['--often']]])(
  '%j is refused',
  (argv) => {
    expect(() => parse(argv)).toThrow(UsageError);
  },
);
