import { expect, test } from 'vitest';
import { identify, isRunning, parseProcStat } from './processes.ts';

test('state and start are found behind a name with blanks and brackets', () => {
  const stat = '42 (a (b) c) S 1 42 42 0 -1 4194560 1 0 0 0 1 2 0 0 20 0 1 0 777 1000 2';
  expect(parseProcStat(stat)).toEqual({ state: 'S', start: '777' });
});

test('this process runs; one with the same number and another start does not', () => {
  const self = identify(process.pid);
  expect(self).toBeDefined();
  expect(self !== undefined && isRunning(self)).toBe(true);
  expect(isRunning({ pid: process.pid, startedAt: 'earlier' })).toBe(false);
});
