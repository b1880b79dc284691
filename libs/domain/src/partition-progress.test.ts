import { expect, test } from 'vitest';
import { lagOf } from './partition-progress.ts';

test('O-03: lag is what is neither committed nor finished', () => {
  const at = { topic: 'ocr.tasks.high', partition: 0, queue: 'high' } as const;
  expect([
    lagOf({ ...at, committed: 7n, finished: 0n, end: 7n }),
    lagOf({ ...at, committed: 10n, finished: 5n, end: 20n }),
    lagOf({ ...at, committed: null, finished: 0n, end: 3n }),
    lagOf({ ...at, committed: 9n, finished: 0n, end: 7n }),
  ]).toEqual([0, 5, 3, 0]);
});
