import { randomUUID } from 'node:crypto';
import type {
  DocumentSubmitted,
  OcrTask,
  StageEvent,
  TopicName,
  TopicValues,
  NewDeadLetter,
} from '@docfleet/contracts';
import { deadLettersIn, outcomesIn } from '@docfleet/database';
import {
  claimName,
  runExpiryMs,
  runIdOf,
  systemClock,
  headerNames,
  writeOrigin,
  type RecordSource,
  type Role,
} from '@docfleet/domain';
import type { RecordLog } from '@docfleet/record-log';
import { done, silentObserver, type Stage, startStage } from '@docfleet/stage';
import { documentSubmitted, ocrTask, runContext } from '@docfleet/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { startGateway, type TestGateway } from './gateway.ts';

let gateway: TestGateway;
let log: RecordLog;
let tenant: string;
let keys: Record<Extract<Role, 'producer' | 'operator' | 'tenant-admin'>, string>;

beforeAll(async () => {
  gateway = await startGateway();
  log = gateway.cluster.log('stages');
});
afterAll(async () => {
  await log.close();
  await gateway.close();
});
beforeEach(async () => {
  tenant = `tenant-${randomUUID()}`;
  keys = {
    producer: await gateway.keyOf(tenant, 'producer'),
    operator: await gateway.keyOf('none', 'operator'),
    'tenant-admin': await gateway.keyOf(tenant, 'tenant-admin'),
  };
});

async function call(path: string, as: string, method = 'GET') {
  const response = await fetch(`${gateway.url}${path}`, {
    method,
    headers: { authorization: `Bearer ${as}` },
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

const ask = (id: string, as = keys.operator) => call(`/v1/dead-letters/${id}/redrive`, as, 'POST');

/** Asks for a redrive, and sends what it left in the outbox. */
async function redrive(id: string, as = keys.operator) {
  const answer = await ask(id, as);
  await gateway.sender.sendOnce();
  return answer;
}

const origin: RecordSource = {
  topic: 'documents.high',
  partition: 1,
  offset: '40',
  timestampMs: Date.UTC(2026, 0, 1),
  clusterId: 'memory',
};

const deadLetterHeaders = (accepted: boolean, from: RecordSource = origin) => ({
  [headerNames.code]: 'STORE_UNAVAILABLE',
  [headerNames.attempt]: '4',
  [headerNames.lane]: 'high',
  [headerNames.stage]: 'any',
  [headerNames.accepted]: String(accepted),
  [headerNames.origin]: writeOrigin(from),
});

type DeadLetterTopic = Extract<TopicName, `${string}.dead-letter`>;

/** Writes a dead letter as a stage does, and its row as the ledger does. */
async function addDeadLetter<T extends DeadLetterTopic>(
  topic: T,
  letter: {
    value: TopicValues[T] | Buffer;
    headers: Record<string, string>;
    facts?: Partial<NewDeadLetter>;
  },
) {
  const [stage = ''] = topic.split('.');
  const value = Buffer.isBuffer(letter.value)
    ? letter.value
    : await gateway.codec.encode(topic, letter.value);
  const key = Buffer.from('its-key');
  await log.produce([{ topic, key, value, headers: letter.headers }]);
  const last = gateway.cluster
    .dump(topic)
    .filter(({ record }) => record !== null)
    .at(-1);
  if (last === undefined) throw new Error('nothing was written');
  const { partition, offset } = last;
  await deadLettersIn(gateway.database.session).add([
    {
      stage,
      partition,
      offset,
      tenantId: tenant,
      runId: runIdOf(tenant, 'r'),
      requestId: 'r',
      revision: 1,
      lane: 'high',
      code: 'STORE_UNAVAILABLE',
      attempt: 4,
      at: Date.UTC(2026, 0, 2),
      ...letter.facts,
    },
  ]);
  return `${stage}-${partition}-${offset}`;
}

const contextOf = () =>
  runContext({
    tenantId: tenant,
    requestId: 'r',
    lane: 'high',
    usedMs: 400_000,
    timings: [{ stage: 'preprocess', attempt: 1, queuedMs: 1, activeMs: 400_000 }],
    expectations: { fullName: 'A. Example' },
    fileName: 'example.pdf',
  });

const addOcrDeadLetter = () =>
  addDeadLetter('ocr.dead-letter', {
    value: ocrTask({ context: contextOf() }),
    headers: deadLetterHeaders(true),
  });

async function publish(runId: string, state: 'claimed' | 'published' = 'published') {
  const ending = {
    runId,
    revision: 1,
    tenantId: tenant,
    outcomeId: randomUUID(),
    status: 'failed' as const,
    event: Buffer.from('event'),
    terminalTopic: 'documents.failed',
    terminalPartition: 0,
    scanFrom: 0n,
    home: 'integration.tasks.high/0',
    claimedAt: 1,
  };
  const outcomes = outcomesIn(gateway.database.session);
  await outcomes.claim(ending);
  if (state === 'published') await outcomes.markPublished({ ...ending, at: 2 });
}

async function recordsOf<T extends TopicName>(topic: T, key: string) {
  const found = gateway.cluster
    .dump(topic)
    .flatMap(({ record }) => (record?.key?.toString() === key ? [record] : []));
  return Promise.all(
    found.map(async (record) => ({
      value: await gateway.codec.decode(topic, record.value ?? Buffer.alloc(0)),
      headers: record.headers,
    })),
  );
}

describe('M-14: a dead letter with numbers that cannot be written again', () => {
  it('is shown', async () => {
    const id = await addDeadLetter('ocr.dead-letter', {
      value: ocrTask({ context: contextOf() }),
      headers: { ...deadLetterHeaders(true), [headerNames.origin]: `documents.high 1 40 ${'9'.repeat(20)}` },
    });
    expect((await call(`/v1/dead-letters/${id}`, keys.operator)).status).toBe(200);
  });

  it('is not redriven', async () => {
    const revision = 2_147_483_647;
    const id = await addDeadLetter('ocr.dead-letter', {
      value: ocrTask({ context: { ...contextOf(), revision } }),
      headers: deadLetterHeaders(true),
      facts: { revision },
    });
    const { status, body } = await redrive(id);
    expect([status, body['code']]).toEqual([409, 'NOT_REDRIVABLE']);
  });
});

describe('M-14: reading dead letters', () => {
  it('A-07: lists a tenant its own, and fleet roles all', async () => {
    const id = await addOcrDeadLetter();
    const other = await addDeadLetter('validation.dead-letter', {
      value: Buffer.from('noise'),
      headers: {},
      facts: {
        tenantId: null,
        runId: null,
        requestId: null,
        revision: null,
        code: 'RECORD_UNDECODABLE',
        at: 1,
      },
    });
    const idsOf = async (query: string, as: string) => {
      const { body } = await call(`/v1/dead-letters?${query}`, as);
      return (body['deadLetters'] as { id: string }[]).map((letter) => letter.id);
    };
    const own = keys['tenant-admin'];
    expect(await idsOf('', own)).toEqual([id]);
    expect(await idsOf(`tenant=${tenant}`, own)).toEqual([id]);
    expect(await idsOf(`tenant=${tenant}`, keys.operator)).toEqual([id]);
    expect(await idsOf('stage=validation&code=RECORD_UNDECODABLE', keys.operator)).toEqual([other]);
    expect(await idsOf('since=2030-01-01T00:00:00Z', keys.operator)).toEqual([]);
    expect(await idsOf('redriven=true&stage=validation', keys.operator)).toEqual([]);
    expect((await call('/v1/dead-letters?tenant=other', own)).status).toBe(403);
    expect((await call('/v1/dead-letters', keys.producer)).status).toBe(403);
    expect((await call(`/v1/dead-letters/${other}`, own)).status).toBe(404);
    expect((await redrive(other, own)).status).toBe(404);
  });

  it('A-07: hides the dead letters of other tenants from a tenant-admin', async () => {
    const id = await addOcrDeadLetter();
    await publish(runIdOf(tenant, 'r'));
    const stranger = await gateway.keyOf(`stranger-${randomUUID()}`, 'tenant-admin');
    const answers = [await call(`/v1/dead-letters/${id}`, stranger), await redrive(id, stranger)];
    expect(answers.map(({ status }) => status)).toEqual([404, 404]);
    expect((await call('/v1/dead-letters', stranger)).body['deadLetters']).toEqual([]);
    expect((await redrive(id, keys['tenant-admin'])).status).toBe(202);
  });

  it('lists dead letters in pages', async () => {
    const ids = [await addOcrDeadLetter(), await addOcrDeadLetter(), await addOcrDeadLetter()];
    const own = keys['tenant-admin'];
    const first = await call('/v1/dead-letters?limit=2', own);
    const second = await call(`/v1/dead-letters?limit=2&cursor=${String(first.body['next'])}`, own);
    const seen = [first, second].flatMap(({ body }) => body['deadLetters'] as { id: string }[]);
    expect(seen.map(({ id }) => id).sort()).toEqual([...ids].sort());
    expect(second.body['next']).toBeNull();
    expect((await call('/v1/dead-letters?cursor=none', keys.operator)).status).toBe(400);
  });

  it('shows the record, with client values hidden from fleet roles', async () => {
    const id = await addOcrDeadLetter();
    const runId = runIdOf(tenant, 'r');
    const { status, body } = await call(`/v1/dead-letters/${id}`, keys['tenant-admin']);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      id,
      stage: 'ocr',
      tenantId: tenant,
      runId,
      revision: 1,
      failure: { code: 'STORE_UNAVAILABLE', message: 'The object store is not available.' },
      attempt: 4,
      origin: { topic: 'documents.high', partition: 1, offset: '40', at: '2026-01-01T00:00:00.000Z' },
      key: 'its-key',
      redriven: null,
      links: { job: `/v1/jobs/${runId}`, redrive: `/v1/dead-letters/${id}/redrive` },
    });
    expect(body['headers']).toEqual(deadLetterHeaders(true));
    const seenBy = async (as: string) => {
      const detail = await call(`/v1/dead-letters/${id}`, as);
      const { context, input } = detail.body['value'] as OcrTask;
      return [
        detail.body['key'],
        context.fileName,
        context.expectations,
        context.usedMs,
        input.uri === '(hidden)',
      ];
    };
    const hidden = '(hidden)';
    expect(await seenBy(keys.operator)).toEqual([hidden, hidden, { fullName: hidden }, 400_000, true]);
    expect(await seenBy(keys['tenant-admin'])).toEqual([
      'its-key',
      'example.pdf',
      { fullName: 'A. Example' },
      400_000,
      false,
    ]);
  });
});

describe('M-14: redriving a task', () => {
  it('publishes the next revision of the run, with new attempts and budget, and its event', async () => {
    const id = await addOcrDeadLetter();
    const runId = runIdOf(tenant, 'r');
    await publish(runId);
    const before = Date.now();
    const answer = await redrive(id);
    expect(answer).toEqual({ status: 202, body: { id, runId, revision: 2, repeated: false } });
    const [task, ...others] = await recordsOf('ocr.tasks.high', runId);
    expect(others).toEqual([]);
    const { expiresAt = 0 } = task?.value.context ?? {};
    expect(expiresAt).toBeGreaterThanOrEqual(before + runExpiryMs);
    const context = { ...contextOf(), revision: 2, usedMs: 0, timings: [], expiresAt };
    expect(task).toEqual({
      value: { ...ocrTask(), context },
      headers: {
        traceparent: `00-${runId.replaceAll('-', '')}-${runId.replaceAll('-', '').slice(16)}-01`,
        'docfleet-tenant': tenant,
      },
    });
    const [event] = await recordsOf('documents.events', runId);
    const expected: Partial<StageEvent> = {
      runId,
      revision: 2,
      stage: 'ocr',
      kind: 'accepted',
      tenantId: tenant,
    };
    expect(event?.value).toMatchObject({
      ...expected,
      lane: 'high',
      expiresAt,
      acceptedAt: context.acceptedAt,
    });
  });

  it('requires the previous revision to be published', async () => {
    const id = await addOcrDeadLetter();
    const runId = runIdOf(tenant, 'r');
    const codes = [(await redrive(id)).body['code']];
    await publish(runId, 'claimed');
    const refused = await redrive(id);
    codes.push(refused.body['code']);
    expect([refused.status, codes]).toEqual([409, ['REVISION_UNFINISHED', 'REVISION_UNFINISHED']]);
    expect(await recordsOf('ocr.tasks.high', runId)).toEqual([]);
  });

  it('starts one revision for repeated calls, and for two dead letters of one revision', async () => {
    const [id, twin] = [await addOcrDeadLetter(), await addOcrDeadLetter()];
    const runId = runIdOf(tenant, 'r');
    await publish(runId);
    const answers = await Promise.all([1, 2, 3, 4].map(() => ask(id)));
    answers.push(await redrive(twin), await redrive(id, keys['tenant-admin']));
    expect(answers.map(({ body }) => [body['revision'], body['repeated']]).sort()).toEqual([
      [2, false],
      ...Array.from({ length: 5 }, () => [2, true]),
    ]);
    expect(await recordsOf('ocr.tasks.high', runId)).toHaveLength(1);
    const { body } = await call(`/v1/dead-letters/${id}`, keys.operator);
    expect([body['redriven'], body['links']]).toMatchObject([{ revision: 2 }, { redrive: null }]);
  });

  it('is sent once the log accepts records again, in its order, and once', async () => {
    const id = await addOcrDeadLetter();
    const runId = runIdOf(tenant, 'r');
    await publish(runId);
    gateway.logIs = 'refusing';
    const taken = await ask(id);
    await expect(gateway.sender.sendOnce()).rejects.toMatchObject({ code: 'BROKER_UNAVAILABLE' });
    expect([taken.status, await recordsOf('ocr.tasks.high', runId)]).toEqual([202, []]);
    gateway.logIs = 'up';
    expect([await gateway.sender.sendOnce(), await gateway.sender.sendOnce()]).toEqual([2, 0]);
    expect(await recordsOf('ocr.tasks.high', runId)).toHaveLength(1);
  });

  it('holds no connection to the database while the log does not answer', async () => {
    const ids = await Promise.all(Array.from({ length: 12 }, () => addOcrDeadLetter()));
    await publish(runIdOf(tenant, 'r'));
    gateway.readsAre = 'silent';
    const waiting = ids.flatMap((id) => [ask(id), ask(id, keys['tenant-admin'])]);
    // More calls wait for the log than the pools have connections; others are answered meanwhile.
    const first = await Promise.race([
      Promise.race(waiting).then(() => 'redrive'),
      Promise.all([keys.operator, keys['tenant-admin']].map((as) => call('/v1/dead-letters', as))).then(
        (lists) => lists.map(({ status }) => status),
      ),
    ]);
    const codes = new Set((await Promise.all(waiting)).map(({ body }) => body['code']));
    gateway.readsAre = 'up';
    expect([first, codes]).toEqual([[200, 200], new Set(['BROKER_UNAVAILABLE'])]);
  });

  it('fails for an undecodable record, and for an unknown one', async () => {
    const none = { tenantId: tenant, runId: null, requestId: null, revision: null };
    const id = await addDeadLetter('ocr.dead-letter', {
      value: Buffer.from('noise'),
      headers: {},
      facts: none,
    });
    const [unreadable, absent] = [await redrive(id), await redrive('ocr-0-999999')];
    expect([unreadable.status, unreadable.body['code'], absent.status]).toEqual([409, 'NOT_REDRIVABLE', 404]);
  });
});

describe('M-14: redriving a submission', () => {
  const addSubmission = (accepted: boolean, from: RecordSource = origin) =>
    addDeadLetter('preprocess.dead-letter', {
      value: documentSubmitted({ tenantId: tenant, requestId: 'r' }),
      headers: deadLetterHeaders(accepted, from),
    });

  const claimedBy = async ({ topic, partition, offset }: RecordSource) =>
    gateway.store.createOnce(
      claimName(runIdOf(tenant, 'r')),
      Buffer.from(JSON.stringify({ submission: 'digest', source: { topic, partition, offset } })),
      'application/json',
      AbortSignal.timeout(5_000),
    );

  /** What preprocess receives: the run's revision and the origin of its record. */
  async function received(runId: string): Promise<unknown[]> {
    const seen: unknown[] = [];
    const stage: Stage<'documents.normal'> = {
      name: 'preprocess',
      version: '1',
      maxConcurrentRuns: 4,
      timeoutMs: () => 5_000,
      timeoutCode: 'TIMEOUT_PREPARE',
      runOf: (task: DocumentSubmitted, { redrive: again }) =>
        runContext({
          tenantId: task.tenantId,
          requestId: task.requestId,
          revision: again?.revision ?? 1,
        }),
      acceptsRuns: true,
      retries: 'topics',
      restartWhenInDoubt: false,
      cancellable: true,
      handle: (_task, { run, attempt, source }) => {
        const { topic, partition, offset, redrive: again } = source;
        if (run.runId === runId) {
          seen.push([run.revision, attempt, topic, partition, offset, again !== undefined]);
        }
        return Promise.resolve(done([]));
      },
    };
    const own = gateway.cluster.log(`preprocess-${randomUUID()}`);
    const running = await startStage({
      stage,
      log: own,
      codec: gateway.codec,
      clock: systemClock,
      stops: { isStopped: () => false, onStop: () => () => undefined },
      observer: silentObserver,
    });
    await vi.waitFor(() => {
      expect(seen).not.toEqual([]);
    }, 60_000);
    await running.drain(1_000);
    await own.close();
    return seen;
  }

  it('reaches preprocess as the next revision under the claim of the first record', async () => {
    const runId = runIdOf(tenant, 'r');
    const id = await addSubmission(true);
    await publish(runId);
    expect((await redrive(id)).body).toEqual({ id, runId, revision: 2, repeated: false });
    expect(await received(runId)).toEqual([[2, 1, 'documents.high', 1, '40', true]]);
    const [event] = await recordsOf('documents.events', runId);
    expect(event?.value).toMatchObject({ revision: 2, stage: 'preprocess', claimDate: '2026-01-01' });
  });

  it('starts the third revision from a dead letter of the second', async () => {
    const runId = runIdOf(tenant, 'r');
    const id = await addDeadLetter('preprocess.dead-letter', {
      value: documentSubmitted({ tenantId: tenant, requestId: 'r' }),
      headers: deadLetterHeaders(true, { ...origin, redrive: { revision: 2, at: 5 } }),
      facts: { revision: 2 },
    });
    await publish(runId);
    expect((await redrive(id)).body['code']).toBe('REVISION_UNFINISHED');
  });

  it('submits again what was never accepted, once for each dead letter', async () => {
    const runId = runIdOf(tenant, 'r');
    const id = await addSubmission(false);
    const first = await redrive(id);
    const again = await redrive(id);
    expect([first.body, again.body]).toEqual([
      { id, runId, revision: 1, repeated: false },
      { id, runId, revision: 1, repeated: true },
    ]);
    expect(await received(runId)).toEqual([[1, 1, 'documents.high', 1, '40', false]]);
    expect(await recordsOf('documents.events', runId)).toEqual([]);
    const next = await addSubmission(false);
    expect((await redrive(next)).body).toMatchObject({ revision: 1, repeated: false });
  });

  it('submits again once, however many ask at the same time', async () => {
    const id = await addSubmission(false);
    const answers = await Promise.all([1, 2, 3, 4].map(() => ask(id)));
    expect(answers.filter(({ body }) => body['repeated'] === false)).toHaveLength(1);
    expect(await gateway.sender.sendOnce()).toBe(1);
  });

  it('fails when another record has claimed the run', async () => {
    await claimedBy({ ...origin, offset: '41' });
    const { status, body } = await redrive(await addSubmission(false));
    expect([status, body['code']]).toEqual([409, 'NOT_REDRIVABLE']);
  });

  it('works under a claim that the record itself left', async () => {
    await claimedBy(origin);
    expect((await redrive(await addSubmission(false))).status).toBe(202);
  });
});
