import type { Run } from '@docfleet/contracts';
import type { FleetQueue, QueuedRun } from '@docfleet/database';
import { FailureError, stageNames } from '@docfleet/domain';
import { virtualClock } from '@docfleet/testing';
import { expect, it } from 'vitest';
import { queueReader } from './queue-reader.ts';

const queued = (index: number): QueuedRun => ({
  runId: `run-${index}`,
  tenantId: 'acme',
  lane: 'normal',
  stage: 'ocr',
  createdAt: index,
  pageCount: 0,
  mediaType: null,
  sizeBytes: 0,
});

const run = (index: number, facts: Partial<Run> = {}): Run =>
  ({ ...queued(index), input: null, updatedAt: 0, endedAt: null, ...facts }) as unknown as Run;

/** A queue of so many runs in which every stage took a second, and how often it was read. */
function queueOf(count: number) {
  const reads = { open: 0, passages: 0 };
  const queue: FleetQueue = {
    open: (limit) => {
      reads.open += 1;
      return Promise.resolve(Array.from({ length: Math.min(count, limit) }, (_, index) => queued(index)));
    },
    passagesSince: () => {
      reads.passages += 1;
      return Promise.resolve(
        stageNames.map((stage) => ({
          runId: 'ended',
          tenantId: 'acme',
          stage,
          lane: 'normal' as const,
          mediaType: null,
          sizeBytes: 0,
          pageCount: 1,
          at: 1,
          queuedMs: 0,
          activeMs: 1_000,
        })),
      );
    },
  };
  return { queue, reads };
}

it('reads once a second, however many ask', async () => {
  const clock = virtualClock(10);
  const { queue, reads } = queueOf(3);
  const read = queueReader(queue, clock);
  const asked = Array.from({ length: 50 }, (_, index) => read(run(index % 3)));
  const positions = (await Promise.all(asked)).map((found) => found?.position);
  expect([positions.slice(0, 3), reads]).toEqual([[1, 2, 3], { open: 1, passages: 1 }]);
  await clock.advance(1_000);
  await read(run(0));
  expect(reads).toEqual({ open: 2, passages: 1 });
});

it('reads less often where reading takes long', async () => {
  const clock = virtualClock(10);
  const { queue, reads } = queueOf(1);
  const slow: FleetQueue = {
    ...queue,
    open: async (limit) => {
      await new Promise<void>((resolve) => clock.after(500, resolve));
      return queue.open(limit);
    },
  };
  const read = queueReader(slow, clock);
  for (const waitMs of [0, 9_000, 2_000]) {
    await clock.advance(waitMs);
    await clock.settle(read(run(0)));
  }
  expect(reads.open).toBe(2);
});

it('knows no place of a run that has ended, nor of one behind more than are looked at', async () => {
  const clock = virtualClock(10);
  const read = queueReader(queueOf(10_001).queue, clock);
  expect(await read(run(0, { endedAt: 5 }))).toBeNull();
  expect(await read(run(99_999))).toBeNull();
  expect((await read(run(9_999)))?.position).toBe(10_000);
});

it('answers without it while the database does not answer, and does not ask each time', async () => {
  const clock = virtualClock(10);
  let asked = 0;
  const failing: FleetQueue = {
    open: () => {
      asked += 1;
      return Promise.reject(new FailureError('DATABASE_UNAVAILABLE'));
    },
    passagesSince: () => Promise.resolve([]),
  };
  const read = queueReader(failing, clock);
  expect([await read(run(0)), await read(run(0)), asked]).toEqual([null, null, 1]);
});
