import { expect, it } from 'vitest';
import { fixedWindows } from './fixed-windows.ts';

it('counts each key in windows of its own', () => {
  const windows = fixedWindows({ windowMs: 100, maxKeys: 10 });
  expect(windows.add('a', 0)).toEqual({ count: 1, resetMs: 100 });
  expect(windows.add('a', 40)).toEqual({ count: 2, resetMs: 60 });
  expect(windows.add('b', 50)).toEqual({ count: 1, resetMs: 100 });
  expect(windows.add('a', 99)).toEqual({ count: 3, resetMs: 1 });
  expect(windows.add('a', 100)).toEqual({ count: 1, resetMs: 100 });
});

it('takes back what was added', () => {
  const windows = fixedWindows({ windowMs: 100, maxKeys: 10 });
  windows.add('a', 0);
  windows.takeBack('a');
  windows.takeBack('a');
  windows.takeBack('b');
  expect(windows.add('a', 1)).toEqual({ count: 1, resetMs: 99 });
});

it('keeps no more keys than it may', () => {
  const windows = fixedWindows({ windowMs: 100, maxKeys: 2 });
  for (const key of ['a', 'b', 'a', 'c']) windows.add(key, 0);
  expect([windows.add('a', 0).count, windows.add('b', 0).count]).toEqual([3, 1]);
});
