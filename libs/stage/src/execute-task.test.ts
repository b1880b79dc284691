import type { RunContext } from '@docfleet/contracts';
import { FailureError, type Clock, type Delivery } from '@docfleet/domain';
import { describe, expect, it } from 'vitest';
import { silentObserver } from './observer.ts';
import type { Stage } from './stage.ts';
import { executeTask } from './execute-task.ts';

/** Pauses between quick tries are over at once; limits are never reached. */
const clock: Clock = {
  now: () => 0,
  after: (delayMs, action) => {
    if (delayMs <= 1_000) queueMicrotask(action);
    return () => undefined;
  },
};

const run = { runId: 'run-1', revision: 1, budgetMs: 600_000, usedMs: 0, expiresAt: 1 } as RunContext;

const stage: Stage<'documents.normal'> = {
  name: 'preprocess',
  version: '1',
  maxConcurrentRuns: 1,
  timeoutMs: () => 60_000,
  timeoutCode: 'TIMEOUT_PREPARE',
  runOf: () => run,
  acceptsRuns: true,
  retries: 'topics',
  restartWhenInDoubt: false,
  cancellable: true,
  handle: () => Promise.reject(new FailureError('STORE_UNAVAILABLE')),
};

const place = { topic: 'preprocess.retry.30m', partition: 0 };

const giveUp = (facts: Pick<Delivery, 'accepted'>, of: Partial<typeof stage> = {}) =>
  executeTask<'documents.normal'>({
    stage: { ...stage, ...of },
    task: {} as Parameters<typeof stage.handle>[0],
    run,
    delivery: {
      attempt: 4,
      lane: 'normal',
      dueAtMs: 0,
      origin: { ...place, offset: '7', timestampMs: 0, clusterId: 'cluster' },
      traceparent: null,
      ...facts,
    },
    receivedFrom: place,
    received: { key: null, value: null, headers: {}, timestampMs: 0, isRetry: false },
    retryDelaysMs: [30_000, 300_000, 1_800_000],
    clock,
    log: silentObserver.logOf(null),
    stop: new AbortController().signal,
    onAccepted: () => undefined,
    onPages: () => undefined,
    onSoftLimit: () => undefined,
  });

describe('executeTask, of a submission that cannot be claimed', () => {
  it('M-13: ends a run that an earlier attempt has claimed', async () => {
    const { conclusion, accepted } = await giveUp({ accepted: true });
    expect([conclusion.kind, accepted]).toEqual(['deadLetter', true]);
  });

  it('touches no run that nobody has claimed', async () => {
    const { conclusion, accepted } = await giveUp({ accepted: false });
    expect([conclusion.kind, accepted]).toEqual(['deadLetter', false]);
  });
});

it('what throws around the handler fails the record, as the handler would, and not the process', async () => {
  const timeoutMs = (): never => {
    throw new Error('the task has no pages');
  };
  const { conclusion } = await giveUp({ accepted: false }, { timeoutMs });
  expect(conclusion).toMatchObject({ kind: 'deadLetter', failure: { code: 'INTERNAL_ERROR' } });
});
