import type { ReviewTask } from '@docfleet/contracts';
import { reviewExpiryMs, reviewTaskIdOf } from '@docfleet/domain';
import type { StageContext } from '@docfleet/stage';
import { builtAtMs, objectRef, runContext, virtualClock } from '@docfleet/testing';
import { describe, expect, it } from 'vitest';
import type { TaskForPeople } from './core/review-task.ts';
import type { StoredTask } from './ports.ts';
import { reviewStage } from './stage.ts';

const run = runContext({ review: 'below-threshold', round: 1, fourEyesAbove: 100 });

function reviewTask(facts: Partial<ReviewTask> = {}): ReviewTask {
  return {
    ...{ context: run, input: objectRef(), results: { fields: objectRef() }, reasons: ['CLASS_UNKNOWN'] },
    ...{ pageCount: 2, afterwards: false },
    ...facts,
  };
}

const found = {
  documents: [
    {
      ...{ index: 1, documentClass: 'other', classVersion: 1, confidence: 0.4, firstPage: 1, lastPage: 2 },
      fields: [],
      rows: [],
      rowsSeen: 0,
    },
  ],
  verdict: { verdict: 'review', documents: [] },
} as const;

async function handle(task: ReviewTask, answer?: StoredTask) {
  const stored: TaskForPeople[] = [];
  const clock = virtualClock(builtAtMs);
  const stage = reviewStage(
    {
      results: { load: () => Promise.resolve(found) },
      tasks: {
        store: (given) => {
          stored.push(given);
          return Promise.resolve(answer ?? { kind: 'held', expiresAt: given.expiresAt });
        },
      },
      expiryMs: reviewExpiryMs,
    },
    { maxConcurrentRuns: 1, timeoutMs: 30_000 },
  );
  const { signal } = new AbortController();
  const context: Partial<StageContext> = { run: task.context, signal, clock };
  const result = await stage.handle(task, context as StageContext);
  return { result, stored };
}

describe('H-01: the stage of review', () => {
  it('stores what the machine found, with the time that people have, and ends its step', async () => {
    const task = reviewTask();
    const expiresAt = builtAtMs + reviewExpiryMs;
    expect(await handle(task)).toEqual({
      result: { kind: 'done', outputs: [], pageCount: 2, expiresAt },
      stored: [
        {
          ...task,
          ...found,
          taskId: reviewTaskIdOf(run),
          context: { ...run, expiresAt },
          documentClass: 'other',
          doubt: 0.6,
          createdAt: builtAtMs,
          expiresAt,
          fourEyes: false,
        },
      ],
    });
  });

  it('says the expiry of the task that stands, when its record is repeated', async () => {
    expect((await handle(reviewTask(), { kind: 'held', expiresAt: 77 })).result).toMatchObject({
      expiresAt: 77,
    });
  });

  it('leaves a run that has ended, and one that ends without waiting, as they are', async () => {
    const ended = await handle(reviewTask(), { kind: 'ended' });
    const afterwards = await handle(reviewTask({ afterwards: true }));
    expect([ended.result, afterwards.result, afterwards.stored.length]).toEqual([
      { kind: 'skipped', reason: 'already ended' },
      { kind: 'skipped', reason: 'the run ends without waiting' },
      1,
    ]);
  });
});
