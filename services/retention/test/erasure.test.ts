import { randomUUID } from 'node:crypto';
import type { Erasure, Run } from '@docfleet/contracts';
import {
  batchesIn,
  erasureRequestsIn,
  migrate,
  openDatabase,
  outboxIn,
  outcomesIn,
  runsIn,
  tenantSettingsIn,
  tenantsIn,
  type Database,
} from '@docfleet/database';
import { claimName, countFiles, FailureError, runFolder, systemClock, uploadFolder } from '@docfleet/domain';
import { openObjectStore, type RemovableObjectStore } from '@docfleet/objects';
import { createLog } from '@docfleet/telemetry';
import { createScratchDatabase, endpoints, type ScratchDatabase, runRow } from '@docfleet/testing';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createErasure, type ErasureParts } from '../src/erase.ts';
import { addRows, tablesOfTenants, tablesWithRows } from './row-of-every-table.ts';

const { signal } = new AbortController();
const log = createLog({ service: 'retention', level: 'silent' });
const claimDate = '2026-01-02';
const begunAt = Date.UTC(2026, 0, 2);

let scratch: ScratchDatabase;
let owner: Database;
let database: Database;
let store: RemovableObjectStore;
let tenantId: string;
let cancelled: Run[];
let cleared: string[];

beforeAll(async () => {
  scratch = await createScratchDatabase(endpoints().postgres, migrate);
  owner = openDatabase(scratch.url);
  database = openDatabase(scratch.urlFor('retention'), { role: 'retention' });
  store = openObjectStore(endpoints().s3);
});
afterAll(async () => {
  await Promise.all([owner.close(), database.close()]);
  store.close();
  await scratch.drop();
});
beforeEach(() => {
  tenantId = `t-${randomUUID()}`;
  cancelled = [];
  cleared = [];
});

function start(change: Partial<ErasureParts> = {}): () => Promise<void> {
  const step = createErasure({
    database,
    store,
    cancel: (run) => {
      cancelled.push(run);
      return Promise.resolve();
    },
    clearCache: (tenant) => {
      cleared.push(tenant);
      return Promise.resolve(1);
    },
    clock: systemClock,
    log,
    settleMs: 0,
    onErased: () => undefined,
    ...change,
  });
  return () => step(signal);
}

const objectsOf = (runId: string): string[] => [
  `${uploadFolder(tenantId)}${runId}/f00`,
  `${runFolder({ claimDate, runId })}r1/ocr@1/0001.json`,
  `${runFolder({ claimDate, runId })}r2/results/o/result.json`,
];

/** A run with a claim, a document, pages and results. */
async function addRun(endedAt: number | null): Promise<string> {
  const runId = randomUUID();
  const run = runRow({ runId, tenantId, endedAt, createdAt: begunAt, claimDate });
  await runsIn(owner.session).save([run]);
  if (endedAt !== null) await endRun(runId, endedAt);
  const claim = {
    submission: 'digest',
    source: { topic: 'documents.normal', partition: 0, offset: '7' },
    claimDate,
  };
  await store.createJsonOnce(claimName(runId), claim, (value) => value as typeof claim, signal);
  for (const key of objectsOf(runId)) await store.createOnce(key, Buffer.from('words'), 'text/plain', signal);
  return runId;
}

async function endRun(runId: string, at: number): Promise<void> {
  const outcomes = outcomesIn(owner.session);
  const outcome = { runId, revision: 1, tenantId, outcomeId: 'o', status: 'cancelled' as const };
  const where = { terminalTopic: 'documents.failed', terminalPartition: 0, scanFrom: 0n, home: 'h-0' };
  await outcomes.claim({ ...outcome, ...where, event: Buffer.from('fields'), claimedAt: at });
  await outcomes.markPublished({ ...outcome, at });
  await sql`update runs set ended_at = ${new Date(at)} where run_id = ${runId}`.execute(owner.session);
}

async function request(runId: string | null): Promise<Erasure> {
  const asked = { tenantId, runId, at: Date.now(), by: 'key' };
  return (await erasureRequestsIn(owner.session).request(asked)).erasure;
}

const stateOf = async ({ erasureId }: Erasure): Promise<Erasure | undefined> =>
  erasureRequestsIn(owner.session).find(erasureId);

async function keysLeft(runId: string): Promise<string[]> {
  const found = await Promise.all(
    objectsOf(runId).map(async (key) =>
      (await store.head(store.uriOf(key), signal)) === undefined ? [] : [key],
    ),
  );
  return found.flat();
}

describe('A-11: erasure', () => {
  it('removes what a run left, and keeps its claim without content', async () => {
    const runId = await addRun(begunAt + 1_000);
    const other = await addRun(begunAt + 1_000);
    const erasure = await request(runId);
    const step = start();
    await step();
    await step();
    expect(await keysLeft(runId)).toEqual([]);
    expect(await store.readJson(store.uriOf(claimName(runId)), (value) => value, signal)).toEqual({
      submission: '',
      source: { topic: 'documents.normal', partition: 0, offset: '7' },
      claimDate,
      erased: true,
    });
    expect(await runsIn(owner.session).find(runId)).toBeUndefined();
    expect(await outcomesIn(owner.session).find(runId, 1)).toMatchObject({
      state: 'published',
      event: Buffer.alloc(0),
    });
    expect(await erasureRequestsIn(owner.session).removalOf(runId)).toBe('erased');
    expect(await stateOf(erasure)).toMatchObject({ state: 'done', runs: 1, objects: 3 });
    const { rows } = await sql`select action, detail from audit where subject = ${runId}`.execute(
      owner.session,
    );
    expect(rows).toMatchObject([{ action: 'erasure.finish', detail: { runs: 1, objects: 3 } }]);
    expect(cleared).toEqual([tenantId]);
    expect([await keysLeft(other), await runsIn(owner.session).find(other)]).toMatchObject([
      objectsOf(other),
      { runId: other },
    ]);
  });

  it('cancels a run in progress, and removes nothing before it has ended', async () => {
    const runId = await addRun(null);
    const erasure = await request(runId);
    const step = start();
    await step();
    await step();
    expect(cancelled.map((run) => run.runId)).toEqual([runId]);
    expect([await keysLeft(runId), (await stateOf(erasure))?.state]).toEqual([objectsOf(runId), 'waiting']);
    expect(
      await store.readJson(store.uriOf(claimName(runId)), (value) => value as object, signal),
    ).not.toHaveProperty('erased');
    await endRun(runId, Date.now());
    await start({ settleMs: 60_000 })();
    expect(await keysLeft(runId)).toEqual(objectsOf(runId));
    await step();
    await step();
    expect([await keysLeft(runId), (await stateOf(erasure))?.state]).toEqual([[], 'done']);
  });

  it('goes on after a failure, and counts a run only once its objects are gone', async () => {
    const runId = await addRun(begunAt);
    const erasure = await request(runId);
    const failing = new Proxy(store, {
      get: (target, name) => {
        if (name === 'remove') return () => Promise.reject(new FailureError('STORE_UNAVAILABLE'));
        const member: unknown = Reflect.get(target, name);
        return typeof member === 'function' ? (member.bind(target) as unknown) : member;
      },
    });
    await start({ store: failing })();
    expect(await stateOf(erasure)).toMatchObject({ state: 'waiting', runs: 0 });
    expect(await runsIn(owner.session).find(runId)).toMatchObject({ runId });
    await Promise.all([start()(), start()()]);
    await start()();
    expect(await stateOf(erasure)).toMatchObject({ state: 'done', runs: 1, objects: 3 });
  });

  it("removes a tenant's public keys and its settings from stages, and of no other tenant", async () => {
    const other = `t-${randomUUID()}`;
    const settings = tenantSettingsIn(owner.session);
    for (const each of [tenantId, other]) {
      await tenantsIn(owner.session).create({ tenantId: each, name: each, at: begunAt });
      const times = { notBefore: begunAt, notAfter: null, createdAt: begunAt, createdBy: 'key' };
      await settings.addKey({ tenantId: each, keyId: 'k1', publicKey: 'p', ...times });
    }
    await request(null);
    await start()();
    expect([await settings.listKeys(tenantId), (await settings.listKeys(other)).length]).toEqual([[], 1]);
    const waiting = await outboxIn(owner.session).unsent(1000);
    expect(
      waiting
        .filter(({ key }) => key === tenantId || key === other)
        .map(({ topic, key, content }) => [topic, key, content]),
    ).toEqual([['fleet.tenants', tenantId, null]]);
  });

  it('erases of a tenant what began before the request', async () => {
    const first = await addRun(begunAt);
    const own = `${uploadFolder(tenantId)}own.pdf`;
    await store.createOnce(own, Buffer.from('words'), 'text/plain', signal);
    const erasure = await request(null);
    const later = runRow({ runId: randomUUID(), tenantId, createdAt: Date.now() + 60_000, endedAt: null });
    await runsIn(owner.session).save([later]);
    const step = start();
    await step();
    await step();
    expect(await stateOf(erasure)).toMatchObject({ state: 'done', runs: 1 });
    expect(await keysLeft(first)).toEqual([]);
    expect(await store.head(store.uriOf(own), signal)).toBeUndefined();
    expect(await runsIn(owner.session).find(later.runId)).toMatchObject({ runId: later.runId });
    expect(cancelled).toEqual([]);
  });

  it('A-02: takes what a client wrote from the file of a batch, and the batch with its tenant', async () => {
    const runId = await addRun(begunAt);
    const batches = batchesIn(owner.session);
    const batchId = randomUUID();
    await batches.insert({
      ...{ batchId, tenantId, requestId: 'b', state: 'COMPLETED', revision: 1, digest: '' },
      metadata: { requester: { name: 'Ada', email: null, notes: null }, period: null, fields: {} },
      options: {},
      counts: countFiles(['completed']),
      ...{ createdAt: begunAt, updatedAt: begunAt, acceptedAt: begunAt, endedAt: begunAt },
      ...{ cancelAskedAt: null, expiresAt: null },
    });
    const input = { uri: 's3://a/b', sha256: 'ab', mediaType: 'application/pdf', sizeBytes: 1 };
    await batches.putFile({
      ...{ batchId, tenantId, n: 1, runId, fileName: 'Ada.pdf', documentId: 'd', input },
      ...{ status: 'completed', erasedAt: null },
    });
    await request(runId);
    await start()();
    expect(await batches.files(batchId)).toMatchObject([
      {
        fileName: null,
        documentId: null,
        input: null,
        status: 'completed',
        erasedAt: expect.any(Number) as number,
      },
    ]);
    expect(await batches.find(batchId)).toMatchObject({ state: 'COMPLETED', revision: 1 });
    await request(null);
    await start()();
    expect([await batches.find(batchId), await batches.files(batchId)]).toEqual([undefined, []]);
  });

  it('leaves of a tenant what says that it was erased, its counts and its keys, and everything of another one', async () => {
    const other = `t-${randomUUID()}`;
    const tables = await tablesOfTenants(owner.session);
    // A run that is marked as erased is not erased again.
    const filled = tables.filter((table) => table !== 'erased_runs');
    await addRows(owner.session, filled, { tenantId, number: 1, at: begunAt });
    await addRows(owner.session, filled, { tenantId: other, number: 2, at: begunAt });
    const uploads = [tenantId, other].map((tenant) => `${uploadFolder(tenant)}file-of-a-draft/f00`);
    for (const key of uploads) await store.createOnce(key, Buffer.from('words'), 'text/plain', signal);
    const erasure = await request(null);
    const step = start();
    await step();
    await step();
    expect(await stateOf(erasure)).toMatchObject({ state: 'done', runs: 1, objects: 1 });
    expect(await tablesWithRows(owner.session, tables, tenantId)).toEqual([
      'api_keys',
      'audit',
      'erased_runs',
      'erasures',
      'outbox',
      'outcomes',
      'tenant_accounts',
      'tenants',
    ]);
    expect(await outcomesIn(owner.session).find(tenantId, 1)).toMatchObject({ event: Buffer.alloc(0) });
    expect(await tablesWithRows(owner.session, tables, other)).toEqual([...filled].sort());
    const kept = uploads.map(async (key) => (await store.head(store.uriOf(key), signal)) !== undefined);
    expect(await Promise.all(kept)).toEqual([false, true]);
  });

  it('joins a repeated request while the first one is not done', async () => {
    const runId = await addRun(null);
    expect((await request(runId)).erasureId).toBe((await request(runId)).erasureId);
  });
});
