import { expect, test } from 'vitest';
import { commands, overviewOf, usageOf, type Command } from './index.mjs';

test('a usage text names arguments, options with defaults, examples and exit codes', () => {
  const command = {
    call: 'npm run count',
    title: 'count things',
    description: ['Counts things.'],
    operands: { kind: 'files', text: 'Files hold things.' },
    options: {
      times: {
        type: 'string',
        short: 't',
        default: '3',
        placeholder: 'n',
        accepts: { kind: 'integer', min: 1, max: 10 },
        text: 'how often',
      },
      json: { type: 'boolean', default: false, text: 'print JSON' },
    },
    notes: ['It does not change them.'],
    examples: ['npm run count -- a.txt'],
    exitCodes: { 0: 'counted' },
  } as const;
  expect(usageOf(command)).toBe(`Usage: npm run count -- [file ...] [options]

Counts things.

Files hold things.

Options:
  -t, --times <n>  how often (default: 3)
  --json           print JSON
  -h, --help       print this text

It does not change them.

Example:
  npm run count -- a.txt

Exit codes:
  0    counted
  2    wrong arguments; nothing was done
  130  interrupted
`);
});

const withSubcommands = (command: Command): readonly Command[] => [
  command,
  ...Object.values(command.subcommands ?? {}).flatMap(withSubcommands),
];
const all = Object.values<Command>(commands).flatMap(withSubcommands);

test.each(all.map((command) => [command.call, command] as const))(
  'the usage text of %s fits into 100 columns',
  (_, command) => {
    expect(
      Math.max(
        ...usageOf(command)
          .split('\n')
          .map((line) => line.length),
      ),
    ).toBeLessThanOrEqual(100);
  },
);

test('the overview has every command', () => {
  const { stop, versions } = commands;
  expect(overviewOf([stop, versions])).toBe(`Commands (each has --help):
  npm stop          end what npm start has started
  npm run versions  print the versions of docfleet and Node, and whether packages are installed
`);
});
