import { expect, it } from 'vitest';
import { fuzzApi } from './fuzz-api.ts';

it.each(['tenant-admin', 'fleet-admin'] as const)(
  'A-06: 8 made-up examples of each operation find no fault, called by a %s',
  { timeout: 600_000 },
  async (role) => {
    expect(await fuzzApi({ examples: 8, role, seed: 2026 })).toMatch(/Selected: (\d+)\/\1\s+Tested: \1\s/);
  },
);
