import { expect, test } from 'vitest';
import { diskNews } from './disk-watch.ts';

const folder = '.docfleet';

test.each([
  ['room that stays', false, 5, undefined],
  ['a disk that fills up', false, 0.5, /^THE DISK IS NEARLY FULL: 0\.5 GiB free in \.docfleet\./],
  ['a disk that stays full', true, 0.4, undefined],
  ['room that comes back', true, 2, /^There is room on the disk again: 2\.0 GiB free/],
])('%s', (_, low, gibibytes, expected) => {
  const line = diskNews({ low }, gibibytes * 1024 ** 3, folder);
  if (expected === undefined) expect(line).toBeUndefined();
  else expect(line).toMatch(expected);
});
