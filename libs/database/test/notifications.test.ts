import { createScratchDatabase, endpoints, until, type ScratchDatabase, runRow } from '@docfleet/testing';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { listenForNotifications, migrate, openDatabase, runsIn, type Database } from '../src/index.ts';

let scratch: ScratchDatabase;
let database: Database;

beforeAll(async () => {
  scratch = await createScratchDatabase(endpoints().postgres, migrate);
  database = openDatabase(scratch.url);
});

afterAll(async () => {
  await database.close();
  await scratch.drop();
});

const neverAborted = new AbortController().signal;

it('tells who waits for a run that it has ended, and nobody else', async () => {
  const endings = listenForNotifications(scratch.url);
  const runs = runsIn(database.session);
  try {
    await until('it listens', () => endings.listening);
    await runs.save([runRow({ runId: 'a', endedAt: null }), runRow({ runId: 'b', endedAt: null })]);
    const told: string[] = [];
    const given = new AbortController();
    const waits = [
      endings.next('docfleet_run_ended', ['a'], neverAborted).then(() => told.push('a')),
      endings.next('docfleet_run_ended', ['a'], neverAborted).then(() => told.push('a again')),
      endings.next('docfleet_run_ended', ['b'], given.signal).then(() => told.push('b')),
    ];
    await runs.save([
      runRow({ runId: 'b', endedAt: null, stagesDone: 3 }),
      runRow({ runId: 'a', endedAt: 5 }),
    ]);
    await Promise.all(waits.slice(0, 2));
    expect(told.sort()).toEqual(['a', 'a again']);
    expect([await runs.hasEnded('a'), await runs.hasEnded('b'), await runs.hasEnded('c')]).toEqual([
      true,
      false,
      false,
    ]);
    given.abort();
    await waits[2];
  } finally {
    await endings.close();
  }
});

it('connects again and wakes who waits, because an ending may have passed meanwhile', async () => {
  const endings = listenForNotifications(scratch.url);
  try {
    await until('it listens', () => endings.listening);
    const told = endings.next('docfleet_run_ended', ['missed'], neverAborted);
    await sql`
      select pg_terminate_backend(pid) from pg_stat_activity
      where application_name = 'docfleet-notifications' and datname = current_database()`.execute(
      database.session,
    );
    await until('it has noticed', () => !endings.listening);
    await told;
    expect(endings.listening).toBe(true);
  } finally {
    await endings.close();
  }
});

it('is not listening while there is no database, and ends its waits with their signal', async () => {
  const endings = listenForNotifications('postgres://docfleet@127.0.0.1:1/none');
  const waiting = endings.next('docfleet_run_ended', ['a'], AbortSignal.timeout(10));
  await waiting;
  expect(endings.listening).toBe(false);
  await endings.close();
});
