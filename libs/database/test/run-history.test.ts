import type { Run, RunEvent } from '@docfleet/contracts';
import { createScratchDatabase, endpoints, until, type ScratchDatabase, runRow } from '@docfleet/testing';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import {
  consumerOffsetsIn,
  ledgerConsumer,
  listenForNotifications,
  migrate,
  openDatabase,
  runEventsIn,
  runHistoryIn,
  runsIn,
  type Database,
} from '../src/index.ts';

let scratch: ScratchDatabase;
let database: Database;
let run: Run;
let runs = 0;
let offset = 0n;

beforeAll(async () => {
  scratch = await createScratchDatabase(endpoints().postgres, migrate);
  database = openDatabase(scratch.url);
});
afterAll(async () => {
  await database.close();
  await scratch.drop();
});
beforeEach(() => {
  runs += 1;
  run = runRow({ runId: `run-${runs}`, endedAt: null });
});

const save = (facts: Partial<Run> = {}): Promise<void> =>
  runsIn(database.session).save([{ ...run, ...facts }]);

const add = (kinds: readonly string[], runIds: readonly string[] = [run.runId]): Promise<void> =>
  runEventsIn(database.session).add(
    runIds.flatMap((runId) =>
      kinds.map((kind): RunEvent => {
        offset += 1n;
        const detail = { attempt: 2, queuedMs: 1, activeMs: 2, code: null, reason: null };
        return {
          partition: 3,
          offset,
          runId,
          tenantId: 'acme',
          revision: 1,
          stage: 'ocr',
          kind,
          at: 5,
          detail,
        };
      }),
    ),
  );

const history = () => runHistoryIn(database.session);
const told = async (): Promise<unknown[]> =>
  (await history().after([run.runId], 0n, 100)).map(({ kind, revision, detail }) =>
    kind === 'ended' ? `${revision}: ${String(detail.status)}` : kind,
  );

it('A-01: has the events of stages and the end of each revision, in the order in which they were stored', async () => {
  await save();
  await add(['accepted', 'finished']);
  await save({ status: 'failed', failureCode: 'DOC_CORRUPT', endedAt: 9 });
  await add(['skipped']);
  await save({ revision: 2 });
  await save({ revision: 2, status: 'completed', endedAt: 12 });
  const entries = await history().after([run.runId], 0n, 100);
  expect(await told()).toEqual(['accepted', 'finished', '1: failed', 'skipped', '2: completed']);
  expect(entries[2]).toMatchObject({
    kind: 'ended',
    at: 9,
    detail: { status: 'failed', code: 'DOC_CORRUPT' },
  });
  const [first, second] = entries;
  expect(await history().after([run.runId], first?.number ?? 0n, 1)).toEqual([second]);
});

it('adds an end once, whatever is learnt of the run afterwards', async () => {
  await save({ status: 'completed', endedAt: 9 });
  await save({ status: 'completed', endedAt: 9, pageCount: 4, updatedAt: 10 });
  expect(await told()).toEqual(['1: completed']);
  await save({ runId: 'other', requestId: 'other', status: 'completed', endedAt: 9 });
  expect(await told()).toEqual(['1: completed']);
});

it('adds the end of a run that was shown as rejected before', async () => {
  await save({ status: 'rejected', endedAt: 3 });
  await save({ status: 'completed', endedAt: 9 });
  expect(await told()).toEqual(['1: rejected', '1: completed']);
});

it('shows the events of stages alone as the history of a run', async () => {
  await add(['finished']);
  await save({ status: 'completed', endedAt: 9 });
  const events = await runEventsIn(database.session).ofRun(run.runId);
  expect(events.map(({ kind, partition }) => [kind, partition])).toEqual([['finished', 3]]);
});

it('knows an entry by its number, for its own run only', async () => {
  await add(['finished'], ['mine', 'theirs']);
  const [entry] = await history().after(['mine'], 0n, 1);
  const number = entry?.number ?? 0n;
  const found = await Promise.all([
    history().has(['mine'], number),
    history().has(['theirs'], number),
    history().has(['mine'], number + 1_000n),
  ]);
  expect(found).toEqual([true, false, false]);
});

it('tells of the runs that have new entries', async () => {
  const notifications = listenForNotifications(scratch.url);
  try {
    await until('it listens', () => notifications.listening);
    const over = new AbortController();
    const next = (subjects: readonly string[]) => notifications.next('docfleet_news', subjects, over.signal);
    const ofEvents = next(['nobody', run.runId]);
    await add(['accepted', 'finished']);
    await ofEvents;
    const ofEnd = next([run.runId]);
    await save({ status: 'completed', endedAt: 9 });
    await expect(ofEnd).resolves.toBeUndefined();
    over.abort();
  } finally {
    await notifications.close();
  }
});

it('numbers a rejection by a gateway in turn with what ledgers write', async () => {
  await save({ acknowledged: false });
  let rejecting: Promise<void> | undefined;
  await database.transaction(async (session) => {
    await consumerOffsetsIn(session).lock(ledgerConsumer, 'documents.events', 0);
    rejecting = runsIn(database.session).reject(run.runId, { code: 'DOC_EMPTY', message: 'x', at: 9 });
    await until('it waits for its turn', async () => {
      const { rows } = await sql`
        select 1 from pg_locks where locktype = 'advisory' and not granted
          and database = (select oid from pg_database where datname = current_database())`.execute(session);
      return rows.length > 0;
    });
    expect(await told()).toEqual([]);
  });
  await rejecting;
  expect(await told()).toEqual(['1: rejected']);
});
