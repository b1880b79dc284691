import { localCodec, topics, type TopicName, type TopicValues } from '@docfleet/contracts';
import {
  consumerOffsetsIn,
  type Database,
  deadLettersIn,
  migrate,
  type NewOutcome,
  openDatabase,
  outcomesIn,
  runEventsIn,
  runsIn,
} from '@docfleet/database';
import { FailureError, outcomeIdOfOrder, runIdOf, runIdOfSubmission, systemClock } from '@docfleet/domain';
import { createMemoryCluster, type MemoryCluster } from '@docfleet/memory-log';
import type { RecordLog } from '@docfleet/record-log';
import { createLog } from '@docfleet/telemetry';
import {
  createScratchDatabase,
  documentSubmitted,
  endpoints,
  ocrTask,
  runContext,
  type ScratchDatabase,
} from '@docfleet/testing';
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ExceptionalRecord } from '../src/adapters/isolate-records.ts';
import { createReadModelWriter, type ReadModelWriter } from '../src/adapters/read-model-writer.ts';
import type { Reader } from '@docfleet/projection';
import { startReader } from '../src/adapters/reader.ts';
import { createSweep } from '../src/adapters/sweeps.ts';
import { completedOf, eventOf, failedOf, rejectedOf } from './facts.ts';

const log = createLog({ service: 'ledger', level: 'silent' });
const codec = localCodec();

let scratch: ScratchDatabase;
let database: Database;
let cluster: MemoryCluster;
let producer: RecordLog;
let readers: { reader: Reader; recordLog: RecordLog }[];
let lost: string[];

beforeEach(async () => {
  scratch = await createScratchDatabase(endpoints().postgres, migrate);
  database = openDatabase(scratch.urlFor('pipeline'), { role: 'pipeline' });
  cluster = createMemoryCluster({
    clock: systemClock,
    topics: Object.fromEntries(topics.map((topic) => [topic.name, topic.partitions.local])),
  });
  producer = cluster.log('stages');
  readers = [];
  lost = [];
});
afterEach(async () => {
  await Promise.all(readers.map(stop));
  await producer.close();
  await database.close();
  await scratch.drop();
});

interface Seen {
  exceptional: ExceptionalRecord[];
  doubled: string[];
}

async function start(
  name: string,
  writer: ReadModelWriter = createReadModelWriter(database, systemClock),
): Promise<Seen> {
  const seen: Seen = { exceptional: [], doubled: [] };
  const recordLog = cluster.log(name);
  const reader = await startReader({
    recordLog,
    codec,
    writer,
    clock: systemClock,
    log,
    onExceptional: (records) => seen.exceptional.push(...records),
    onDoubled: (runIds) => seen.doubled.push(...runIds),
    onLost: (error) => lost.push(error.message),
  });
  readers.push({ reader, recordLog });
  return seen;
}

async function stop({ reader, recordLog }: (typeof readers)[number]): Promise<void> {
  await reader.close();
  await recordLog.close();
}

async function write<T extends TopicName>(topic: T, ...values: (TopicValues[T] & { runId: string })[]) {
  for (const value of values) {
    const bytes = await codec.encode(topic, value);
    await producer.produce([{ topic, key: Buffer.from(value.runId), value: bytes, headers: {} }]);
  }
}

/** Counts of the one tenant, and the number of its open runs. */
async function accounts(): Promise<ReadonlyMap<string, number>> {
  const { counts, open } = await createReadModelWriter(database, systemClock).counts();
  return new Map([...(counts.get('acme') ?? []), ['open', open.length]].sort() as [string, number][]);
}

const statusOf = async (runId: string) => (await runsIn(database.session).find(runId))?.status;

const outcomeOf = (more: Partial<NewOutcome>): NewOutcome => ({
  runId: 'run-1',
  revision: 1,
  tenantId: 'acme',
  outcomeId: 'outcome-1',
  status: 'completed',
  event: Buffer.from('event'),
  terminalTopic: 'documents.completed',
  terminalPartition: 0,
  scanFrom: 0n,
  home: 'integration.tasks.normal/0',
  claimedAt: Date.now(),
  ...more,
});

describe('reading', () => {
  it('A-11: stores nothing about an erased run again, and still marks its outcome published', async () => {
    const owner = openDatabase(scratch.url);
    await sql`insert into erased_runs values ('run-1', 'acme', now())`.execute(owner.session);
    await owner.close();
    await outcomesIn(database.session).claim(outcomeOf({ runId: 'run-1' }));
    for (const runId of ['run-1', 'run-2']) {
      await write('documents.events', eventOf('preprocess', 'accepted', { runId, requestId: runId }));
      await write('documents.completed', completedOf({ runId, requestId: runId }));
    }
    await start('ledger-a');
    await vi.waitFor(async () => {
      expect(await statusOf('run-2')).toBe('completed');
      expect((await outcomesIn(database.session).find('run-1', 1))?.state).toBe('published');
    }, 60_000);
    expect(await statusOf('run-1')).toBeUndefined();
    expect(await runEventsIn(database.session).ofRun('run-1')).toEqual([]);
    expect(await accounts()).toEqual(
      new Map([
        ['accepted', 1],
        ['ended.completed', 1],
        ['open', 0],
      ]),
    );
  });

  it('O-03: projects events and endings, marks outcomes published, and counts both', async () => {
    await outcomesIn(database.session).claim(outcomeOf({ runId: 'run-1' }));
    for (const runId of ['run-1', 'run-2', 'run-3']) {
      await write('documents.events', eventOf('preprocess', 'accepted', { runId, requestId: runId }));
      await write('documents.events', eventOf('preprocess', 'finished', { runId, requestId: runId }));
    }
    await write('documents.completed', completedOf({ runId: 'run-1', requestId: 'run-1' }));
    await write('documents.failed', failedOf({ runId: 'run-2', requestId: 'run-2' }));
    await start('ledger-a');
    await vi.waitFor(async () => {
      expect(await Promise.all(['run-1', 'run-2', 'run-3'].map(statusOf))).toEqual([
        'completed',
        'failed',
        'running',
      ]);
    }, 60_000);
    expect((await outcomesIn(database.session).find('run-1', 1))?.state).toBe('published');
    expect((await runEventsIn(database.session).ofRun('run-3')).map((event) => event.kind)).toEqual([
      'accepted',
      'finished',
    ]);
    expect(await accounts()).toEqual(
      new Map([
        ['accepted', 3],
        ['ended.completed', 1],
        ['ended.failed', 1],
        ['open', 1],
      ]),
    );
  });

  it('continues at the offset of the read model, whatever the group has committed', async () => {
    await write('documents.events', eventOf('preprocess', 'accepted', { runId: 'run-1', requestId: 'a' }));
    await start('ledger-a');
    await vi.waitFor(async () => {
      expect(await statusOf('run-1')).toBe('running');
    }, 60_000);
    await Promise.all(readers.splice(0).map(stop));
    await write('documents.completed', completedOf({ runId: 'run-1', requestId: 'a' }));
    await start('ledger-b');
    await vi.waitFor(async () => {
      expect(await statusOf('run-1')).toBe('completed');
    }, 60_000);
    expect(await accounts()).toEqual(
      new Map([
        ['accepted', 1],
        ['ended.completed', 1],
        ['open', 0],
      ]),
    );
  });

  it('counts once while ledgers join and leave', async () => {
    const runIds = Array.from({ length: 60 }, (_, index) => `run-${index}`);
    const writing = (async () => {
      for (const runId of runIds) {
        await write('documents.events', eventOf('preprocess', 'accepted', { runId, requestId: runId }));
        await write('documents.completed', completedOf({ runId, requestId: runId }));
      }
    })();
    await start('ledger-a');
    await start('ledger-b');
    await writing;
    const [first] = readers.splice(0, 1);
    if (first !== undefined) await stop(first);
    await start('ledger-c');
    await vi.waitFor(async () => {
      expect(await accounts()).toEqual(
        new Map([
          ['accepted', 60],
          ['ended.completed', 60],
          ['open', 0],
        ]),
      );
    }, 60_000);
    expect(lost).toEqual([]);
  }, 30_000);

  it('counts once when its database connections are cut repeatedly', async () => {
    const cutter = openDatabase(scratch.url, { poolSize: 1 });
    await start('ledger-a');
    for (let index = 0; index < 40; index += 1) {
      const runId = `run-${index}`;
      await write('documents.events', eventOf('preprocess', 'accepted', { runId, requestId: runId }));
      await write('documents.completed', completedOf({ runId, requestId: runId }));
      if (index % 5 === 0) {
        await sql`select pg_terminate_backend(pid) from pg_stat_activity
          where datname = current_database() and pid <> pg_backend_pid()`.execute(cutter.session);
      }
    }
    await vi.waitFor(async () => {
      expect(await accounts()).toEqual(
        new Map([
          ['accepted', 40],
          ['ended.completed', 40],
          ['open', 0],
        ]),
      );
    }, 60_000);
    await cutter.close();
  }, 30_000);

  it('waits while the database is unavailable and loses nothing', async () => {
    const working = createReadModelWriter(database, systemClock);
    let unavailable = true;
    const writer: ReadModelWriter = {
      ...working,
      write: (at, batch) =>
        unavailable ? Promise.reject(new FailureError('DATABASE_UNAVAILABLE')) : working.write(at, batch),
    };
    await write('documents.events', eventOf('preprocess', 'accepted', { runId: 'run-1', requestId: 'a' }));
    await start('ledger-a', writer);
    const reader = readers[0]?.reader;
    await vi.waitFor(() => {
      expect(reader?.problems()).toEqual(['read model cannot be written: The database is not available.']);
    }, 60_000);
    unavailable = false;
    await vi.waitFor(async () => {
      expect(await statusOf('run-1')).toBe('running');
      expect(reader?.problems()).toEqual([]);
    }, 60_000);
  });

  it('sets records aside that cannot be decoded', async () => {
    const key = Buffer.from('run-1');
    await producer.produce([{ topic: 'documents.events', key, value: Buffer.from('noise'), headers: {} }]);
    await write('documents.events', eventOf('preprocess', 'accepted', { runId: 'run-1', requestId: 'a' }));
    const seen = await start('ledger-a');
    await vi.waitFor(async () => {
      expect(await statusOf('run-1')).toBe('running');
    }, 60_000);
    expect(seen.exceptional).toMatchObject([
      { kind: 'set-aside', offset: 0n, refusal: { cause: 'RECORD_UNDECODABLE' } },
    ]);
  });

  it('marks a rejected submission of the API, and changes no accepted run', async () => {
    for (const requestId of ['a', 'b']) {
      const runId = runIdOf('acme', requestId);
      await write('documents.events', eventOf('preprocess', 'accepted', { runId, requestId }));
    }
    await start('ledger-a');
    const [accepted, other] = [runIdOf('acme', 'a'), runIdOf('acme', 'b')];
    await vi.waitFor(async () => {
      expect(await statusOf(other)).toBe('running');
    }, 60_000);
    const first = await runsIn(database.session).find(other);
    if (first === undefined) throw new Error('no row');
    const submitted = runIdOf('acme', 'c');
    await runsIn(database.session).insertFirst({
      ...first,
      runId: submitted,
      requestId: 'c',
      status: 'accepted',
      acceptedAt: null,
    });
    for (const [runId, requestId] of [
      [accepted, 'a'],
      [submitted, 'c'],
    ] as const) {
      await write('documents.rejected', { ...rejectedOf({ requestId }), runId });
    }
    await vi.waitFor(async () => {
      expect(await statusOf(submitted)).toBe('rejected');
    }, 60_000);
    expect(await statusOf(accepted)).toBe('running');
  });

  it('ignores the rejection of a record whose tenant was not verified', async () => {
    const runId = runIdOf('acme', 'a');
    await write('documents.events', eventOf('preprocess', 'accepted', { runId, requestId: 'a' }));
    await start('ledger-a');
    await vi.waitFor(async () => {
      expect(await statusOf(runId)).toBe('running');
    }, 60_000);
    const run = await runsIn(database.session).find(runId);
    if (run === undefined) throw new Error('no row');
    const submitted = { ...run, runId: runIdOf('acme', 'b'), requestId: 'b', acceptedAt: null };
    await runsIn(database.session).insertFirst({ ...submitted, status: 'accepted' });
    const code = 'TENANT_UNVERIFIED';
    await write('documents.rejected', { ...rejectedOf({ requestId: 'b', code }), runId: submitted.runId });
    await write('documents.rejected', { ...rejectedOf({ requestId: 'none' }), runId: 'none' });
    await vi.waitFor(async () => {
      const next = await consumerOffsetsIn(database.session).find('ledger', 'documents.rejected', 0);
      expect(next).toBe(2n);
    }, 60_000);
    expect(await statusOf(submitted.runId)).toBe('accepted');
  });

  it('M-14: lists dead letters with their runs, and undecodable ones without', async () => {
    const value = await codec.encode('ocr.dead-letter', ocrTask({ context: runContext({ revision: 2 }) }));
    const submitted = await codec.encode('preprocess.dead-letter', documentSubmitted({ requestId: null }));
    const origin = 'documents.high 1 40 1700000000000';
    const headersOf = (code: string) => ({
      'docfleet-failure-code': code,
      'docfleet-attempt': '4',
      'docfleet-origin': origin,
      'docfleet-lane': 'high',
    });
    const key = Buffer.from('key');
    await producer.produce([
      { topic: 'ocr.dead-letter', key, value, headers: headersOf('ENGINE_UNAVAILABLE') },
      {
        topic: 'ocr.dead-letter',
        key,
        value: Buffer.from('noise'),
        headers: headersOf('RECORD_UNDECODABLE'),
      },
      { topic: 'preprocess.dead-letter', key, value: submitted, headers: headersOf('STORE_UNAVAILABLE') },
    ]);
    await start('ledger-a');
    const letters = deadLettersIn(database.session);
    await vi.waitFor(async () => {
      expect(await letters.list({ limit: 9 })).toHaveLength(3);
    }, 60_000);
    const facts = async (id: string) => {
      const letter = await letters.find(id);
      return letter && [letter.tenantId, letter.runId, letter.revision, letter.lane, letter.code];
    };
    const source = {
      topic: 'documents.high',
      partition: 1,
      offset: '40',
      timestampMs: 1_700_000_000_000,
      clusterId: 'memory',
    };
    const unnamed = runIdOfSubmission({ tenantId: 'acme', requestId: null }, source);
    expect(await Promise.all(['ocr-0-0', 'ocr-0-1', 'preprocess-0-0'].map(facts))).toEqual([
      ['acme', runIdOf('acme', 'request-1'), 2, 'normal', 'ENGINE_UNAVAILABLE'],
      [null, null, null, 'high', 'RECORD_UNDECODABLE'],
      ['acme', unnamed, 1, 'high', 'STORE_UNAVAILABLE'],
    ]);
  });

  it('M-15: reports a second terminal event of a revision', async () => {
    await write('documents.completed', completedOf({ runId: 'run-1', requestId: 'a' }));
    const seen = await start('ledger-a');
    await vi.waitFor(async () => {
      expect(await statusOf('run-1')).toBe('completed');
    }, 60_000);
    await write('documents.failed', failedOf({ runId: 'run-1', requestId: 'a' }));
    await vi.waitFor(() => {
      expect(seen.doubled).toEqual(['run-1']);
    }, 60_000);
    expect(await statusOf('run-1')).toBe('completed');
  });

  it('commits the offsets of the read model to its group when it leaves', async () => {
    await write('documents.failed', failedOf({ runId: 'run-1', requestId: 'a' }));
    await start('ledger-a');
    await vi.waitFor(async () => {
      expect(await statusOf('run-1')).toBe('failed');
    }, 60_000);
    await Promise.all(readers.splice(0).map(stop));
    const committed = cluster.committed('ledger').find(({ at }) => at.topic === 'documents.failed');
    expect(committed?.offset).toBe(
      await consumerOffsetsIn(database.session).find('ledger', 'documents.failed', 0),
    );
  });
});

describe('sweeping', () => {
  const sweepAt = (now: number, to: Pick<RecordLog, 'produce'> = producer) =>
    createSweep({
      runs: runsIn(database.session),
      outcomes: outcomesIn(database.session),
      recordLog: to,
      codec,
      clock: { ...systemClock, now: () => now },
      log,
      stuckAfterMs: 600_000,
    });

  const endings = async () =>
    Promise.all(
      cluster
        .dump('integration.tasks.high')
        .flatMap(({ record }) => record?.value ?? [])
        .map(async (bytes) => (await codec.decode('integration.tasks.high', bytes)).ending),
    );

  async function runOf(expiresAt: number): Promise<void> {
    await write(
      'documents.events',
      eventOf('preprocess', 'accepted', { runId: 'run-1', requestId: 'a', lane: 'high', expiresAt }),
    );
    await start('ledger-a');
    await vi.waitFor(async () => {
      expect(await statusOf('run-1')).toBe('running');
    }, 60_000);
  }

  it('M-10: ends expired runs in their lane, at most once per interval', async () => {
    await runOf(5_000);
    const sweep = sweepAt(5_001);
    expect([await sweep(), await sweep()]).toEqual([
      { expired: 1, resent: 0 },
      { expired: 0, resent: 0 },
    ]);
    expect(await endings()).toEqual([
      {
        outcomeId: outcomeIdOfOrder('run-1', 1, 'expired'),
        status: 'expired',
        verdict: null,
        failure: {
          code: 'RUN_EXPIRED',
          message: 'The run did not end within its allowed age.',
          stage: 'preprocess',
          page: null,
        },
        endedBy: 'ledger',
        at: 5_001,
        decisionId: null,
      },
    ]);
  });

  it('R-06: an ending that the broker refuses for itself keeps no other waiting', async () => {
    await runOf(5_000);
    const first = await runsIn(database.session).find('run-1');
    if (first === undefined) throw new Error('no row');
    await runsIn(database.session).save([
      { ...first, runId: 'run-0', requestId: 'refused', expiresAt: 4_000 },
    ]);
    const strict: Pick<RecordLog, 'produce'> = {
      produce: (records) =>
        records.some(({ key }) => key?.toString() === 'run-0')
          ? Promise.reject(new FailureError('RECORD_TOO_LARGE'))
          : producer.produce(records),
    };
    await sweepAt(5_001, strict)();
    expect((await endings()).map((ending) => ending.outcomeId)).toEqual([
      outcomeIdOfOrder('run-1', 1, 'expired'),
    ]);
  });

  it('R-06: reaches every run, however many there are before it', async () => {
    await runOf(5_000);
    const first = await runsIn(database.session).find('run-1');
    if (first === undefined) throw new Error('no row');
    const runs = Array.from({ length: 520 }, (_, index) => ({
      ...first,
      runId: `many-${index}`,
      requestId: `many-${index}`,
    }));
    for (let at = 0; at < runs.length; at += 400) {
      await runsIn(database.session).save(runs.slice(at, at + 400));
    }
    for (const { runId } of runs)
      await outcomesIn(database.session).claim(outcomeOf({ runId, claimedAt: 1_000 }));
    const sweep = sweepAt(700_000);
    expect([await sweep(), await sweep()]).toEqual([
      { expired: 1, resent: 520 },
      { expired: 0, resent: 0 },
    ]);
  });

  it('leaves runs that are not expired alone', async () => {
    await runOf(5_000);
    expect(await sweepAt(4_999)()).toEqual({ expired: 0, resent: 0 });
  });

  it('M-15: sends the ending again of an outcome that stays claimed', async () => {
    await runOf(9_000_000);
    await outcomesIn(database.session).claim(outcomeOf({ runId: 'run-1', claimedAt: 1_000 }));
    expect(await sweepAt(600_999)()).toEqual({ expired: 0, resent: 0 });
    expect(await sweepAt(601_001)()).toEqual({ expired: 0, resent: 1 });
    expect(await endings()).toHaveLength(1);
  });
});
