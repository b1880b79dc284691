import { expect, test } from 'vitest';
import { runFuzzed } from '../run-chaos.ts';

/** About 15 min: 2,000 fuzzed submissions of one tenant by record, upload and call stop, fool and show nothing of another. */
test('R-06: two thousand fuzzed submissions of one tenant leave another one, and every service, alone', async () => {
  expect(await runFuzzed(['--documents', '2000', '--seed', '9'])).toEqual({ violations: [], code: 0 });
}, 3_600_000);
