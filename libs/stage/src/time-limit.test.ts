import { describe, expect, it } from 'vitest';
import { executeTask, type ExecutionOptions } from './execute-task.ts';
import { silentObserver } from './observer.ts';
import { startTimeLimit } from './time-limit.ts';
import { runContext, virtualClock, type VirtualClock } from '@docfleet/testing';
import { sleep } from '@docfleet/domain';
import type { Stage } from './stage.ts';
import { skipped } from './stage.ts';

type Task = 'documents.normal';

/** Executes a handler; returns the soft limits that it reached, each with its time. */
async function execute(
  clock: VirtualClock,
  handle: Stage<Task>['handle'],
  facts: { readonly budgetMs?: number } = {},
) {
  const startedAt = clock.now();
  const soft: string[] = [];
  const place = { topic: 'documents.normal', partition: 0 };
  const options: ExecutionOptions<Task> = {
    stage: {
      name: 'preprocess',
      version: '1',
      maxConcurrentRuns: 1,
      timeoutMs: () => 10_000,
      timeoutCode: 'TIMEOUT_PREPARE',
      runOf: () => runContext(),
      acceptsRuns: false,
      retries: 'topics',
      restartWhenInDoubt: false,
      cancellable: true,
      handle,
    },
    task: {} as Parameters<Stage<Task>['handle']>[0],
    run: runContext({ expiresAt: Number.MAX_SAFE_INTEGER, usedMs: 0, ...facts }),
    delivery: {
      attempt: 1,
      lane: 'normal',
      dueAtMs: 0,
      origin: { ...place, offset: '7', timestampMs: 0, clusterId: 'cluster' },
      accepted: true,
      traceparent: null,
    },
    receivedFrom: place,
    received: { key: null, value: null, headers: {}, timestampMs: 0, isRetry: false },
    retryDelaysMs: [],
    clock,
    log: silentObserver.logOf(null),
    stop: new AbortController().signal,
    onAccepted: () => undefined,
    onPages: () => undefined,
    onSoftLimit: ({ code, limitMs }) => soft.push(`${code} of ${limitMs} at ${clock.now() - startedAt}`),
  };
  const executed = await clock.settle(executeTask(options));
  return { executed, soft };
}

const asleep =
  (ms: number): Stage<Task>['handle'] =>
  async (_, { clock, signal }) => {
    await sleep(clock, ms, signal);
    return skipped('done');
  };

describe('time limits', () => {
  it('M-10: warns at 90 % of the limit, and ends the work at the limit', async () => {
    const { executed, soft } = await execute(virtualClock(), asleep(60_000));
    expect(soft).toEqual(['TIMEOUT_PREPARE of 10000 at 9000']);
    expect(executed.conclusion).toMatchObject({
      kind: 'endRun',
      ending: { failure: { code: 'TIMEOUT_PREPARE' } },
    });
  });

  it('M-10: warns of the budget of the run when that is shorter', async () => {
    const { soft } = await execute(virtualClock(), asleep(60_000), { budgetMs: 4_000 });
    expect(soft).toEqual(['TIMEOUT_RUN of 4000 at 3600']);
  });

  it('does not warn of work that ends before', async () => {
    const { executed, soft } = await execute(virtualClock(), asleep(8_999));
    expect({ soft, kind: executed.conclusion.kind }).toEqual({ soft: [], kind: 'skipped' });
  });

  it('M-10: a part has a limit and a timing of its own', async () => {
    const { executed, soft } = await execute(virtualClock(), async (_, context) => {
      const { clock, signal } = context;
      await sleep(clock, 500, signal);
      await context.runPart({ name: 'fetch', code: 'TIMEOUT_FETCH', limitMs: 2_000 }, (fetching) =>
        sleep(clock, 60_000, fetching),
      );
      return skipped('done');
    });
    expect(soft).toEqual(['TIMEOUT_FETCH of 2000 at 2300']);
    expect(executed.conclusion).toMatchObject({
      kind: 'endRun',
      ending: { failure: { code: 'TIMEOUT_FETCH' } },
    });
    expect(executed).toMatchObject({ activeMs: 2_500, parts: [{ name: 'fetch', activeMs: 2_000 }] });
  });

  it('calls nothing after it was cancelled', async () => {
    const clock = virtualClock();
    const called: string[] = [];
    const cancel = startTimeLimit(
      clock,
      { code: 'TIMEOUT_OCR', limitMs: 100 },
      { onSoft: () => called.push('soft'), onHard: () => called.push('hard') },
    );
    cancel();
    await clock.advance(1_000);
    expect(called).toEqual([]);
  });
});
