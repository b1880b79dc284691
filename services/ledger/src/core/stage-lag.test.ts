import { expect, test } from 'vitest';
import type { PartitionProgress } from '@docfleet/domain';
import { StageLag } from './stage-lag.ts';

const at = (
  queue: PartitionProgress['queue'],
  topic: string,
  of: Partial<PartitionProgress>,
): PartitionProgress => ({
  queue,
  topic,
  partition: 0,
  committed: 0n,
  finished: 0n,
  end: 0n,
  ...of,
});

test('O-03: lag counts what is neither committed nor finished, by lane, and retry topics together', () => {
  const measured = new StageLag().measure(
    'ocr',
    [
      at('urgent', 'ocr.tasks.urgent', { committed: 7n, end: 7n }),
      at('normal', 'ocr.tasks.normal', { committed: 10n, finished: 5n, end: 20n }),
      at('normal', 'ocr.tasks.normal', { partition: 1, committed: null, end: 3n }),
      at('retry', 'ocr.retry.30s', { committed: 1n, end: 2n }),
      at('retry', 'ocr.retry.5m', { committed: 1n, end: 3n }),
    ],
    0,
  );
  expect(Object.fromEntries(measured.map(({ lane, lag }) => [lane, lag]))).toEqual({
    urgent: 0,
    normal: 8,
    retry: 3,
  });
});

test('O-04: a queue is stalled since its oldest partition with lag moved last', () => {
  const lag = new StageLag();
  const stalled = (atMs: number, ...progress: readonly PartitionProgress[]) =>
    lag.measure('ocr', progress, atMs).find(({ lane }) => lane === 'normal')?.stalledMs;
  const stuck = at('normal', 'ocr.tasks.normal', { end: 9n });
  const moving = (committed: bigint) =>
    at('normal', 'ocr.tasks.normal', { partition: 1, committed, end: 99n });
  expect(stalled(0, stuck, moving(1n))).toBe(0);
  expect(stalled(1_000, stuck, moving(2n))).toBe(1_000);
  // Something behind the stuck record was finished: the partition moves.
  expect(stalled(2_000, { ...stuck, finished: 3n }, moving(3n))).toBe(0);
  expect(stalled(5_000, { ...stuck, finished: 3n }, moving(4n))).toBe(3_000);
  expect(stalled(6_000, { ...stuck, committed: 9n }, moving(99n))).toBe(0);
  expect(stalled(9_000, { ...stuck, committed: 9n, end: 10n }, moving(99n))).toBe(0);
});
