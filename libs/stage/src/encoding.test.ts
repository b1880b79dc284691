import { localCodec, type IntegrationTask } from '@docfleet/contracts';
import { FailureError } from '@docfleet/domain';
import { ocrTask, runContext } from '@docfleet/testing';
import { expect, test } from 'vitest';
import { encodeStep, maxRecordBytes } from './encoding.ts';
import type { StageEnding } from './stage.ts';
import type { StepInput } from './step.ts';

const codec = localCodec();
const run = runContext();
const at = { topic: 'validation.tasks.normal', partition: 0 };

function endingStep(ending: Partial<StageEnding>, facts: Partial<StepInput> = {}): StepInput {
  return {
    stage: 'validation',
    group: 'validation',
    record: { ...at, offset: 7n, timestampMs: 1, key: null, value: Buffer.alloc(0), headers: {} },
    delivery: {
      attempt: 1,
      lane: null,
      dueAtMs: 0,
      origin: { ...at, offset: '7', timestampMs: 1, clusterId: 'cluster' },
      accepted: true,
      traceparent: null,
    },
    run,
    accepted: true,
    acceptsRuns: false,
    conclusion: {
      kind: 'endRun',
      ending: {
        status: 'completed',
        verdict: 'approve',
        failure: null,
        input: null,
        results: {},
        pageCount: 1,
        ...ending,
      },
    },
    nowMs: 1_000,
    queuedMs: 0,
    activeMs: 0,
    traceparent: null,
    ...facts,
  };
}

const noWait = (): Promise<boolean> => Promise.resolve(false);

async function endingOf(input: StepInput): Promise<IntegrationTask | undefined> {
  const records = await encodeStep({ input, codec, waitForRegistry: noWait });
  const record = records?.find(({ topic }) => topic.startsWith('integration.tasks.'));
  return record === undefined ? undefined : codec.decode('integration.tasks.normal', record.value);
}

test('an ending is written as its stage gave it', async () => {
  expect((await endingOf(endingStep({})))?.ending).toMatchObject({ status: 'completed', failure: null });
});

test('an ending that does not fit its schema ends the run failed, and does not block the partition', async () => {
  expect((await endingOf(endingStep({ pageCount: 1.5 })))?.ending).toMatchObject({
    status: 'failed',
    failure: { code: 'RECORD_INVALID' },
  });
});

test('an ending that is too large ends the run failed', async () => {
  const ref = { uri: `s3://docfleet/${'x'.repeat(maxRecordBytes)}`, sha256: '', mediaType: '', sizeBytes: 0 };
  expect((await endingOf(endingStep({ results: { fields: ref } })))?.ending).toMatchObject({
    status: 'failed',
    failure: { code: 'RECORD_TOO_LARGE' },
  });
});

test('while the registry is away nothing is decided', async () => {
  let tries = 0;
  const away = {
    ...codec,
    encode: () => {
      tries += 1;
      return tries < 3
        ? Promise.reject(new FailureError('REGISTRY_UNAVAILABLE'))
        : Promise.resolve(Buffer.from('x'));
    },
  };
  const records = await encodeStep({
    input: endingStep({}),
    codec: away,
    waitForRegistry: () => Promise.resolve(true),
  });
  expect(records?.length).toBe(2);
  const given = await encodeStep({
    input: endingStep({}),
    codec: { ...away, encode: () => Promise.reject(new FailureError('REGISTRY_UNAVAILABLE')) },
    waitForRegistry: noWait,
  });
  expect(given).toBeUndefined();
});

test('integration waits: an ending of its own would come back to it for ever', async () => {
  const output = {
    topic: 'integration.tasks.normal',
    key: run.runId,
    value: () => ({ ...ocrTask(), pageCount: 1.5 }),
  };
  const input = endingStep(
    {},
    {
      stage: 'integration',
      conclusion: { kind: 'done', outputs: [output as never], pageCount: 0 },
    },
  );
  expect(await encodeStep({ input, codec, waitForRegistry: noWait })).toBeUndefined();
});
