import { expect, test } from 'vitest';
import { median, parseBusy, parsePss, parseStat, treeOf } from './processes.ts';

test('a stat line is read, also when the name of the process holds brackets and spaces', () => {
  const text =
    '42 (node (a b) c) S 7 42 42 0 -1 4194304 10 0 0 0 100 50 30 20 20 0 11 0 100 1000000 256 18446744073709551615';
  expect(parseStat(text)).toEqual({ pid: 42, parent: 7, cpuSeconds: 2, residentBytes: 1_048_576 });
});

test('a tree has the children of children and nobody else', () => {
  const process = (pid: number, parent: number) => ({ pid, parent, cpuSeconds: 0, residentBytes: 0 });
  const all = [process(4, 3), process(3, 2), process(2, 1), process(9, 1)];
  expect(treeOf(all, [2]).map(({ pid }) => pid)).toEqual([4, 3, 2]);
});

test('the proportional share of memory is read in bytes', () => {
  expect(parsePss('55d0-7ffd ---p 0 00:00 0 [rollup]\nRss:  9000 kB\nPss:   1234 kB\nPss_Anon: 9 kB\n')).toBe(
    1234 * 1024,
  );
  expect(parsePss('nothing of the kind')).toBe(0);
});

test('the median of an even number of values lies between the middle ones', () => {
  expect([median([3, 1, 2]), median([4, 1, 2, 3]), median([])]).toEqual([2, 2.5, 0]);
});

test('busy time of the machine leaves out idle time and waiting', () => {
  expect(parseBusy('cpu  100 20 30 9999 8888 40 10 0 0 0\ncpu0 1 1 1 1 1 1 1 0 0 0\n')).toBe(2);
});
