import { expect, test } from 'vitest';
import { faultless, runChaos } from '../run-chaos.ts';

/** About 9 min: 300 documents through a real fleet, 30 of whose processes are killed. */
test('R-01 M-15: thirty processes killed beside three hundred documents lose nothing and do nothing twice', async () => {
  expect(await runChaos(['--documents', '300', '--kills', '30', '--seed', '5'])).toEqual(faultless(300));
}, 1_800_000);
