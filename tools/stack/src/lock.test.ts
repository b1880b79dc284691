import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { decideLock, holdingLock, takeLock } from './lock.ts';
import { identify } from './processes.ts';

const holder = { pid: 4711, startedAt: 'boot 99' };
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'docfleet-lock-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

test('no file: the lock is taken', () => {
  expect(decideLock(undefined, () => true)).toEqual({ kind: 'take' });
});

test('a running holder keeps the lock', () => {
  expect(decideLock(JSON.stringify(holder), () => true)).toEqual({ kind: 'held', by: holder });
});

test('a holder that has ended is replaced', () => {
  expect(decideLock(JSON.stringify(holder), () => false)).toEqual({ kind: 'replace' });
});

test.each(['', '4711', '{"pid":4711}', 'not json'])('text that names no process is replaced: %j', (text) => {
  expect(decideLock(text, () => true)).toEqual({ kind: 'replace' });
});

test('a second taker is told who holds it; after the release it gets it', () => {
  const path = join(folder, 'lock');
  const first = takeLock(path);
  expect(takeLock(path)).toEqual({ heldBy: identify(process.pid) });
  if ('release' in first) first.release();
  expect(takeLock(path)).toHaveProperty('release');
});

test('a lock left by an ended process is taken over and nothing else stays in the folder', () => {
  const path = join(folder, 'lock');
  writeFileSync(path, JSON.stringify({ pid: process.pid, startedAt: 'an earlier process with this number' }));
  expect(takeLock(path)).toHaveProperty('release');
  expect(readdirSync(folder)).toEqual(['lock']);
});

test('holdingLock gives the lock back when the action fails', async () => {
  const path = join(folder, 'lock');
  await expect(holdingLock(path, 1000, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(await holdingLock(path, 1000, () => Promise.resolve('again'))).toBe('again');
});
