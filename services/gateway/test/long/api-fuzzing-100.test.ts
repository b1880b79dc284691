/** About 3 min, with servers: 100 made-up examples of each operation of the API find no fault. */
import { expect, it } from 'vitest';
import { fuzzApi } from '../fuzz-api.ts';

it.each(['tenant-admin', 'fleet-admin'] as const)(
  'A-06: 100 made-up examples of each operation find no fault, called by a %s',
  { timeout: 3_600_000 },
  async (role) => {
    expect(await fuzzApi({ examples: 100, role })).toMatch(/Selected: (\d+)\/\1\s+Tested: \1\s/);
  },
);
