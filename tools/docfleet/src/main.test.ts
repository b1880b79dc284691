import { spawnSync } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

test('output that cannot be written is told, and is no success', () => {
  const full = openSync('/dev/full', 'w');
  const main = join(import.meta.dirname, 'main.ts');
  const { status, stderr } = spawnSync(
    process.execPath,
    ['--conditions=docfleet-source', main, 'completion', 'bash'],
    { stdio: ['ignore', full, 'pipe'], encoding: 'utf8' },
  );
  closeSync(full);
  expect([status, stderr]).toEqual([1, expect.stringContaining('The output cannot be written: ENOSPC')]);
});
