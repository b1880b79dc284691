import type { Run } from '@docfleet/contracts';
import { batchesIn, batchEndingsIn, migrate, openDatabase, runsIn, type Database } from '@docfleet/database';
import { countFiles, systemClock } from '@docfleet/domain';
import { createScratchDatabase, endpoints, type ScratchDatabase } from '@docfleet/testing';
import { sql } from 'kysely';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createReadModelWriter } from '../src/adapters/read-model-writer.ts';
import type { Fact } from '../src/core/projection.ts';
import { completedOf, eventOf, failedOf, rejectedOf } from './facts.ts';

let scratch: ScratchDatabase;
let owner: Database;
let database: Database;
let nextOffset: bigint;

beforeEach(async () => {
  scratch = await createScratchDatabase(endpoints().postgres, migrate);
  owner = openDatabase(scratch.url);
  database = openDatabase(scratch.urlFor('pipeline'), { role: 'pipeline' });
  nextOffset = 0n;
});
afterEach(async () => {
  await Promise.all([owner.close(), database.close()]);
  await scratch.drop();
});

const at = { topic: 'documents.events', partition: 0 };

/** Writes facts in one transaction of the ledger. */
async function ledger(...facts: readonly Fact[]): Promise<void> {
  const entries = facts.map((fact, index) => ({ offset: nextOffset + BigInt(index), key: '', fact }));
  const part = { from: nextOffset, entries, nextOffset: nextOffset + BigInt(facts.length) };
  const written = await createReadModelWriter(database, systemClock).write(at, part);
  expect(written.kind).toBe('written');
  nextOffset = part.nextOffset;
}

const begun = (runId: string, revision = 1): Fact => ({
  kind: 'event',
  event: eventOf('preprocess', 'accepted', { runId, requestId: runId, revision }),
});
const completed = (runId: string, revision = 1): Fact => ({
  kind: 'completed',
  end: completedOf({ runId, requestId: runId, revision, outcomeId: `${runId}-${revision}` }),
});
const failed = (runId: string, status: 'failed' | 'cancelled' = 'failed'): Fact => ({
  kind: 'failed',
  end: failedOf({ runId, requestId: runId, status, outcomeId: `${runId}-1` }),
});
const rejected = (runId: string): Fact => ({
  kind: 'rejected',
  runId,
  rejection: rejectedOf({ requestId: runId, code: 'DOC_TOO_LARGE' }),
});

async function addBatch(...runIds: readonly string[]): Promise<void> {
  const batches = batchesIn(owner.session);
  await batches.insert({
    ...{ batchId: 'batch', tenantId: 'acme', requestId: 'b-1', state: 'QUEUED', revision: 0, digest: '' },
    metadata: { requester: null, period: null, fields: {} },
    options: {},
    counts: countFiles(runIds.map(() => 'accepted')),
    ...{ createdAt: 1_000, updatedAt: 1_000, acceptedAt: 1_000 },
    ...{ endedAt: null, cancelAskedAt: null, expiresAt: null },
  });
  for (const [index, runId] of runIds.entries()) {
    await batches.putFile({
      ...{ batchId: 'batch', tenantId: 'acme', n: index + 1, runId, fileName: null, documentId: null },
      ...{ input: null, status: 'accepted', erasedAt: null },
    });
    await runsIn(owner.session).insertFirst(firstRow(runId));
  }
}

function firstRow(runId: string): Run {
  return {
    ...{ runId, tenantId: 'acme', requestId: runId, documentId: null, lane: 'normal', status: 'accepted' },
    ...{ revision: 1, stage: null, attempt: 0, stagesDone: 0, verdict: null },
    ...{ failureCode: null, failureMessage: null, fileName: null, input: null, submissionDigest: 'd' },
    ...{ region: null, route: null, callbackUrl: null, expectations: {}, claimDate: null },
    ...{ documentClass: null, checks: true, round: 0, review: 'tenant' as const },
    ...{ acceptedAt: null, createdAt: 1_000, updatedAt: 1_000, endedAt: null, expiresAt: 9_000 },
    ...{ timings: [], result: null, outcomeId: null, bundle: null, pageCount: 0, acknowledged: true },
  };
}

async function batch() {
  const found = await batchesIn(owner.session).find('batch');
  return [found?.state, found?.revision, found?.endedAt !== null];
}

async function events() {
  const rows = await owner.session
    .selectFrom('tenantEvents')
    .select(['tenantId', 'type', 'subject', 'data'])
    .orderBy('id')
    .execute();
  return rows;
}

it('A-02: ends a batch in the transaction that ends its last run, with one event', async () => {
  await addBatch('a', 'b', 'c');
  expect(await batch()).toEqual(['QUEUED', 0, false]);
  await ledger(begun('a'));
  expect(await batch()).toEqual(['PROCESSING', 0, false]);
  await ledger(completed('a'), begun('b'), failed('b'));
  expect([await batch(), await events()]).toEqual([['PROCESSING', 0, false], []]);
  await ledger(rejected('c'));
  expect(await batch()).toEqual(['PARTIALLY_COMPLETED', 1, true]);
  const counts = { files: 3, waiting: 0, running: 0, inReview: 0, completed: 1, failed: 2, cancelled: 0 };
  const data = { batchId: 'batch', requestId: 'b-1', state: 'PARTIALLY_COMPLETED', revision: 1, counts };
  expect(await events()).toEqual([
    { tenantId: 'acme', type: 'batch.partially_completed', subject: 'batch', data },
  ]);
});

it('A-02: counts what is read again once', async () => {
  await addBatch('a', 'b');
  const facts = [begun('a'), begun('b'), completed('a'), completed('b')];
  await ledger(...facts);
  await ledger(...facts);
  await ledger(completed('b'));
  expect(await batch()).toEqual(['COMPLETED', 1, true]);
  expect((await events()).map(({ type }) => type)).toEqual(['batch.completed']);
});

it('A-02: a redriven file opens its batch again, and its end is the next revision', async () => {
  await addBatch('a', 'b');
  await ledger(completed('a'), failed('b'));
  await ledger(begun('b', 2));
  expect(await batch()).toEqual(['PROCESSING', 1, false]);
  await ledger(completed('b', 2));
  expect(await batch()).toEqual(['COMPLETED', 2, true]);
  expect((await events()).map(({ type, data }) => [type, data['revision']])).toEqual([
    ['batch.partially_completed', 1],
    ['batch.completed', 2],
  ]);
});

it('A-02: a redrive that is read at once with its end is the next revision too', async () => {
  await addBatch('a');
  await ledger(failed('a'));
  await ledger(begun('a', 2), completed('a', 2));
  expect(await batch()).toEqual(['COMPLETED', 2, true]);
  expect(await events()).toHaveLength(2);
});

it('A-02: the file of an erased run keeps its status', async () => {
  await addBatch('a', 'b');
  await ledger(completed('a'));
  await owner.session.deleteFrom('runs').where('runId', '=', 'a').execute();
  await ledger(failed('b', 'cancelled'));
  expect(await batch()).toEqual(['PARTIALLY_COMPLETED', 1, true]);
});

it('A-02: two writers that end the last two runs at once end the batch once', async () => {
  await addBatch('a', 'b');
  await ledger(begun('a'), begun('b'));
  const end = (runId: string, beforeCommit: () => Promise<void>): Promise<void> =>
    database.transaction(async (session) => {
      await session
        .updateTable('runs')
        .set({ status: 'completed', endedAt: new Date() })
        .where('runId', '=', runId)
        .execute();
      await batchEndingsIn(session).settle([runId], 2_000);
      await beforeCommit();
    });
  // The first commits once the second waits for it, or has not waited.
  const second = { done: false };
  let ending: Promise<void> | undefined;
  await end('a', async () => {
    ending = end('b', () => Promise.resolve()).then(() => {
      second.done = true;
    });
    await vi.waitFor(async () => {
      expect(second.done || (await someoneWaits())).toBe(true);
    }, 60_000);
  });
  await ending;
  expect(await batch()).toEqual(['COMPLETED', 1, true]);
  expect(await events()).toHaveLength(1);
});

it('A-02: counting the files of a batch again moves nothing', async () => {
  await addBatch('a');
  await ledger(completed('a'));
  await database.transaction((session) => batchEndingsIn(session).settle(['a'], 3_000));
  expect(await batch()).toEqual(['COMPLETED', 1, true]);
  expect(await events()).toHaveLength(1);
});

/** Whether a session of this database waits for the lock of another. */
async function someoneWaits(): Promise<boolean> {
  const { rows } = await sql`
    select from pg_stat_activity
    where datname = current_database() and wait_event_type = 'Lock'`.execute(owner.session);
  return rows.length > 0;
}
