import { localCodec, type IntegrationTask } from '@docfleet/contracts';
import { failure, FailureError, toFailure } from '@docfleet/domain';
import { ocrTask, runContext } from '@docfleet/testing';
import { beforeEach, describe, expect, test } from 'vitest';
import { decodeTask, encodeStep, maxRecordBytes, type WaitForRegistry } from './encoding.ts';
import type { Stage, StageEnding } from './stage.ts';
import type { StepInput } from './step.ts';

const codec = localCodec();
const run = runContext();
const at = { topic: 'validation.tasks.normal', partition: 0 };

function endingStep(ending: Partial<StageEnding>, facts: Partial<StepInput> = {}): StepInput {
  return {
    stage: 'validation',
    pool: null,
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
    parts: [],
    traceparent: null,
    ...facts,
  };
}

const noWait = (): Promise<boolean> => Promise.resolve(false);

const notRefused = (): never => {
  throw new Error('the record was refused');
};

async function endingOf(input: StepInput): Promise<IntegrationTask | undefined> {
  const records = await encodeStep({ input, codec, waitForRegistry: noWait, onRefused: notRefused });
  const record = records?.find(({ topic }) => topic.startsWith('integration.tasks.'));
  return record === undefined
    ? undefined
    : codec.decode('integration.tasks.normal', record.value ?? Buffer.alloc(0));
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
    onRefused: notRefused,
  });
  expect(records?.length).toBe(2);
  const given = await encodeStep({
    input: endingStep({}),
    codec: { ...away, encode: () => Promise.reject(new FailureError('REGISTRY_UNAVAILABLE')) },
    waitForRegistry: noWait,
    onRefused: notRefused,
  });
  expect(given).toBeUndefined();
});

describe('what can never be encoded does not hold up what is behind it', () => {
  const refused: unknown[] = [];
  const onRefused = (conclusion: unknown, error: unknown): void => {
    refused.push({ conclusion, code: toFailure(error).code });
  };
  const refusal = (kind: string) => [
    { conclusion: { kind, failure: failure('RECORD_INVALID') }, code: 'RECORD_INVALID' },
  ];
  const output = {
    topic: 'integration.tasks.normal',
    key: run.runId,
    value: () => ({ ...ocrTask(), pageCount: 1.5 }),
  };
  const conclusion = { kind: 'done', outputs: [output as never], pageCount: 0 } as const;

  beforeEach(() => {
    refused.length = 0;
  });

  test('integration refuses the record: an ending of its own would come back to it for ever', async () => {
    const input = endingStep({}, { stage: 'integration', conclusion });
    const records = await encodeStep({ input, codec, waitForRegistry: noWait, onRefused });
    expect(records?.map(({ topic }) => topic)).toEqual(['documents.rejected']);
    expect(refused).toEqual(refusal('rejected'));
  });

  test('a record whose smallest ending does not fit either goes to the dead letters unchanged', async () => {
    const unfit = { ...run, usedMs: Number.MAX_SAFE_INTEGER - 1 };
    const given = endingStep({}, { run: unfit, activeMs: 1, conclusion });
    const input = { ...given, record: { ...given.record, value: Buffer.from('as it was read') } };
    const records = await encodeStep({ input, codec, waitForRegistry: noWait, onRefused });
    expect(records?.map(({ topic }) => topic)).toEqual(['validation.dead-letter', 'documents.rejected']);
    expect(records?.[0]?.value?.toString()).toBe('as it was read');
    expect(refused).toEqual(refusal('deadLetter'));
  });

  test('a failure before the claim whose step does not fit is refused as well', async () => {
    const input = endingStep({}, { accepted: false, conclusion });
    const records = await encodeStep({ input, codec, waitForRegistry: noWait, onRefused });
    expect(records?.map(({ topic }) => topic)).toEqual(['validation.dead-letter', 'documents.rejected']);
  });

  test('the registry that is away waits, also for a refused record', async () => {
    let isAway = false;
    const away: typeof codec = {
      ...codec,
      encode: (topic, value) => {
        if (topic === 'documents.rejected' && !isAway) {
          isAway = true;
          return Promise.reject(new FailureError('REGISTRY_UNAVAILABLE'));
        }
        return codec.encode(topic, value);
      },
    };
    const input = endingStep({}, { stage: 'integration', conclusion });
    const waitForRegistry = () => Promise.resolve(true);
    const records = await encodeStep({ input, codec: away, waitForRegistry, onRefused });
    expect(records?.map(({ topic }) => topic)).toEqual(['documents.rejected']);
    expect(refused.length).toBe(1);
  });

  test('where nothing can be encoded at all the record waits, and is not tried for ever', async () => {
    const never = { ...codec, encode: () => Promise.reject(new FailureError('RECORD_INVALID')) };
    const input = endingStep({});
    expect(await encodeStep({ input, codec: never, waitForRegistry: noWait, onRefused })).toBeUndefined();
  });
});

test('an ending is the one that its stage gave it, also when the registry was away meanwhile', async () => {
  let isAway = true;
  const away: typeof codec = {
    ...codec,
    encode: (topic, value) =>
      isAway ? Promise.reject(new FailureError('REGISTRY_UNAVAILABLE')) : codec.encode(topic, value),
  };
  const waitForRegistry = (): Promise<boolean> => {
    isAway = false;
    return Promise.resolve(true);
  };
  const [first] =
    (await encodeStep({ input: endingStep({}), codec: away, waitForRegistry, onRefused: notRefused })) ?? [];
  const task = await codec.decode('integration.tasks.normal', first?.value ?? Buffer.alloc(0));
  expect(task.ending.status).toBe('completed');
});

test('a record of the largest size is written', async () => {
  const bytes = Buffer.alloc(maxRecordBytes);
  const output = { topic: 'ocr.tasks.normal', key: run.runId, bytes, partition: 3 } as const;
  const conclusion = { kind: 'done', outputs: [output], pageCount: 0 } as const;
  const [first] =
    (await encodeStep({
      input: endingStep({}, { conclusion }),
      codec,
      waitForRegistry: noWait,
      onRefused: notRefused,
    })) ?? [];
  expect(first).toMatchObject({ topic: 'ocr.tasks.normal', partition: 3, value: bytes });
  const [ending] =
    (await encodeStep({ input: endingStep({}), codec, waitForRegistry: noWait, onRefused: notRefused })) ??
    [];
  expect(ending).not.toHaveProperty('partition');
});

test('a record without a value is written', async () => {
  const output = { topic: 'ocr.tasks.normal', key: run.runId, bytes: null } as const;
  const conclusion = { kind: 'done', outputs: [output as never], pageCount: 0 } as const;
  const records = await encodeStep({
    input: endingStep({}, { conclusion }),
    codec,
    waitForRegistry: noWait,
    onRefused: notRefused,
  });
  expect(records?.[0]).toMatchObject({ topic: 'ocr.tasks.normal', value: null });
});

test('what was too large to be accepted is rejected, without a dead letter', async () => {
  const conclusion = { kind: 'deadLetter', failure: failure('RECORD_TOO_LARGE') } as const;
  const records = await encodeStep({
    input: endingStep({}, { run: null, conclusion }),
    codec,
    waitForRegistry: noWait,
    onRefused: notRefused,
  });
  expect(records?.map(({ topic }) => topic)).toEqual(['documents.rejected']);
});

test('what could not be decoded is passed on unchanged, however large it is', async () => {
  const bytes = Buffer.alloc(maxRecordBytes + 1);
  const input = endingStep({});
  const records = await encodeStep({
    input: {
      ...input,
      run: null,
      record: { ...input.record, value: bytes },
      conclusion: { kind: 'deadLetter', failure: failure('RECORD_UNDECODABLE') },
    },
    codec,
    waitForRegistry: noWait,
    onRefused: notRefused,
  });
  expect(records?.map(({ topic }) => topic)).toEqual(['validation.dead-letter', 'documents.rejected']);
  expect(records?.[0]?.value).toBe(bytes);
});

describe('decoding', () => {
  const value = ocrTask();
  const stage = { runOf: (task: typeof value) => task.context } as unknown as Stage<'ocr.tasks.normal'>;
  const decode = async (
    bytes: Buffer | null,
    {
      key = null,
      ...facts
    }: {
      codec?: typeof codec;
      stage?: typeof stage;
      waitForRegistry?: WaitForRegistry;
      key?: Buffer | null;
    } = {},
  ) => {
    const input = endingStep({});
    return decodeTask({
      record: { ...input.record, topic: 'ocr.tasks.normal', key, value: bytes },
      delivery: input.delivery,
      stage,
      codec,
      waitForRegistry: noWait,
      ...facts,
    });
  };

  test('gives the task and its run', async () => {
    expect(await decode(await codec.encode('ocr.tasks.normal', value))).toMatchObject({
      kind: 'task',
      value: { pageCount: value.pageCount },
      run: { runId: value.context.runId },
    });
  });

  test('refuses what no schema decodes, and a record without a value', async () => {
    for (const bytes of [Buffer.from('not Avro'), null])
      expect(await decode(bytes)).toMatchObject({ kind: 'refused', failure: { code: 'RECORD_UNDECODABLE' } });
  });

  test('refuses key and value together above the largest size, where runs are accepted', async () => {
    const given = await codec.encode('ocr.tasks.normal', value);
    const padded = (missing: number) =>
      Buffer.concat([given, Buffer.alloc(maxRecordBytes - given.length - missing)]);
    const accepting = { ...stage, acceptsRuns: true };
    const sizes = { codec: { ...codec, decode: () => Promise.resolve(value as never) } };
    const key = Buffer.alloc(10);
    const refused = { kind: 'refused', failure: { code: 'RECORD_TOO_LARGE' } };
    expect(await decode(padded(10), { ...sizes, stage: accepting, key })).toMatchObject({ kind: 'task' });
    expect(await decode(padded(9), { ...sizes, stage: accepting, key })).toMatchObject(refused);
    expect(await decode(padded(-1), { ...sizes, stage: accepting })).toMatchObject(refused);
    expect(await decode(padded(-1), sizes)).toMatchObject({ kind: 'task' });
    expect(await decode(null, { ...sizes, stage: accepting })).toMatchObject({ kind: 'task' });
  });

  test('refuses a context that no stage can have written, but leaves submissions to their stage', async () => {
    const forged = { ...value, context: { ...value.context, runId: 'x' } };
    const bytes = await codec.encode('ocr.tasks.normal', forged);
    expect(await decode(bytes)).toMatchObject({ kind: 'refused', failure: { code: 'RECORD_INVALID' } });
    expect(await decode(bytes, { stage: { ...stage, acceptsRuns: true } })).toMatchObject({ kind: 'task' });
  });

  test('refuses a record whose run cannot be named, with the reason', async () => {
    const unnamed = {
      runOf: () => {
        throw new FailureError('RECORD_INVALID');
      },
    } as unknown as typeof stage;
    const bytes = await codec.encode('ocr.tasks.normal', value);
    expect(await decode(bytes, { stage: unnamed })).toMatchObject({
      kind: 'refused',
      failure: { code: 'RECORD_INVALID' },
    });
  });

  test('waits while the registry is away, and gives up when the record belongs to another process', async () => {
    const bytes = await codec.encode('ocr.tasks.normal', value);
    let tries = 0;
    const away: typeof codec = {
      ...codec,
      decode: (topic, encoded) => {
        tries += 1;
        return tries < 3
          ? Promise.reject(new FailureError('REGISTRY_UNAVAILABLE'))
          : codec.decode(topic, encoded);
      },
    };
    const again = await decode(bytes, { codec: away, waitForRegistry: () => Promise.resolve(true) });
    expect([again.kind, tries]).toEqual(['task', 3]);
    tries = 0;
    expect(await decode(bytes, { codec: away })).toEqual({ kind: 'released' });
  });
});
