import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { folderSize } from './folder-size.ts';

test('files are counted once, also where a link leads to their folder', () => {
  const folder = mkdtempSync(join(tmpdir(), 'docfleet-size-'));
  try {
    mkdirSync(join(folder, 'libs/a'), { recursive: true });
    mkdirSync(join(folder, 'node_modules'));
    writeFileSync(join(folder, 'libs/a/index.js'), '12345');
    writeFileSync(join(folder, 'main.js'), '123');
    symlinkSync('../libs/a', join(folder, 'node_modules/a'));
    expect(folderSize(folder)).toEqual({ bytes: 8, files: 2 });
  } finally {
    rmSync(folder, { recursive: true });
  }
});
