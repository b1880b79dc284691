import { commands, parseCall, UsageError } from '@docfleet/command-line';
import { expect, test } from 'vitest';
import { startArgumentsOf } from './arguments.ts';

const plain = {
  files: [],
  once: false,
  keep: false,
  serversOnly: false,
  tenantProof: false,
  pools: undefined,
};

function parse(argv: readonly string[]) {
  const call = parseCall(commands.start, argv);
  return call.help ? 'help' : startArgumentsOf(call.operands, call.values);
}

test.each([
  [[], plain],
  [['a.pdf', 'b.png'], { ...plain, files: ['a.pdf', 'b.png'] }],
  [['--once', 'a.pdf'], { ...plain, once: true, files: ['a.pdf'] }],
  [['a.pdf', '--keep'], { ...plain, keep: true, files: ['a.pdf'] }],
  [['--servers-only'], { ...plain, serversOnly: true }],
  [['--tenant-proof'], { ...plain, tenantProof: true }],
  [['--pools', 'bank=invoice,receipt'], { ...plain, pools: 'bank=invoice,receipt' }],
  [['--help'], 'help'],
])('%j', (argv, expected) => {
  expect(parse(argv)).toEqual(expected);
});

test.each([
  [['--twice']],
  [['--pools', 'bank=invoise']],
  [['--servers-only', 'a.pdf']],
  [['--servers-only', '--once']],
])('%j is refused', (argv) => {
  expect(() => parse(argv)).toThrow(UsageError);
});
