import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { fileProblem } from './file-problem.ts';

const folder = mkdtempSync(join(tmpdir(), 'docfleet-problem-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

test('a path that cannot even be looked at is a problem of its file alone', () => {
  const loop = join(folder, 'loop.pdf');
  symlinkSync('loop.pdf', loop);
  const tooLong = join(folder, 'x'.repeat(300));
  expect([loop, tooLong].map(fileProblem)).toEqual([
    { code: 'SOURCE_NOT_FOUND', message: expect.stringContaining('cannot be read: ELOOP') as string },
    { code: 'SOURCE_NOT_FOUND', message: expect.stringContaining('cannot be read: ENAMETOOLONG') as string },
  ]);
});
