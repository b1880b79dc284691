import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openToAll } from './open-to-all.ts';

test('O-09: what only the user of the build may read, the user of the image reads too', () => {
  const folder = mkdtempSync(join(tmpdir(), 'docfleet-open-'));
  try {
    mkdirSync(join(folder, 'models'), { mode: 0o700 });
    writeFileSync(join(folder, 'models/models.json'), '{}', { mode: 0o600 });
    writeFileSync(join(folder, 'program'), '', { mode: 0o600 });
    chmodSync(join(folder, 'program'), 0o700);
    symlinkSync('absent', join(folder, 'link'));
    openToAll(folder);
    const modes = ['', 'models', 'models/models.json', 'program'].map(
      (path) => statSync(join(folder, path)).mode & 0o777,
    );
    expect(modes).toEqual([0o755, 0o755, 0o644, 0o755]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
