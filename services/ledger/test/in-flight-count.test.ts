import { localCodec, topics, type TopicName, type TopicValues } from '@docfleet/contracts';
import { type Database, migrate, openDatabase, reviewTaskStoreIn } from '@docfleet/database';
import { runIdOf, systemClock, type Clock } from '@docfleet/domain';
import { createMemoryCluster, type MemoryCluster } from '@docfleet/memory-log';
import type { RecordLog } from '@docfleet/record-log';
import { createLog } from '@docfleet/telemetry';
import {
  createScratchDatabase,
  documentSubmitted,
  endpoints,
  integrationTask,
  objectRef,
  ocrTask,
  runContext,
  type ScratchDatabase,
} from '@docfleet/testing';
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createReadModelWriter } from '../src/adapters/read-model-writer.ts';
import { countInFlight } from '../src/adapters/in-flight-count.ts';
import type { Reader } from '@docfleet/projection';
import { startReader } from '../src/adapters/reader.ts';
import { completedOf, eventOf } from './facts.ts';

const codec = localCodec();

let scratch: ScratchDatabase;
let database: Database;
let cluster: MemoryCluster;
let log: RecordLog;
let reader: Reader | undefined;
/** Committed offsets of the stages' groups, by topic. */
let committed: Map<string, bigint>;

beforeEach(async () => {
  scratch = await createScratchDatabase(endpoints().postgres, migrate);
  database = openDatabase(scratch.urlFor('pipeline'), { role: 'pipeline' });
  cluster = createMemoryCluster({
    clock: systemClock,
    topics: Object.fromEntries(topics.map((topic) => [topic.name, 1])),
  });
  log = cluster.log('stages');
  committed = new Map();
});
afterEach(async () => {
  await reader?.close();
  reader = undefined;
  await log.close();
  await database.close();
  await scratch.drop();
});

async function startReading(): Promise<void> {
  reader = await startReader({
    recordLog: cluster.log('ledger'),
    codec,
    writer: createReadModelWriter(database, systemClock),
    clock: systemClock,
    log: createLog({ service: 'ledger', level: 'silent' }),
    onExceptional: () => undefined,
    onDoubled: () => undefined,
    onLost: () => undefined,
  });
}

async function write<T extends TopicName>(topic: T, key: string, value: TopicValues[T], headers = {}) {
  const bytes = await codec.encode(topic, value);
  await log.produce([{ topic, key: Buffer.from(key), value: bytes, headers }]);
}

const run = (requestId: string, tenantId = 'acme') => runContext({ requestId, tenantId });

/** Records that stages write about a run. */
const accepted = ({ runId, tenantId, requestId }: ReturnType<typeof run>) =>
  write('documents.events', runId, eventOf('preprocess', 'accepted', { runId, tenantId, requestId }));
const passedOn = (context: ReturnType<typeof run>) =>
  write('ocr.tasks.normal', context.runId, ocrTask({ context }));
const ending = (context: ReturnType<typeof run>) =>
  write('integration.tasks.normal', context.runId, integrationTask({ context }));
const ended = ({ runId, tenantId, requestId }: ReturnType<typeof run>) =>
  write('documents.completed', runId, completedOf({ runId, tenantId, requestId }));

const count = (clock: Clock = systemClock) =>
  countInFlight({
    recordLog: log,
    groupOffsets: {
      committed: (_, names) =>
        Promise.resolve(
          names.map((topic) => ({ topic, partition: 0, offset: committed.get(topic) ?? null })),
        ),
    },
    codec,
    readModel: createReadModelWriter(database, systemClock),
    clock,
    signal: AbortSignal.timeout(20_000),
  });

/** In flight and difference of each tenant, once the read model has read everything. */
async function counted(): Promise<Record<string, readonly [inFlight: number, difference: number]>> {
  if (reader === undefined) {
    await startReading();
    await count();
  }
  const accounts = await count();
  return Object.fromEntries(
    [...(accounts ?? [])].map(([tenant, { inFlight, difference }]) => [tenant, [inFlight, difference]]),
  );
}

it('O-03: has no difference while runs wait, are processed, and end', async () => {
  const [waiting, atIntegration, done] = [run('a'), run('b'), run('c', 'other')];
  for (const each of [waiting, atIntegration, done]) await accepted(each);
  await passedOn(atIntegration);
  await passedOn(done);
  committed.set('ocr.tasks.normal', 2n);
  await passedOn(waiting);
  await ending(done);
  committed.set('integration.tasks.normal', 1n);
  await ending(atIntegration);
  await ended(done);
  expect(await counted()).toEqual({ acme: [2, 0], other: [0, 0] });
});

it('O-03: shows a run whose task was dropped as a difference of its tenant', async () => {
  const [lost, waiting] = [run('a'), run('b', 'other')];
  await accepted(lost);
  await accepted(waiting);
  await passedOn(waiting);
  expect(await counted()).toEqual({ acme: [0, 1], other: [1, 0] });
});

it('O-03: shows a run whose terminal event was dropped', async () => {
  const lost = run('a');
  await accepted(lost);
  await ending(lost);
  committed.set('integration.tasks.normal', 1n);
  expect(await counted()).toEqual({ acme: [0, 1] });
  await ended(lost);
  // Whether it still counts as in flight depends on when the read model reads its ending.
  expect((await counted())['acme']?.[1]).toBe(0);
});

it('O-03: shows a run whose events were dropped', async () => {
  await passedOn(run('a'));
  expect(await counted()).toEqual({ acme: [1, -1] });
});

it('waits for the read model to read what ended during the scan', async () => {
  const slow = run('a');
  await accepted(slow);
  await startReading();
  await count();
  await reader?.close();
  await ended(slow);
  const taken = count();
  await startReading();
  expect((await taken)?.get('acme')).toMatchObject({ accepted: 1, inFlight: 1, difference: 0 });
});

it('gives no count when the read model does not catch up', async () => {
  await accepted(run('a'));
  let now = 0;
  const fastClock: Clock = { ...systemClock, now: () => (now += 40_000) };
  expect(await count(fastClock)).toBeUndefined();
});

it('M-14: counts a redriven submission, and none that is not accepted', async () => {
  const retry = 'preprocess.retry.30s';
  await write(retry, 'theirs', documentSubmitted({ requestId: 'unclaimed' }));
  const redriven = { ...run('again'), revision: 2 };
  await write('documents.events', redriven.runId, {
    ...eventOf('preprocess', 'accepted', { runId: runIdOf('acme', 'again'), requestId: 'again' }),
    revision: 2,
  });
  await write(retry, 'theirs', documentSubmitted({ requestId: 'again' }));
  expect(await counted()).toEqual({ acme: [1, 0] });
});

describe('H-01: runs that people hold', () => {
  /** What a run that waits for a person has left: its acceptance, and a task. */
  async function hold(context: ReturnType<typeof run>): Promise<void> {
    await accepted(context);
    await reviewTaskStoreIn(database).store({
      ...{
        taskId: `task of ${context.runId}`,
        context,
        afterwards: false,
        documentClass: 'invoice',
        doubt: 1,
      },
      ...{ createdAt: 1_000, expiresAt: 2_000, input: objectRef(), results: {}, pageCount: 1, documents: [] },
      ...{ verdict: { verdict: 'review', documents: [] }, reasons: [], fourEyes: false },
    });
  }

  const stateOf = async ({ runId }: ReturnType<typeof run>) => {
    const rows = await database.session
      .selectFrom('reviewTasks')
      .select('state')
      .where('runId', '=', runId)
      .execute();
    return rows.map(({ state }) => state);
  };

  async function heldCounted() {
    await counted();
    const account = (await count())?.get('acme');
    return account && [account.inFlight, account.held, account.difference];
  }

  it('are no difference, are counted, and are in flight no more', async () => {
    await hold(run('a'));
    await accepted(run('b'));
    await passedOn(run('b'));
    expect(await heldCounted()).toEqual([1, 1, 0]);
  });

  it('stay held until the record of their decision is sent', async () => {
    const decided = run('a');
    await hold(decided);
    await sql`update review_tasks set state = 'decided'`.execute(database.session);
    const owner = openDatabase(scratch.url);
    try {
      await sql`
        insert into outbox (topic, key, tenant_id, headers, created_at)
        values ('integration.tasks.normal', ${decided.runId}, 'acme', '{}', now())`.execute(owner.session);
      expect(await heldCounted()).toEqual([0, 1, 0]);
      await sql`update outbox set sent_at = now()`.execute(owner.session);
      // Nothing has the run any more: it is lost.
      expect(await heldCounted()).toEqual([0, 0, 1]);
    } finally {
      await owner.close();
    }
  });

  it('have their tasks closed with their end', async () => {
    const [cancelled, other] = [run('a'), run('b')];
    await hold(cancelled);
    await hold(other);
    await ended(cancelled);
    expect(await heldCounted()).toEqual([0, 1, 0]);
    expect([await stateOf(cancelled), await stateOf(other)]).toEqual([['closed'], ['waiting']]);
  });
});
