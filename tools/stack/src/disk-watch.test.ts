import { expect, test } from 'vitest';
import { diskNews } from './disk-watch.ts';

const folder = '.docfleet';

test.each([
  ['room that stays', false, 5, ''],
  ['a disk that fills up', false, 0.5, 'THE DISK IS NEARLY FULL: 0.5 GiB free in .docfleet'],
  ['a disk that stays full', true, 0.4, ''],
  ['free space that comes back', true, 2, 'The disk has free space again: 2.0 GiB free in .docfleet'],
])('%s', (_, low, gibibytes, expected) => {
  const [said = ''] = (diskNews({ low }, gibibytes * 1024 ** 3, folder) ?? '').split(/\.(?: |$)/);
  expect(said).toBe(expected);
});
