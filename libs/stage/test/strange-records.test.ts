import { localCodec, type RecordCodec } from '@docfleet/contracts';
import { failure, FailureError } from '@docfleet/domain';
import { done, next, rejected, silentObserver, type StageObserver } from '../src/index.ts';
import { objectRef, ocrTask, runContext } from '@docfleet/testing';
import { expect, test } from 'vitest';
import { createStageHarness, recordingHandler, ocrStage } from './stage-harness.ts';

/** A codec whose registry can be away. */
function registry(): { readonly codec: RecordCodec; isAway: boolean } {
  const local = localCodec();
  const state = { isAway: false };
  const reachable = (): void => {
    if (state.isAway) throw new FailureError('REGISTRY_UNAVAILABLE');
  };
  return Object.assign(state, {
    codec: {
      encode: async (topic, value) => {
        reachable();
        return local.encode(topic, value);
      },
      decode: async (topic, bytes) => {
        reachable();
        return local.decode(topic, bytes);
      },
    } satisfies RecordCodec,
  });
}

test('a record that no schema reads is told of and kept, and the next one is worked', async () => {
  const harness = createStageHarness();
  const { worked, handle } = recordingHandler(10);
  await harness.start('a', { stage: ocrStage(handle) });
  await harness.produce('ocr.tasks.normal', Buffer.from('nonsense'), { partition: 0 });
  await harness.produce('ocr.tasks.normal', ocrTask(), { partition: 0 });
  await harness.advance(2_000);
  expect(worked).toEqual(['request-1']);
  expect(harness.records('ocr.dead-letter').map(({ value }) => String(value))).toEqual(['nonsense']);
  expect(await harness.values('documents.rejected')).toMatchObject([
    {
      code: 'RECORD_UNDECODABLE',
      tenantId: null,
      source: { topic: 'ocr.tasks.normal', partition: 0, offset: '0' },
    },
  ]);
  expect(await harness.eventSummaries()).toEqual(['finished 1']);
  expect(harness.lag()).toBe(0);
});

test('a context that no stage can have written is told of and kept, and the next record is worked', async () => {
  const harness = createStageHarness();
  const { worked, handle } = recordingHandler(10);
  const observer: StageObserver = {
    ...silentObserver,
    inSpan: ({ runId }, traceparent, work) => {
      if (runId === 'x') throw new Error('The runId is not a UUID');
      return work(traceparent);
    },
  };
  await harness.start('a', { stage: ocrStage(handle), observer });
  const forged = ocrTask({ context: runContext({ runId: 'x', acceptedAt: -1 }) });
  await harness.produce('ocr.tasks.normal', forged, { partition: 0 });
  await harness.produce('ocr.tasks.normal', ocrTask(), { partition: 0 });
  await harness.advance(2_000);
  expect(worked).toEqual(['request-1']);
  expect(harness.records('ocr.dead-letter')).toHaveLength(1);
  expect(await harness.values('documents.rejected')).toMatchObject([
    { code: 'RECORD_INVALID', tenantId: null, source: { topic: 'ocr.tasks.normal', offset: '0' } },
  ]);
  expect(harness.lag()).toBe(0);
});

test('a record is worked without a span where its trace fails', async () => {
  const harness = createStageHarness();
  const { worked, handle } = recordingHandler(10);
  const fail = (): never => {
    throw new Error('no exporter');
  };
  const observer = { ...silentObserver, inSpan: fail, started: fail, concluded: fail };
  await harness.start('a', { stage: ocrStage(handle), observer });
  await harness.produce('ocr.tasks.normal', ocrTask());
  await harness.advance(2_000);
  expect([worked, harness.lag()]).toEqual([['request-1'], 0]);
});

test('headers of a retry that no stage can have written neither stop nor delay its topic', async () => {
  const harness = createStageHarness();
  const stage = ocrStage(() => Promise.reject(new FailureError('ENGINE_UNAVAILABLE')));
  await harness.start('a', { stage });
  const headers = {
    'docfleet-attempt': '999999999999999',
    'docfleet-due-at': '999999999999999',
    'docfleet-origin': 'ocr.tasks.normal 99999999999 99999999999999999999999 999999999999999',
  };
  await harness.produce('ocr.retry.30s', ocrTask(), { headers });
  await harness.advance(40_000);
  expect(harness.records('ocr.dead-letter')).toHaveLength(1);
  expect(await harness.eventSummaries()).toEqual(['dead_lettered 1000 ENGINE_UNAVAILABLE']);
  expect(harness.lag()).toBe(0);
});

test('M-18: what is too large to become a run is rejected without a copy, and the next one is worked', async () => {
  const harness = createStageHarness();
  const { worked, handle } = recordingHandler(10);
  await harness.start('a', { stage: ocrStage(handle, { acceptsRuns: true }) });
  const place = { partition: 0 };
  await harness.produce('ocr.tasks.normal', Buffer.alloc(256 * 1024 + 1), place);
  await harness.produce('ocr.tasks.normal', ocrTask(), { ...place, key: 'k'.repeat(256 * 1024) });
  await harness.produce('ocr.tasks.normal', ocrTask(), place);
  await harness.advance(2_000);
  expect(worked).toEqual(['request-1']);
  expect(harness.records('ocr.dead-letter')).toEqual([]);
  expect(await harness.values('documents.rejected')).toMatchObject([
    { code: 'RECORD_TOO_LARGE', tenantId: null, source: { offset: '0' } },
    { code: 'RECORD_TOO_LARGE', tenantId: null, source: { offset: '1' } },
  ]);
  expect(harness.lag()).toBe(0);
});

test('a task above the limit of new records is worked: a stage wrote it', async () => {
  const harness = createStageHarness();
  const { worked, handle } = recordingHandler(10);
  await harness.start('a', { stage: ocrStage(handle) });
  await harness.produce('ocr.tasks.normal', ocrTask(), { key: 'k'.repeat(256 * 1024) });
  await harness.advance(2_000);
  expect(worked).toEqual(['request-1']);
});

test('a refused record whose commit did not happen is committed again, also where steps start over', async () => {
  const harness = createStageHarness();
  const { handle } = recordingHandler(10);
  await harness.start('a', { stage: ocrStage(handle, { restartWhenInDoubt: true }) });
  harness.cluster.faults.inTransaction({ kind: 'commit-lost' }, { group: 'ocr' });
  await harness.produce('ocr.tasks.normal', Buffer.from('nonsense'));
  await harness.advance(5_000);
  expect(harness.records('documents.rejected')).toHaveLength(1);
  expect(harness.lag()).toBe(0);
});

test('what is not accepted leaves a rejection and no trace on the run that it names', async () => {
  const harness = createStageHarness();
  const stage = ocrStage(() => Promise.resolve(rejected(failure('REQUEST_CONFLICT'))), { acceptsRuns: true });
  await harness.start('a', { stage });
  await harness.produce('ocr.tasks.normal', ocrTask());
  await harness.advance(2_000);
  expect(await harness.values('documents.rejected')).toMatchObject([
    { code: 'REQUEST_CONFLICT', requestId: 'request-1' },
  ]);
  expect(await harness.eventSummaries()).toEqual([]);
  expect(harness.records('integration.tasks.normal')).toEqual([]);
});

test('a record that fails before it is accepted, with its attempts used up, is a dead letter and a rejection', async () => {
  const harness = createStageHarness();
  const stage = ocrStage(() => Promise.reject(new FailureError('STORE_UNAVAILABLE')), { acceptsRuns: true });
  await harness.start('a', { stage });
  await harness.produce('ocr.tasks.normal', ocrTask());
  await harness.advance(3_600_000);
  expect(harness.records('ocr.dead-letter')).toHaveLength(1);
  expect(await harness.values('documents.rejected')).toMatchObject([
    { code: 'STORE_UNAVAILABLE', source: { topic: 'ocr.tasks.normal', offset: '0' } },
  ]);
  expect(await harness.eventSummaries()).toEqual([]);
  expect(harness.records('integration.tasks.normal')).toEqual([]);
});

test('M-18: a result that is too large ends the run failed instead of stopping the partition', async () => {
  const harness = createStageHarness();
  const readings = objectRef({ uri: `s3://docfleet/${'x'.repeat(256 * 1024)}` });
  const stage = ocrStage((task) =>
    Promise.resolve(
      done([next('classification.tasks', task.context, (context) => ({ ...task, context, readings }))]),
    ),
  );
  await harness.start('a', { stage });
  await harness.produce('ocr.tasks.normal', ocrTask());
  await harness.advance(2_000);
  expect(harness.records('classification.tasks.normal')).toEqual([]);
  expect(await harness.values('integration.tasks.normal')).toMatchObject([
    { ending: { status: 'failed', failure: { code: 'RECORD_TOO_LARGE' } } },
  ]);
  expect(harness.lag()).toBe(0);
});

test('while the registry is away records wait, undecoded and unencoded, and nothing is lost', async () => {
  const away = registry();
  const harness = createStageHarness({ codec: away.codec });
  const { worked, handle } = recordingHandler(2_000);
  const running = await harness.start('a', { stage: ocrStage(handle), maxRecords: 2 });
  await harness.produce('ocr.tasks.normal', ocrTask());
  await harness.advance(1_000);
  away.isAway = true;
  for (let index = 0; index < 5; index += 1)
    await harness.produce(
      'ocr.tasks.normal',
      ocrTask({ context: runContext({ requestId: `late-${String(index)}` }) }),
    );
  await harness.advance(60_000);
  expect([worked, harness.records('documents.events')]).toEqual([['request-1'], []]);
  away.isAway = false;
  await harness.advance(20_000);
  expect(worked).toHaveLength(6);
  expect(await harness.eventSummaries()).toEqual(Array.from({ length: 6 }, () => 'finished 1'));
  expect(running.load()).toEqual({ working: 0, records: 0 });
});
