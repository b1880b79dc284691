import {
  stageTopics,
  type DocumentRejected,
  type IntegrationTask,
  type RunContext,
  type StageEvent,
} from '@docfleet/contracts';
import { failure, outcomeIdOf, outcomeIdOfOrder, rejectionIdOf } from '@docfleet/domain';
import type { Delivery } from '@docfleet/domain';
import type { LogRecord } from '@docfleet/record-log';
import { builtAtMs, objectRef, ocrTask, runContext } from '@docfleet/testing';
import { describe, expect, it } from 'vitest';
import { failureCodeOf, recordsOf, withTiming, type Conclusion, type StepInput } from './step.ts';

const run = runContext({
  lane: 'high',
  usedMs: 1_000,
  documentId: 'doc-1',
  callbackUrl: 'https://acme.example/',
});
const timed = {
  ...run,
  usedMs: 1_450,
  timings: [{ stage: 'ocr', attempt: 2, queuedMs: 30, activeMs: 450 }],
};
const nowMs = builtAtMs + 5_000;

const record: LogRecord = {
  topic: 'ocr.retry.30s',
  partition: 3,
  offset: 41n,
  key: Buffer.from('key'),
  value: Buffer.from('bytes'),
  headers: { 'docfleet-attempt': '2' },
  timestampMs: builtAtMs,
};

const delivery: Delivery = {
  attempt: 2,
  lane: 'high',
  dueAtMs: 0,
  origin: {
    topic: 'ocr.tasks.high',
    partition: 1,
    offset: '17',
    timestampMs: builtAtMs,
    clusterId: 'cluster',
  },
  accepted: true,
  traceparent: null,
};

const trace = { traceparent: '00-trace' };

function input(facts: Partial<StepInput> & Pick<StepInput, 'conclusion'>): StepInput {
  return {
    stage: 'ocr',
    pool: null,
    group: 'ocr-group',
    record,
    delivery,
    run,
    accepted: true,
    acceptsRuns: false,
    nowMs,
    queuedMs: 30,
    activeMs: 450,
    parts: [],
    traceparent: '00-trace',
    ...facts,
  };
}

/** A record of `documents.events` about the run. */
function event(facts: Partial<StageEvent>) {
  const value: StageEvent = {
    runId: run.runId,
    revision: 1,
    requestId: 'request-1',
    documentId: 'doc-1',
    tenantId: 'acme',
    lane: 'high',
    claimDate: '2026-01-01',
    stage: 'ocr',
    kind: 'finished',
    attempt: 2,
    at: nowMs,
    acceptedAt: builtAtMs,
    expiresAt: run.expiresAt,
    queuedMs: 30,
    activeMs: 450,
    code: null,
    detail: null,
    pageCount: 0,
    source: { topic: 'ocr.retry.30s', partition: 3, offset: '41' },
    region: 'local',
    callbackUrl: 'https://acme.example/',
    round: 0,
    ...facts,
  };
  return { topic: 'documents.events', key: Buffer.from(run.runId), headers: trace, value };
}

function toIntegration(ending: IntegrationTask['ending'], facts: Partial<IntegrationTask> = {}) {
  const value = { context: timed, input: null, ending, results: {}, pageCount: 0, ...facts };
  return { topic: 'integration.tasks.high', key: Buffer.from(run.runId), headers: trace, value };
}

const failureHeaders = {
  ...trace,
  'docfleet-stage': 'ocr',
  'docfleet-attempt': '2',
  'docfleet-failure-code': 'STORE_UNAVAILABLE',
  'docfleet-origin': `ocr.tasks.high 1 17 ${String(builtAtMs)}`,
  'docfleet-accepted': 'true',
  'docfleet-lane': 'high',
};

const unchanged = { key: Buffer.from('key'), bytes: Buffer.from('bytes') };
const storeFailed = failure('STORE_UNAVAILABLE');

/** The record on `documents.rejected` for a record that stood where `delivery` says. */
function rejection(facts: object = {}) {
  const rejectionId = rejectionIdOf('cluster', delivery.origin);
  const value = {
    rejectionId,
    code: 'STORE_UNAVAILABLE',
    message: 'The object store is not available.',
    tenantId: 'acme',
    requestId: 'request-1',
    source: { topic: 'ocr.tasks.high', partition: 1, offset: '17' },
    at: nowMs,
    ...facts,
  };
  return { topic: 'documents.rejected', key: Buffer.from(rejectionId), headers: trace, value };
}

describe('what a record that is done writes', () => {
  it('the outputs, made from the context with the time of this stage, and an event with the pages', () => {
    const task = ocrTask();
    const outputs = [
      {
        topic: 'ocr.tasks.high' as const,
        key: 'run',
        value: (context: typeof run) => ({ ...task, context }),
      },
      { topic: 'documents.control' as const, key: 'order', partition: 4, bytes: Buffer.from('encoded') },
    ];
    expect(recordsOf(input({ conclusion: { kind: 'done', outputs, pageCount: 7 } }))).toEqual([
      {
        topic: 'ocr.tasks.high',
        key: Buffer.from('run'),
        headers: trace,
        value: { ...task, context: timed },
      },
      {
        topic: 'documents.control',
        key: Buffer.from('order'),
        partition: 4,
        headers: trace,
        bytes: Buffer.from('encoded'),
      },
      event({ kind: 'finished', pageCount: 7 }),
    ]);
  });

  it('names no partition where none is asked for, and no trace where there is none', () => {
    const outputs = [{ topic: 'documents.control' as const, key: 'order', bytes: Buffer.from('encoded') }];
    const [output] = recordsOf(
      input({ conclusion: { kind: 'done', outputs, pageCount: 0 }, traceparent: null }),
    );
    expect(Object.keys(output ?? {})).toEqual(['topic', 'key', 'headers', 'bytes']);
    expect(output?.headers).toEqual({});
  });
});

describe('what a record writes for which nothing is to do', () => {
  it('an event that says why', () => {
    expect(recordsOf(input({ conclusion: { kind: 'skipped', reason: 'cancelled' } }))).toEqual([
      event({ kind: 'skipped', detail: 'cancelled' }),
    ]);
  });

  it('an event that it is a duplicate', () => {
    expect(recordsOf(input({ conclusion: { kind: 'duplicate' } }))).toEqual([event({ kind: 'duplicate' })]);
  });

  it('itself, unchanged, at the partition that it moves to', () => {
    const to = { topic: 'integration.tasks.high', partition: 5 };
    expect(recordsOf(input({ conclusion: { kind: 'moved', to } }))).toEqual([
      { ...unchanged, ...to, headers: record.headers },
    ]);
  });

  it('no bytes for a record without a value', () => {
    const to = { topic: 'integration.tasks.high', partition: 5 };
    const tombstone = { ...record, value: null };
    expect(recordsOf(input({ conclusion: { kind: 'moved', to }, record: tombstone }))).toEqual([
      { key: unchanged.key, bytes: Buffer.alloc(0), ...to, headers: record.headers },
    ]);
  });
});

describe('what a record writes that ends its run', () => {
  const outcomeId = outcomeIdOf(run, 'ocr-group', {
    topic: 'ocr.retry.30s',
    partition: 3,
    offset: '41',
  });
  const end = { input: objectRef(), results: { manifest: objectRef() }, pageCount: 3 };
  const stated = { outcomeId, endedBy: 'ocr', at: nowMs, decisionId: null } as const;

  it('the ending for integration, and an event', () => {
    const ending = { status: 'completed', verdict: 'approve', failure: null, ...end } as const;
    expect(recordsOf(input({ conclusion: { kind: 'endRun', ending } }))).toEqual([
      toIntegration({ ...stated, status: 'completed', verdict: 'approve', failure: null }, end),
      event({ kind: 'ending' }),
    ]);
  });

  it('with a failure: its code in both, the stage and page that it names in the ending', () => {
    const failed = failure('DOC_CORRUPT', { stage: 'preprocess', page: 2 });
    const ending = { status: 'failed', verdict: null, failure: failed, ...end } as const;
    const info = { code: 'DOC_CORRUPT', message: failed.message, stage: 'preprocess', page: 2 } as const;
    expect(recordsOf(input({ conclusion: { kind: 'endRun', ending } }))).toEqual([
      toIntegration({ ...stated, status: 'failed', verdict: null, failure: info }, end),
      event({ kind: 'ending', code: 'DOC_CORRUPT' }),
    ]);
  });

  it('expired: the one ending that every stage names alike', () => {
    expect(recordsOf(input({ conclusion: { kind: 'expired' } }))).toEqual([
      toIntegration({
        outcomeId: outcomeIdOfOrder(run.runId, 1, 'expired'),
        status: 'expired',
        verdict: null,
        failure: {
          code: 'RUN_EXPIRED',
          message: 'The run did not end within its allowed age.',
          stage: 'ocr',
          page: null,
        },
        endedBy: 'ocr',
        at: nowMs,
        decisionId: null,
      }),
      event({ kind: 'ending', code: 'RUN_EXPIRED' }),
    ]);
  });
});

describe('what a record writes that failed', () => {
  it('itself to the retry topic, with its next attempt and when it is due', () => {
    const [retry] = stageTopics('ocr').retries.slice(1);
    const conclusion = { kind: 'retryTopic', index: 1, failure: storeFailed } as const;
    expect(recordsOf(input({ conclusion }))).toEqual([
      {
        ...unchanged,
        topic: retry?.topic,
        headers: {
          ...failureHeaders,
          'docfleet-attempt': '3',
          'docfleet-due-at': String(nowMs + (retry?.delayMs ?? 0)),
        },
      },
      event({ kind: 'retrying', code: 'STORE_UNAVAILABLE' }),
    ]);
  });

  it('refuses a retry topic that the stage does not have', () => {
    const conclusion = { kind: 'retryTopic', index: 9, failure: storeFailed } as const;
    expect(() => recordsOf(input({ conclusion }))).toThrow('ocr has no retry topic 9');
  });

  it('a dead letter and the failed ending of an accepted run', () => {
    const source = { topic: 'ocr.retry.30s', partition: 3, offset: '41' };
    expect(recordsOf(input({ conclusion: { kind: 'deadLetter', failure: storeFailed } }))).toEqual([
      { ...unchanged, topic: stageTopics('ocr').deadLetter, headers: failureHeaders },
      toIntegration({
        outcomeId: outcomeIdOf(run, 'ocr-group', source),
        status: 'failed',
        verdict: null,
        failure: { code: 'STORE_UNAVAILABLE', message: storeFailed.message, stage: 'ocr', page: null },
        endedBy: 'ocr',
        at: nowMs,
        decisionId: null,
      }),
      event({ kind: 'dead_lettered', code: 'STORE_UNAVAILABLE' }),
    ]);
  });

  it('a dead letter and a rejection, and no ending, of a run that is not accepted', () => {
    const conclusion = { kind: 'deadLetter', failure: storeFailed } as const;
    expect(recordsOf(input({ conclusion, accepted: false }))).toEqual([
      {
        ...unchanged,
        topic: stageTopics('ocr').deadLetter,
        headers: { ...failureHeaders, 'docfleet-accepted': 'false' },
      },
      rejection(),
      event({ kind: 'dead_lettered', code: 'STORE_UNAVAILABLE' }),
    ]);
  });

  it('no dead letter at a stage that never gives up', () => {
    const conclusion = { kind: 'deadLetter', failure: storeFailed } as const;
    const topics = recordsOf(input({ conclusion, stage: 'integration' })).map(({ topic }) => topic);
    expect(topics).toEqual(['integration.tasks.high', 'documents.events']);
  });

  it('a rejection alone when it is rejected', () => {
    const conclusion = { kind: 'rejected', failure: storeFailed } as const;
    expect(recordsOf(input({ conclusion }))).toEqual([rejection()]);
  });
});

describe('what a record writes that no schema reads', () => {
  const undecodable = failure('RECORD_UNDECODABLE');
  const said = {
    code: 'RECORD_UNDECODABLE',
    message: undecodable.message,
    tenantId: null,
    requestId: null,
  };

  it.each(['deadLetter', 'rejected'] as const)(
    '%s: a dead letter without a lane, and a rejection',
    (kind) => {
      const headers: Record<string, string> = {
        ...failureHeaders,
        'docfleet-failure-code': 'RECORD_UNDECODABLE',
        'docfleet-accepted': 'false',
      };
      delete headers['docfleet-lane'];
      const conclusion = { kind, failure: undecodable };
      expect(recordsOf(input({ conclusion, run: null, accepted: false }))).toEqual([
        { ...unchanged, topic: stageTopics('ocr').deadLetter, headers },
        rejection(said),
      ]);
    },
  );

  it('nothing else can be concluded of it', () => {
    const conclusion = { kind: 'skipped', reason: 'cancelled' } as const;
    expect(() => recordsOf(input({ conclusion, run: null }))).toThrow(
      'an undecoded record cannot be skipped',
    );
  });
});

describe('R-06: a rejection', () => {
  const idsOf = (facts: Partial<RunContext>) => {
    const conclusion = { kind: 'rejected', failure: failure('INVALID_SUBMISSION') } as const;
    const [written, ...others] = recordsOf(
      input({ acceptsRuns: true, accepted: false, conclusion, run: runContext(facts) }),
    );
    const value = written !== undefined && 'value' in written ? (written.value as DocumentRejected) : null;
    return { tenantId: value?.tenantId, requestId: value?.requestId, others: others.length };
  };

  it('shows ids that are none escaped and cut, and is the only record', () => {
    expect(idsOf({ tenantId: 'acme\u0000', requestId: '\u0000'.repeat(500) })).toEqual({
      tenantId: 'acme\\u0000',
      requestId: `${'\\u0000'.repeat(42)}…`,
      others: 0,
    });
  });

  it('shows sound ids as they are', () => {
    expect(idsOf({ requestId: 'a\\b' })).toMatchObject({ requestId: 'a\\b' });
    expect(idsOf({ requestId: null })).toMatchObject({ requestId: null });
  });
});

describe('what the first stage says to the ledger', () => {
  const kindsOf = (facts: Partial<StepInput> & Pick<StepInput, 'conclusion'>) =>
    recordsOf(input({ acceptsRuns: true, stage: 'preprocess', ...facts })).flatMap((each) =>
      each.topic === 'documents.events' && 'value' in each ? [(each.value as StageEvent).kind] : [],
    );

  it('that a run is accepted, with whatever else it says of it', () => {
    expect(kindsOf({ conclusion: { kind: 'done', outputs: [], pageCount: 1 } })).toEqual([
      'accepted',
      'finished',
    ]);
    expect(kindsOf({ conclusion: { kind: 'expired' } })).toEqual(['accepted', 'ending']);
  });

  it('of a run that is not accepted nothing but that it is a duplicate', () => {
    const skipped = { kind: 'skipped', reason: 'cancelled' } as const;
    expect(recordsOf(input({ acceptsRuns: true, accepted: false, conclusion: skipped }))).toEqual([]);
    expect(kindsOf({ accepted: false, conclusion: { kind: 'duplicate' } })).toEqual(['duplicate']);
  });
});

it('the time of a stage is added to what the run has used, behind the times that are noted', () => {
  const earlier = { stage: 'preprocess', attempt: 1, queuedMs: 1, activeMs: 2 } as const;
  const before = runContext({ usedMs: 100, timings: [earlier] });
  const parts = [{ name: 'fetch', activeMs: 100 }];
  expect(withTiming(before, { stage: 'ocr', delivery, queuedMs: 30, activeMs: 450, parts })).toEqual({
    ...before,
    usedMs: 550,
    timings: [
      earlier,
      { stage: 'fetch', attempt: 2, queuedMs: 0, activeMs: 100 },
      { stage: 'ocr', attempt: 2, queuedMs: 30, activeMs: 450 },
    ],
  });
});

describe('the failure that a conclusion stands for', () => {
  const lost = failure('SOURCE_NOT_FOUND');
  const ended = { status: 'failed', verdict: null, input: null, results: {}, pageCount: 0 } as const;
  const conclusions: readonly (readonly [Conclusion, string | null])[] = [
    [{ kind: 'rejected', failure: lost }, 'SOURCE_NOT_FOUND'],
    [{ kind: 'retryTopic', index: 0, failure: lost }, 'SOURCE_NOT_FOUND'],
    [{ kind: 'deadLetter', failure: lost }, 'SOURCE_NOT_FOUND'],
    [{ kind: 'endRun', ending: { ...ended, failure: lost } }, 'SOURCE_NOT_FOUND'],
    [{ kind: 'endRun', ending: { ...ended, failure: null } }, null],
    [{ kind: 'expired' }, 'RUN_EXPIRED'],
    [{ kind: 'done', outputs: [], pageCount: 1 }, null],
    [{ kind: 'skipped', reason: 'stopped' }, null],
    [{ kind: 'duplicate' }, null],
    [{ kind: 'moved', to: { topic: 'ocr.tasks.high', partition: 1 } }, null],
  ];
  it.each(conclusions)('%o: %s', (conclusion, code) => {
    expect(failureCodeOf(conclusion)).toBe(code);
  });
});
