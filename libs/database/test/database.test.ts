import { createScratchDatabase, endpoints, type ScratchDatabase } from '@docfleet/testing';
import { createServer, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { NewDeadLetter, Run, RunSummary } from '@docfleet/contracts';
import {
  accountingIn,
  apiKeysIn,
  consumerOffsetsIn,
  deadLettersIn,
  hashApiKey,
  migrate,
  openDatabase,
  outcomesIn,
  revisionsIn,
  runEventsIn,
  runsIn,
  tenantsIn,
  type Database,
  type DeadLetterFilter,
  type NewOutcome,
} from '../src/index.ts';

function runOf(overrides: Partial<Run> = {}): Run {
  return {
    runId: 'run-1',
    tenantId: 'acme',
    requestId: 'request-1',
    documentId: null,
    lane: 'normal',
    status: 'accepted',
    revision: 1,
    stage: null,
    attempt: 0,
    stagesDone: 0,
    verdict: null,
    failureCode: null,
    failureMessage: null,
    fileName: 'invoice.pdf',
    input: { uri: 's3://documents/a', sha256: 'ab', mediaType: 'application/pdf', sizeBytes: 3 },
    submissionDigest: 'cd',
    region: 'local',
    route: 'auto',
    callbackUrl: null,
    expectations: { fullName: 'A. Example' },
    documentClass: 'invoice',
    checks: false,
    round: 0,
    review: 'tenant',
    claimDate: null,
    acceptedAt: null,
    createdAt: 1_700_000_000_123,
    updatedAt: 1_700_000_000_123,
    endedAt: null,
    expiresAt: 1_700_086_400_123,
    timings: [],
    result: null,
    outcomeId: null,
    bundle: null,
    pageCount: 0,
    acknowledged: false,
    ...overrides,
  };
}

const outcome: NewOutcome = {
  runId: 'run-1',
  revision: 1,
  tenantId: 'acme',
  outcomeId: 'outcome-1',
  status: 'completed',
  event: Buffer.from([0, 1, 2, 255]),
  terminalTopic: 'documents.completed',
  terminalPartition: 1,
  scanFrom: 9_007_199_254_740_993n,
  home: 'integration.tasks.normal/1',
  claimedAt: 1_700_000_000_123,
};

describe('database', () => {
  let testDatabase: ScratchDatabase;
  let database: Database;

  beforeAll(async () => {
    testDatabase = await createScratchDatabase(endpoints().postgres);
    database = openDatabase(testDatabase.url);
  });
  afterAll(async () => {
    await database.close();
    await testDatabase.drop();
  });

  it('is not ready without its tables', async () => {
    await expect(database.ready()).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE' });
  });

  it('migrates once however many start at the same time', async () => {
    const ran = await Promise.all([1, 2, 3].map(() => migrate(testDatabase.url)));
    expect(ran.flat()).toEqual([
      '0001-initial',
      '0002-operators',
      '0003-set-aside',
      '0004-lists-and-endings',
      '0005-roles',
      '0006-outbox',
      '0007-retention',
      '0008-audit-lists',
      '0009-tenant-events',
      '0010-batches',
      '0011-webhooks',
      '0012-progress',
      '0013-audit-chain',
      '0014-quotas',
      '0015-options-and-open-batches',
      '0016-review',
      '0017-review-policies',
    ]);
    await expect(database.ready()).resolves.toBeUndefined();
  });

  describe('outcomes', () => {
    it('M-15: lets the first claim win and returns it to the others', async () => {
      const outcomes = outcomesIn(database.session);
      const existing = { ...outcome, state: 'claimed', publishedAt: null };
      expect(await outcomes.claim(outcome)).toEqual({ won: true, row: existing });
      expect(await outcomes.claim({ ...outcome, outcomeId: 'outcome-2', home: 'elsewhere/0' })).toEqual({
        won: false,
        row: existing,
      });
      expect(await outcomes.find('run-1', 1)).toEqual(existing);
      expect(await outcomes.find('run-1', 2)).toBeUndefined();
    });

    it('M-15: has one winner among twenty concurrent claims', async () => {
      const outcomes = outcomesIn(database.session);
      const claims = await Promise.all(
        Array.from({ length: 20 }, (_, index) =>
          outcomes.claim({ ...outcome, runId: 'run-race', outcomeId: `outcome-${index}` }),
        ),
      );
      const [winner, ...others] = claims.filter((claim) => claim.won);
      expect(others).toEqual([]);
      expect(new Set(claims.map((claim) => claim.row.outcomeId))).toEqual(new Set([winner?.row.outcomeId]));
    });

    it('marks an outcome published once, and only under its own id', async () => {
      const outcomes = outcomesIn(database.session);
      await outcomes.claim({ ...outcome, runId: 'run-p' });
      const ending = { runId: 'run-p', revision: 1, outcomeId: 'outcome-1', at: 1_700_000_001_000 };
      expect(await outcomes.markPublished({ ...ending, outcomeId: 'another' })).toBe(false);
      expect(await outcomes.markPublished(ending)).toBe(true);
      expect(await outcomes.markPublished({ ...ending, at: 1_800_000_000_000 })).toBe(false);
      expect(await outcomes.find('run-p', 1)).toMatchObject({
        state: 'published',
        publishedAt: 1_700_000_001_000,
      });
    });

    it('finds outcomes that were claimed and not published', async () => {
      const outcomes = outcomesIn(database.session);
      await outcomes.claim({ ...outcome, runId: 'run-old', claimedAt: 1_000 });
      const found = await outcomes.claimedBefore(2_000, { limit: 10 });
      expect(found.map((row) => row.runId)).toEqual(['run-old']);
    });
  });

  describe('runs', () => {
    it('A-04: keeps the first row of a run', async () => {
      const runs = runsIn(database.session);
      expect(await runs.insertFirst(runOf())).toEqual({ inserted: true, run: runOf() });
      expect(await runs.insertFirst(runOf({ submissionDigest: 'other' }))).toEqual({
        inserted: false,
        run: runOf(),
      });
    });

    it('replaces the row of a rejected submission', async () => {
      const runs = runsIn(database.session);
      const rejected = runOf({
        runId: 'run-r',
        requestId: 'r',
        status: 'rejected',
        failureCode: 'STORE_UNAVAILABLE',
        endedAt: 1_700_000_005_000,
      });
      await runs.insertFirst(rejected);
      const again = runOf({ runId: 'run-r', requestId: 'r', submissionDigest: 'ef' });
      expect(await runs.insertFirst(again)).toEqual({ inserted: true, run: again });
      expect((await runs.insertFirst(rejected)).inserted).toBe(false);
    });

    it('keeps the first region and callback URL', async () => {
      const runs = runsIn(database.session);
      const known = {
        runId: 'run-f',
        requestId: 'f',
        region: 'north',
        callbackUrl: 'https://acme.example/x',
      };
      const unknown = { ...known, region: null, callbackUrl: null };
      await runs.save([runOf(unknown)]);
      await runs.save([runOf(known)]);
      await runs.save([runOf(unknown)]);
      expect(await runs.find('run-f')).toEqual(runOf(known));
    });

    it('overwrites rows', async () => {
      const runs = runsIn(database.session);
      const ended = runOf({
        runId: 'run-s',
        requestId: 's',
        status: 'completed',
        acceptedAt: 1_700_000_000_200,
        endedAt: 1_700_000_009_999,
        timings: [{ stage: 'ocr', attempt: 1, queuedMs: 5, activeMs: 10 }],
        result: { documents: [], fieldsOmitted: false, degradation: 'L0' },
      });
      await runs.save([runOf({ runId: 'run-s', requestId: 's' })]);
      await runs.save([ended]);
      expect(await runs.find('run-s')).toEqual(ended);
    });

    it('A-01: lists with filters, newest first, page by page', async () => {
      const runs = runsIn(database.session);
      const at = (index: number) =>
        runOf({
          runId: `list-${index}`,
          requestId: `list-${index}`,
          tenantId: 'lister',
          createdAt: 1_700_000_000_000 + Math.floor(index / 2),
          lane: index === 3 ? 'urgent' : 'normal',
          status: index === 4 ? 'failed' : 'accepted',
        });
      await runs.save([0, 1, 2, 3, 4].map(at));
      const ids = (found: readonly RunSummary[]) => found.map((run) => run.runId);
      const first = await runs.list({ tenantId: 'lister', limit: 2 });
      const second = await runs.list({ tenantId: 'lister', limit: 2, after: first[1] });
      expect([ids(first), ids(second)]).toEqual([
        ['list-4', 'list-3'],
        ['list-2', 'list-1'],
      ]);
      expect(ids(await runs.list({ tenantId: 'lister', limit: 9, lane: 'urgent' }))).toEqual(['list-3']);
      expect(ids(await runs.list({ tenantId: 'lister', limit: 9, status: 'failed' }))).toEqual(['list-4']);
      expect(ids(await runs.list({ tenantId: 'lister', limit: 9, since: 1_700_000_000_002 }))).toEqual([
        'list-4',
      ]);
    });

    it('finds what was not acknowledged and what has expired', async () => {
      const runs = runsIn(database.session);
      await runs.save([
        runOf({ runId: 'unsent', requestId: 'u', createdAt: 1_000, expiresAt: 2_000 }),
        runOf({ runId: 'sent', requestId: 'v', createdAt: 1_000, expiresAt: 2_000, acknowledged: true }),
        runOf({ runId: 'over', requestId: 'w', createdAt: 1_000, expiresAt: 2_000, endedAt: 1_500 }),
      ]);
      await runs.acknowledge('over', 1_600);
      const ids = (found: readonly Run[]) => found.map((run) => run.runId).sort();
      expect(ids(await runs.unacknowledgedBefore(5_000, 10))).toEqual(['unsent']);
      expect(ids(await runs.expiredBefore(5_000, { limit: 10 }))).toEqual(['sent', 'unsent']);
    });

    it('writes more rows than fit in one statement', async () => {
      const runs = runsIn(database.session);
      const many = Array.from({ length: 1_201 }, (_, index) =>
        runOf({ runId: `many-${index}`, requestId: `many-${index}`, tenantId: 'many' }),
      );
      await runs.save(many);
      expect((await runs.list({ tenantId: 'many', limit: 2_000 })).length).toBe(1_201);
    });
  });

  describe('dead letters', () => {
    const deadLetter: NewDeadLetter = {
      stage: 'ocr',
      partition: 1,
      offset: 9_007_199_254_740_993n,
      tenantId: 'acme',
      runId: 'run-1',
      requestId: 'request-1',
      revision: 1,
      lane: 'normal',
      code: 'ENGINE_UNAVAILABLE',
      attempt: 4,
      at: 1_700_000_000_500,
    };
    const notRedriven = { redrivenAs: null, redrivenAt: null, redrivenBy: null };

    it('M-14: stores each once, with its redrive', async () => {
      const deadLetters = deadLettersIn(database.session);
      const id = 'ocr-1-9007199254740993';
      await deadLetters.add([deadLetter]);
      await deadLetters.noteRedrive(id, { revision: 2, at: 1_700_000_001_000, by: 'key-1' });
      await deadLetters.add([deadLetter]);
      expect(await deadLetters.find(id)).toEqual({
        ...deadLetter,
        id,
        redrivenAs: 2,
        redrivenAt: 1_700_000_001_000,
        redrivenBy: 'key-1',
      });
      expect(await deadLetters.find('ocr-1-1')).toBeUndefined();
    });

    it('M-14: lists with filters, newest first, page by page', async () => {
      const deadLetters = deadLettersIn(database.session);
      const at = (offset: bigint, more: Partial<NewDeadLetter>): NewDeadLetter => ({
        ...deadLetter,
        stage: 'validation',
        tenantId: 'lister',
        offset,
        ...more,
      });
      await deadLetters.add([
        at(1n, { at: 1_000 }),
        at(2n, { at: 2_000, code: 'STORE_FULL' }),
        at(3n, { at: 3_000, tenantId: null, runId: null, revision: null, code: 'RECORD_UNDECODABLE' }),
        at(4n, { at: 3_000, stage: 'extraction' }),
      ]);
      const ids = async (filter: Partial<DeadLetterFilter>) =>
        (await deadLetters.list({ limit: 9, ...filter })).map(({ id }) => id);
      const [first] = await deadLetters.list({ stage: 'validation', limit: 1 });
      expect([
        await ids({ tenantId: 'lister' }),
        await ids({ stage: 'validation' }),
        await ids({ stage: 'validation', after: first }),
        await ids({ code: 'STORE_FULL' }),
        await ids({ stage: 'validation', since: 2_000 }),
        await ids({ stage: 'validation', redriven: true }),
      ]).toEqual([
        ['extraction-1-4', 'validation-1-2', 'validation-1-1'],
        ['validation-1-3', 'validation-1-2', 'validation-1-1'],
        ['validation-1-2', 'validation-1-1'],
        ['validation-1-2'],
        ['validation-1-3', 'validation-1-2'],
        [],
      ]);
      expect(first).toMatchObject({ id: 'validation-1-3', ...notRedriven });
    });

    it('M-14: begins a revision once, and only when the one before is published', async () => {
      const ending = { ...outcome, runId: 'run-again' };
      const revision = {
        runId: 'run-again',
        revision: 2,
        tenantId: 'acme',
        origin: 'ocr-1-1',
        createdAt: 1_700_000_002_000,
        createdBy: 'key-1',
      };
      const revisions = revisionsIn(database.session);
      expect(await revisions.begin(revision)).toBe('unfinished');
      await outcomesIn(database.session).claim(ending);
      expect(await revisions.begin(revision)).toBe('unfinished');
      await outcomesIn(database.session).markPublished({ ...ending, at: 1_700_000_001_000 });
      const answers = await Promise.all([1, 2, 3].map(() => revisions.begin(revision)));
      expect(answers.sort()).toEqual(['begun', 'existing', 'existing']);
      expect(await revisions.begin({ ...revision, revision: 3 })).toBe('unfinished');
    });
  });

  it('stores events once', async () => {
    const events = runEventsIn(database.session);
    const event = {
      partition: 0,
      offset: 9_007_199_254_740_993n,
      runId: 'run-1',
      tenantId: 'acme',
      revision: 1,
      stage: 'ocr',
      kind: 'finished',
      at: 1_700_000_000_500,
      detail: { attempt: 1, queuedMs: 1, activeMs: 2, code: null, reason: null },
    };
    await events.add([event]);
    await events.add([event, { ...event, offset: event.offset + 1n }]);
    expect((await events.ofRun('run-1')).map((found) => found.offset)).toEqual([
      9_007_199_254_740_993n,
      9_007_199_254_740_994n,
    ]);
  });

  it('rolls back offsets with what they belong to', async () => {
    const at = { topic: 'documents.events', partition: 1 };
    await consumerOffsetsIn(database.session).save('ledger', { ...at, nextOffset: 5n });
    const failing = database.transaction(async (session) => {
      await consumerOffsetsIn(session).save('ledger', { ...at, nextOffset: 9n });
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    expect(await consumerOffsetsIn(database.session).find('ledger', at.topic, at.partition)).toBe(5n);
  });

  it('survives a connection that is closed between two statements of a transaction', async () => {
    const cutter = openDatabase(testDatabase.url, { poolSize: 1 });
    const cut = database.transaction(async (session) => {
      const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(session);
      const pid = rows[0]?.pid ?? 0;
      await sql`select pg_terminate_backend(${pid})`.execute(cutter.session);
      await vi.waitFor(async () => {
        const left = await sql`select 1 from pg_stat_activity where pid = ${pid}`.execute(cutter.session);
        expect(left.rows).toEqual([]);
      });
      await runsIn(session).find('run-1');
    });
    await expect(cut).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE' });
    await expect(runsIn(database.session).find('no-such-run')).resolves.toBeUndefined();
    await cutter.close();
  });

  it('adds up counts by tenant', async () => {
    const accounting = accountingIn(database.session);
    const accepted = (count: number) => new Map([['accepted', count]]);
    await accounting.add(new Map([['acme', accepted(2)]]));
    await accounting.add(
      new Map([
        ['acme', new Map([...accepted(1), ['ended.failed', 1]])],
        ['other', accepted(4)],
      ]),
    );
    expect(await accounting.read()).toEqual(
      new Map([
        ['acme', new Map([...accepted(3), ['ended.failed', 1]])],
        ['other', accepted(4)],
      ]),
    );
  });

  it('A-07: stores digests of keys and does not find revoked ones', async () => {
    const keys = apiKeysIn(database.session);
    await tenantsIn(database.session).create({ tenantId: 'acme', name: 'Acme', at: 1_000 });
    const { key, keyId } = await keys.issue({ tenantId: 'acme', role: 'viewer', at: 1_000 });
    const found = { holder: { keyId, tenantId: 'acme', role: 'viewer' }, suspended: false };
    expect(await keys.find(hashApiKey(key), 1_001)).toEqual(found);
    expect(await keys.find(hashApiKey('df_else'), 1_001)).toBeUndefined();
    await keys.revoke(keyId, 2_000);
    expect(await keys.find(hashApiKey(key), 2_001)).toBeUndefined();
  });

  it('A-07: finds an expiring key until then, tells of suspension, and keeps the latest use', async () => {
    const tenants = tenantsIn(database.session);
    const keys = apiKeysIn(database.session);
    await keys.ensure({ tenantId: 'late', role: 'producer', at: 1_000 }, 'key-of-late');
    const hash = hashApiKey('key-of-late');
    const keyId = (await keys.find(hash, 1_001))?.holder.keyId ?? '';
    await tenants.suspend('late', 1_500);
    expect((await keys.find(hash, 1_501))?.suspended).toBe(true);
    await tenants.suspend('late', null);
    await keys.noteUses(new Map([[keyId, 1_700]]));
    await keys.noteUses(new Map([[keyId, 1_600]]));
    await keys.expire(keyId, 2_000);
    await keys.expire(keyId, 3_000);
    expect((await keys.find(hash, 1_999))?.suspended).toBe(false);
    expect(await keys.find(hash, 2_000)).toBeUndefined();
    expect(await keys.describe('late', keyId)).toMatchObject({ lastUsedAt: 1_700, expiresAt: 2_000 });
    expect(await keys.describe('acme', keyId)).toBeUndefined();
  });
});

describe('a database that cannot be reached', () => {
  it('is reported within the connect timeout', async () => {
    const database = openDatabase('postgres://docfleet@127.0.0.1:1/none', { connectTimeoutMs: 500 });
    await expect(runsIn(database.session).find('run-1')).rejects.toMatchObject({
      code: 'DATABASE_UNAVAILABLE',
    });
    await database.close();
  });

  it('is reported when it accepts connections and never answers', async () => {
    const sockets: Socket[] = [];
    const silent = createServer((socket) => sockets.push(socket));
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const { port } = silent.address() as AddressInfo;
    const database = openDatabase(`postgres://docfleet@127.0.0.1:${port}/none`, { connectTimeoutMs: 300 });
    await expect(database.ready()).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE' });
    await database.close();
    sockets.forEach((socket) => socket.destroy());
    silent.close();
  });
});
