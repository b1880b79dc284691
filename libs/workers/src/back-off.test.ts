import { expect, test } from 'vitest';
import { backOffMs } from './back-off.ts';

test('doubles from half a second to half a minute', () => {
  expect([0, 1, 2, 3, 7, 50].map(backOffMs)).toEqual([0, 500, 1000, 2000, 30_000, 30_000]);
});
