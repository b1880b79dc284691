import {
  batchesIn,
  migrate,
  openDatabase,
  outcomesIn,
  revisionsIn,
  runEventsIn,
  runsIn,
  sealAuditRows,
  type Database,
} from '@docfleet/database';
import { countFiles, systemClock } from '@docfleet/domain';
import { createScratchDatabase, endpoints, type ScratchDatabase, runRow } from '@docfleet/testing';
import { createLog } from '@docfleet/telemetry';
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { expireOnce, type Expired, type ExpiryParts } from '../src/expire.ts';
import { memoryObjects } from './memory-objects.ts';
import { addRows, tablesOfTenants, tablesWithRows } from './row-of-every-table.ts';

const day = 24 * 60 * 60 * 1000;
const now = Date.UTC(2026, 5, 30);
const ago = (days: number): number => now - days * day;
const { signal } = new AbortController();
const log = createLog({ service: 'retention', level: 'silent' });

let scratch: ScratchDatabase;
let owner: Database;
let database: Database;
let objects: ReturnType<typeof memoryObjects>;
let seen: Expired[];

beforeEach(async () => {
  scratch = await createScratchDatabase(endpoints().postgres, migrate);
  owner = openDatabase(scratch.url);
  database = openDatabase(scratch.urlFor('retention'), { role: 'retention' });
  objects = memoryObjects();
  seen = [];
});
afterEach(async () => {
  await Promise.all([owner.close(), database.close()]);
  await scratch.drop();
});

const periods = {
  batches: 1,
  runs: 30,
  events: 30,
  outcomeBytes: 30,
  deadLetters: 30,
  uploads: 30,
  artifacts: 30,
  fence: 60,
  webhooks: 30,
  audit: 400,
};

function expire(change: Partial<ExpiryParts> = {}): Promise<boolean> {
  const clock = { ...systemClock, now: () => now };
  return expireOnce(
    {
      database,
      store: objects,
      clock,
      log,
      periods,
      perPass: 1_000,
      perSecond: 1e9,
      dryRun: false,
      onExpired: (expired) => seen.push(expired),
      ...change,
    },
    signal,
  );
}

/** A run with everything that belongs to it. `endedDaysAgo` null: in progress since 90 days. */
async function addRun(runId: string, endedDaysAgo: number | null, published = true): Promise<void> {
  const { session } = owner;
  const endedAt = endedDaysAgo === null ? null : ago(endedDaysAgo);
  const begunAt = endedAt === null ? ago(90) : endedAt - 1_000;
  await runsIn(session).save([runRow({ runId, acceptedAt: begunAt, createdAt: begunAt, endedAt })]);
  const detail = { attempt: 1, queuedMs: 0, activeMs: 0, code: null, reason: null };
  await runEventsIn(session).add([
    {
      partition: 0,
      offset: BigInt(runId.length),
      runId,
      tenantId: 'acme',
      revision: 1,
      stage: 'ocr',
      kind: 'done',
      at: begunAt,
      detail,
    },
  ]);
  await sql`
    insert into dead_letters (id, stage, "partition", "offset", tenant_id, run_id, code, attempt, at)
    values (${runId}, 'ocr', 0, 0, 'acme', ${runId}, 'X', 1, ${new Date(begunAt)})`.execute(session);
  if (endedAt !== null) await addOutcome(runId, 1, endedAt, published);
  objects.put(`claims/${runId}`, begunAt);
  objects.put(`uploads/acme/${runId}/f00`, begunAt);
  objects.put(`runs/${new Date(begunAt).toISOString().slice(0, 10)}/${runId}/r1/ocr@1/0001.json`, begunAt);
}

async function addOutcome(runId: string, revision: number, at: number, published: boolean): Promise<void> {
  const outcomes = outcomesIn(owner.session);
  await outcomes.claim({
    runId,
    revision,
    tenantId: 'acme',
    outcomeId: `o${revision}`,
    status: 'completed',
    event: Buffer.from('the event'),
    terminalTopic: 'documents.completed',
    terminalPartition: 0,
    scanFrom: 0n,
    home: 'integration.tasks.normal-0',
    claimedAt: at,
  });
  if (published) await outcomes.markPublished({ runId, revision, outcomeId: `o${revision}`, at });
}

async function left(): Promise<Record<string, string[]>> {
  const ids = async (table: string): Promise<string[]> => {
    const { rows } = await sql<{
      runId: string;
    }>`select distinct run_id from ${sql.table(table)} order by 1`.execute(owner.session);
    return rows.map(({ runId }) => runId);
  };
  const bytes = await sql<{
    runId: string;
  }>`select run_id from outcomes where length(event) > 0 order by 1`.execute(owner.session);
  return {
    runs: await ids('runs'),
    events: await ids('run_events'),
    deadLetters: await ids('dead_letters'),
    outcomes: await ids('outcomes'),
    bytes: bytes.rows.map(({ runId }) => runId),
    objects: [...objects.keys()].map((key) => key.replace(/runs\/[^/]+\//, 'runs/')),
  };
}

const all = (runId: string): string[] => [
  `claims/${runId}`,
  `runs/${runId}/r1/ocr@1/0001.json`,
  `uploads/acme/${runId}/f00`,
];

describe('A-11: expiry', () => {
  it('removes content after its period, and the fence after a longer one', async () => {
    await addRun('new', 29);
    await addRun('older', 31);
    await addRun('oldest.', 61);
    expect(await expire()).toBe(true);
    expect(await left()).toEqual({
      runs: ['new'],
      events: ['new'],
      deadLetters: ['new'],
      outcomes: ['new', 'older'],
      bytes: ['new'],
      objects: ['claims/new', 'claims/older', 'runs/new/r1/ocr@1/0001.json', 'uploads/acme/new/f00'],
    });
    // Safe to repeat, and from two processes at once.
    const before = await left();
    await Promise.all([expire(), expire()]);
    expect(await left()).toEqual(before);
  });

  it('never touches a run that has not ended, however old it is', async () => {
    await addRun('open', null);
    await expire();
    const expected = { runs: ['open'], events: ['open'], deadLetters: ['open'], outcomes: [], bytes: [] };
    expect(await left()).toEqual({ ...expected, objects: all('open') });
  });

  it('keeps everything of a run whose ending is claimed and not published', async () => {
    await addRun('stuck', 90, false);
    await expire();
    expect(await left()).toMatchObject({
      runs: ['stuck'],
      outcomes: ['stuck'],
      bytes: ['stuck'],
      objects: all('stuck'),
    });
  });

  it('keeps everything of a run while a later revision is in progress', async () => {
    await addRun('again', 90);
    const revision = {
      runId: 'again',
      revision: 2,
      tenantId: 'acme',
      origin: 'ocr-0-0',
      createdAt: ago(1),
      createdBy: 'k',
    };
    expect(await revisionsIn(owner.session).begin(revision)).toBe('begun');
    await expire();
    expect(await left()).toMatchObject({ runs: ['again'], outcomes: ['again'], objects: all('again') });
  });

  it('keeps a document that a run in progress refers to', async () => {
    const key = 'uploads/acme/own.pdf';
    objects.put(key, ago(90));
    const input = { uri: objects.uriOf(key), sha256: '', mediaType: 'application/pdf', sizeBytes: 1 };
    await runsIn(owner.session).save([runRow({ runId: 'open', createdAt: ago(1), endedAt: null, input })]);
    await expire();
    expect(objects.keys()).toEqual([key]);
    await sql`update runs set ended_at = now()`.execute(owner.session);
    await expire();
    expect(objects.keys()).toEqual([]);
  });

  it('keeps objects of a run that the database does not know for as long as the fence', async () => {
    objects.put('claims/a', ago(59));
    objects.put('uploads/acme/a/f00', ago(59));
    objects.put('uploads/acme/b/f00', ago(61));
    await expire();
    expect(objects.keys()).toEqual(['claims/a', 'uploads/acme/a/f00']);
  });

  it('works in bounded passes, each of which goes on where the last one stopped', async () => {
    for (const name of ['a', 'b', 'c', 'd', 'e']) objects.put(`claims/${name}`, ago(name === 'b' ? 1 : 61));
    await expire({ perPass: 2 });
    expect(objects.keys()).toEqual(['claims/b', 'claims/c', 'claims/d', 'claims/e']);
    await expire({ perPass: 2 });
    expect(objects.keys()).toEqual(['claims/b', 'claims/e']);
    await expire({ perPass: 2 });
    expect(objects.keys()).toEqual(['claims/b']);
    expect(
      seen.filter(({ kind }) => kind === 'claims').map(({ count, complete }) => [count, complete]),
    ).toEqual([
      [1, false],
      [2, false],
      [1, true],
    ]);
  });

  it('takes what has ended from every table, and what is younger from none', async () => {
    const tables = await tablesOfTenants(owner.session);
    await addRows(owner.session, tables, { tenantId: 'before', number: 1, at: ago(401) });
    await addRows(owner.session, tables, { tenantId: 'now', number: 2, at: now });
    await sealAuditRows(database, 10);
    await expire();
    expect(await tablesWithRows(owner.session, tables, 'before')).toEqual([
      'api_keys',
      'outbox',
      'tenant_accounts',
      'tenant_public_keys',
      'tenants',
    ]);
    expect(await tablesWithRows(owner.session, tables, 'now')).toEqual([...tables].sort());
  });

  it('only counts in a dry run', async () => {
    await addRun('older', 90);
    await expire({ dryRun: true });
    const counts = Object.fromEntries(seen.map(({ kind, count }) => [kind, count]));
    expect(counts).toMatchObject({ runs: 1, runEvents: 2, outcomeBytes: 1, outcomes: 1, uploads: 1 });
    expect(await left()).toMatchObject({ runs: ['older'], bytes: ['older'], objects: all('older') });
  });
});

describe('A-02, A-11: batches', () => {
  const addBatch = async (
    batchId: string,
    {
      endedAt,
      expiresAt,
      state,
    }: { endedAt: number | null; expiresAt: number | null; state: 'DRAFT' | 'COMPLETED' | 'QUEUED' },
  ): Promise<void> => {
    const isDraft = state === 'DRAFT';
    await batchesIn(owner.session).insert({
      ...{ batchId, tenantId: 'acme', requestId: batchId, state, revision: 0, digest: '' },
      metadata: { requester: null, period: null, fields: {} },
      options: {},
      counts: countFiles([null]),
      ...{ createdAt: ago(90), updatedAt: ago(90), acceptedAt: isDraft ? null : ago(90) },
      ...{ endedAt, cancelAskedAt: null, expiresAt },
    });
    const runId = `run-of-${batchId}`;
    await batchesIn(owner.session).putFile({
      ...{ batchId, tenantId: 'acme', n: 1, runId, fileName: 'a.pdf', documentId: null },
      ...{ input: null, status: isDraft ? null : 'completed', erasedAt: null },
    });
    objects.put(`uploads/acme/${runId}/f00`, ago(1));
  };
  const leftOf = async (table: string): Promise<string[]> => {
    const { rows } = await sql<{ batchId: string }>`
      select batch_id from ${sql.table(table)} order by 1`.execute(owner.session);
    return rows.map(({ batchId }) => batchId);
  };

  it('go a day after their end with their files, and drafts with their uploads', async () => {
    const hour = day / 24;
    await addBatch('ended', { state: 'COMPLETED', endedAt: ago(1) - 1, expiresAt: null });
    await addBatch('fresh', { state: 'COMPLETED', endedAt: ago(1) + 1, expiresAt: ago(80) });
    await addBatch('open', { state: 'QUEUED', endedAt: null, expiresAt: ago(80) });
    await addBatch('draft', { state: 'DRAFT', endedAt: null, expiresAt: now - hour - 1 });
    await addBatch('new-draft', { state: 'DRAFT', endedAt: null, expiresAt: now - hour + 1 });
    await expire({ dryRun: true });
    expect(seen.find(({ kind }) => kind === 'drafts')).toMatchObject({ count: 1, complete: true });
    expect(await leftOf('batches')).toHaveLength(5);
    await expire();
    expect(await leftOf('batches')).toEqual(['fresh', 'new-draft', 'open']);
    expect(await leftOf('batch_files')).toEqual(['fresh', 'new-draft', 'open']);
    expect(objects.keys()).toEqual([
      'uploads/acme/run-of-ended/f00',
      'uploads/acme/run-of-fresh/f00',
      'uploads/acme/run-of-new-draft/f00',
      'uploads/acme/run-of-open/f00',
    ]);
  });
});
