import { expect, test } from 'vitest';
import { hasSetPcap } from './capabilities.ts';

test.each([
  ['root', 'Name:\tnode\nCapEff:\t000001fffeffffff\n', true],
  ['root of a container', 'CapEff:\t00000000a80425fb\n', true],
  ['root without capabilities', 'CapEff:\t0000000000000000\n', false],
  ['only the one below', 'CapEff:\t0000000000000080\n', false],
  ['a system without them', 'Name:\tnode\n', false],
])('%s', (_who, status, expected) => {
  expect(hasSetPcap(status)).toBe(expected);
});
