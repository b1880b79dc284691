import { expect, test } from 'vitest';
import { faultless, runChaos } from './run-chaos.ts';

test('R-01 M-15: a real fleet that is killed while it works loses nothing and does nothing twice', async () => {
  expect(await runChaos(['--documents', '60', '--kills', '6', '--seed', '5'])).toEqual(faultless(60));
}, 900_000);
