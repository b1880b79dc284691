import { localCodec, topics, type TopicName, type TopicValues } from '@docfleet/contracts';
import {
  consumerOffsetsIn,
  deadLettersIn,
  migrate,
  openDatabase,
  runEventsIn,
  runsIn,
  setAsideRecordsIn,
  type Database,
  type SetAsideRecords,
} from '@docfleet/database';
import { FailureError, runIdOf, systemClock } from '@docfleet/domain';
import { createMemoryCluster, type MemoryCluster } from '@docfleet/memory-log';
import type { RecordLog } from '@docfleet/record-log';
import { createLog } from '@docfleet/telemetry';
import { createScratchDatabase, documentSubmitted, endpoints, type ScratchDatabase } from '@docfleet/testing';
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { countInFlight } from '../src/adapters/in-flight-count.ts';
import type { ExceptionalRecord } from '../src/adapters/isolate-records.ts';
import { createReadModelWriter, type ReadModelWriter } from '../src/adapters/read-model-writer.ts';
import type { Reader } from '@docfleet/projection';
import { startReader } from '../src/adapters/reader.ts';
import { createRedrives } from '../src/adapters/redrives.ts';
import { completedOf, eventOf, failedOf } from './facts.ts';

const codec = localCodec();
const log = createLog({ service: 'ledger', level: 'silent' });
const nul = '\u0000';

let scratch: ScratchDatabase;
let database: Database;
let cluster: MemoryCluster;
let producer: RecordLog;
let recordLog: RecordLog;
let reader: Reader | undefined;
let exceptional: ExceptionalRecord[];
let setAside: SetAsideRecords;

beforeEach(async () => {
  scratch = await createScratchDatabase(endpoints().postgres, migrate);
  database = openDatabase(scratch.url);
  cluster = createMemoryCluster({
    clock: systemClock,
    topics: Object.fromEntries(topics.map((topic) => [topic.name, 1])),
  });
  producer = cluster.log('stages');
  recordLog = cluster.log('ledger');
  exceptional = [];
  setAside = setAsideRecordsIn(database.session);
});

afterEach(async () => {
  await reader?.close();
  reader = undefined;
  await Promise.all([producer.close(), recordLog.close()]);
  await database.close();
  await scratch.drop();
});

const writerOf = () => createReadModelWriter(database, systemClock);

async function startReading(writer: ReadModelWriter = writerOf()): Promise<Reader> {
  const started = await startReader({
    recordLog,
    codec,
    writer,
    clock: systemClock,
    log,
    onExceptional: (records) => exceptional.push(...records),
    onDoubled: () => undefined,
    onLost: () => undefined,
  });
  reader = started;
  return started;
}

function redrive(from: Pick<RecordLog, 'readRange' | 'clusterId'> = recordLog): Promise<number> {
  return createRedrives({
    records: setAside,
    recordLog: from,
    codec,
    writer: writerOf(),
    clock: systemClock,
    log,
    onDoubled: () => undefined,
  })();
}

async function write<T extends TopicName>(
  topic: T,
  key: string,
  value: TopicValues[T] | Buffer,
  headers = {},
) {
  const bytes = Buffer.isBuffer(value) ? value : await codec.encode(topic, value);
  await producer.produce([{ topic, key: Buffer.from(key), value: bytes, headers }]);
}

const runIds = {
  poisoned: runIdOf('acme', 'poisoned'),
  neighbour: runIdOf('other', 'neighbour'),
} as const;

const neighbour = { runId: runIds.neighbour, requestId: 'neighbour', tenantId: 'other' };

/** Another tenant's run, before and after what stands between. */
async function besideNeighbour(between: () => Promise<void>): Promise<void> {
  await write('documents.events', neighbour.runId, eventOf('preprocess', 'accepted', neighbour));
  await between();
  await write('documents.events', neighbour.runId, eventOf('preprocess', 'finished', neighbour));
  await write('documents.completed', neighbour.runId, completedOf(neighbour));
}

const find = (runId: string) => runsIn(database.session).find(runId);

async function neighbourEnds(): Promise<void> {
  await vi.waitFor(async () => {
    expect((await find(neighbour.runId))?.status).toBe('completed');
    expect((await runEventsIn(database.session).ofRun(neighbour.runId)).length).toBe(2);
  }, 60_000);
}

/** Reads until everything that was written has been read. */
async function readToEnd(...names: readonly TopicName[]): Promise<void> {
  await vi.waitFor(async () => {
    for (const topic of names) {
      const position = await consumerOffsetsIn(database.session).find('ledger', topic, 0);
      expect(position).toBe(await producer.endOffset({ topic, partition: 0 }));
    }
  }, 60_000);
}

const counts = async (tenantId: string) => (await writerOf().counts()).counts.get(tenantId);

const accounts = async () =>
  countInFlight({
    recordLog: producer,
    groupOffsets: {
      committed: (group, names) =>
        Promise.all(
          names.map(async (topic) => ({
            topic,
            partition: 0,
            offset: group === 'ledger' ? await producer.endOffset({ topic, partition: 0 }) : null,
          })),
        ),
    },
    codec,
    readModel: writerOf(),
    clock: systemClock,
    signal: AbortSignal.timeout(30_000),
  });

const poisonedField = {
  name: 'number',
  type: 'identifier',
  value: `INV${nul}7`,
  normalised: `INV${nul}7`,
  confidence: 1,
  page: 1,
  box: [0, 0, 1, 1],
  source: 'machine',
};

const poisonedDocument = {
  index: 1,
  documentClass: 'invoice',
  classVersion: 1,
  confidence: 1,
  firstPage: 1,
  lastPage: 1,
  classSource: 'classified' as const,
  verdict: 'approve' as const,
  findings: [],
  gaps: [],
  fields: [poisonedField],
};

describe('R-06: one record stops nothing else', () => {
  it('a run whose result holds U+0000 ends once, cleaned, and the next tenant is served', async () => {
    const { poisoned } = runIds;
    const end = completedOf({ runId: poisoned, requestId: 'poisoned', documents: [poisonedDocument] });
    await write('documents.completed', poisoned, end);
    await besideNeighbour(() => Promise.resolve());
    await startReading();
    await neighbourEnds();
    const run = await find(poisoned);
    expect([run?.status, run?.result?.documents[0]?.fields[0]?.value]).toEqual(['completed', 'INV\ufffd7']);
    expect(await counts('acme')).toEqual(
      new Map([
        ['accepted', 1],
        ['ended.completed', 1],
      ]),
    );
    expect(exceptional).toMatchObject([
      {
        kind: 'reduced',
        topic: 'documents.completed',
        offset: 0n,
        runId: poisoned,
        refusal: { cause: '22P05' },
      },
    ]);
  });

  it('a run whose requestId holds U+0000, accepted by an older build, ends and is counted once', async () => {
    const { poisoned } = runIds;
    const ids = { runId: poisoned, requestId: `a${nul}b` };
    await besideNeighbour(async () => {
      await write('documents.events', poisoned, eventOf('preprocess', 'accepted', ids));
      await write('documents.failed', poisoned, failedOf(ids));
    });
    await startReading();
    await neighbourEnds();
    await readToEnd('documents.failed');
    expect(await find(poisoned)).toMatchObject({
      status: 'failed',
      requestId: null,
      failureCode: 'DOC_CORRUPT',
    });
    expect((await accounts())?.get('acme')).toMatchObject({ accepted: 1, inFlight: 0, difference: 0 });
    expect(await setAside.waiting()).toBe(0);
  });

  it('many refused records among good ones cost nobody a record', async () => {
    const good = Array.from({ length: 60 }, (_, index) => runIdOf('acme', `good ${index}`));
    for (const [index, runId] of good.entries()) {
      await write(
        'documents.events',
        runId,
        eventOf('preprocess', 'accepted', { runId, requestId: `g${index}` }),
      );
      const bad = `bad${nul}${index}`;
      if (index % 3 === 0)
        await write(
          'documents.events',
          bad,
          eventOf('preprocess', 'accepted', { runId: bad, requestId: bad }),
        );
    }
    await startReading();
    await readToEnd('documents.events');
    expect(await counts('acme')).toEqual(new Map([['accepted', 60]]));
    expect([await setAside.waiting(), exceptional.length]).toEqual([20, 20]);
  });

  it('a record that no form of can be stored is set aside with its place, run and cause', async () => {
    const ids = { runId: `run${nul}`, requestId: 'x' };
    await besideNeighbour(() => write('documents.events', 'k', eventOf('ocr', 'finished', ids)));
    await startReading();
    await neighbourEnds();
    expect(await setAside.list({ limit: 9 })).toMatchObject([
      {
        id: 'documents.events-0-1',
        topic: 'documents.events',
        partition: 0,
        offset: 1n,
        runId: 'run\\u0000',
        tenantId: 'acme',
        cause: '22021',
        tries: 1,
        redrivenAt: null,
      },
    ]);
  });

  // The database takes the second one, and no client could read it.
  it.each([9e15, 9e14, -1])('the time %d is stored as the nearest that can be read', async (ms) => {
    const { poisoned } = runIds;
    const ids = { runId: poisoned, requestId: 'p', at: ms, acceptedAt: ms, expiresAt: ms };
    await besideNeighbour(() => write('documents.events', poisoned, eventOf('preprocess', 'accepted', ids)));
    await startReading();
    await neighbourEnds();
    const run = await find(poisoned);
    expect([run?.status, run?.createdAt]).toEqual(['running', ms < 0 ? 0 : 253_402_300_799_999]);
    expect(exceptional).toMatchObject([{ kind: 'reduced', refusal: { cause: 'RangeError' } }]);
  });

  it('a dead letter with an id that cannot be stored is listed without it', async () => {
    const value = documentSubmitted({ requestId: `a${nul}` });
    await write('preprocess.dead-letter', 'k', value, { 'docfleet-failure-code': `STORE${nul}` });
    await startReading();
    await readToEnd('preprocess.dead-letter');
    expect(await deadLettersIn(database.session).list({ limit: 9 })).toMatchObject([
      { tenantId: 'acme', requestId: null, code: 'STORE\\u0000' },
    ]);
  });

  it('the store is slow or away: the record waits, in its place, and nothing is set aside', async () => {
    const working = writerOf();
    const failures = [new FailureError('DATABASE_UNAVAILABLE'), new Error('Query read timeout')];
    const left = [...failures];
    await write('documents.events', neighbour.runId, eventOf('preprocess', 'accepted', neighbour));
    await startReading({
      ...working,
      write: async (at, part) => {
        const failed = left.shift();
        if (failed !== undefined) throw failed;
        return working.write(at, part);
      },
    });
    await readToEnd('documents.events');
    expect([exceptional, await setAside.waiting()]).toEqual([[], 0]);
  });

  it('a missing column concerns every record, so all wait and none is set aside', async () => {
    await sql`alter table run_events rename to run_events_away`.execute(database.session);
    await sql`create view run_events as select 1 as x`.execute(database.session);
    await write('documents.events', neighbour.runId, eventOf('preprocess', 'accepted', neighbour));
    const reading = await startReading();
    await vi.waitFor(() => {
      expect(reading.problems()).toEqual([expect.stringContaining('read model cannot be written')]);
    }, 60_000);
    await sql`drop view run_events`.execute(database.session);
    await sql`alter table run_events_away rename to run_events`.execute(database.session);
    await readToEnd('documents.events');
    expect([exceptional, (await find(neighbour.runId))?.status]).toEqual([[], 'running']);
  });

  it('a partition that cannot be written keeps no other one waiting', async () => {
    const working = writerOf();
    await write('documents.events', runIds.poisoned, eventOf('preprocess', 'accepted', {}));
    await write('documents.completed', neighbour.runId, completedOf(neighbour));
    const reading = await startReading({
      ...working,
      write: (at, part) =>
        at.topic === 'documents.events'
          ? Promise.reject(new FailureError('DATABASE_UNAVAILABLE'))
          : working.write(at, part),
    });
    await vi.waitFor(async () => {
      expect((await find(neighbour.runId))?.status).toBe('completed');
    }, 60_000);
    expect(reading.waitingSinceMs()).toBeLessThanOrEqual(systemClock.now());
  });
});

describe('O-03: accounts with records set aside', () => {
  it('a run whose terminal event was set aside is told apart from a lost run', async () => {
    const { poisoned } = runIds;
    const ids = { runId: poisoned, requestId: 'p' };
    await write('documents.events', poisoned, eventOf('preprocess', 'accepted', ids));
    await write('documents.completed', poisoned, Buffer.from('noise'));
    await startReading();
    await readToEnd('documents.events', 'documents.completed');
    expect((await accounts())?.get('acme')).toMatchObject({
      accepted: 1,
      inFlight: 0,
      setAside: 1,
      difference: 0,
    });
  });
});

describe('redrive', () => {
  it('R-06: a record set aside is stored once its cause is mended, and counted once', async () => {
    const { poisoned } = runIds;
    await sql`alter table runs add constraint no_failed check (status <> 'failed')`.execute(database.session);
    const ids = { runId: poisoned, requestId: 'p' };
    await write('documents.events', poisoned, eventOf('preprocess', 'accepted', ids));
    await write('documents.failed', poisoned, failedOf(ids));
    await startReading();
    await readToEnd('documents.failed', 'documents.events');
    const id = 'documents.failed-0-0';
    expect((await setAside.find(id))?.cause).toBe('23514');

    expect(await redrive()).toBe(0);
    await setAside.askRedrive(id, { at: 5, by: 'key-1' });
    expect(await redrive()).toBe(0);
    expect(await setAside.find(id)).toMatchObject({ tries: 2, redriveAskedAt: null, redrivenAt: null });

    await sql`alter table runs drop constraint no_failed`.execute(database.session);
    await setAside.askRedrive(id, { at: 6, by: 'key-1' });
    expect([await redrive(), await redrive()]).toEqual([1, 0]);
    expect((await find(poisoned))?.status).toBe('failed');
    expect(await setAside.find(id)).toMatchObject({ tries: 3, redriveAskedBy: 'key-1' });
    expect(await counts('acme')).toEqual(
      new Map([
        ['accepted', 1],
        ['ended.failed', 1],
      ]),
    );
    expect(await setAside.askRedrive(id, { at: 7, by: 'key-1' })).toBe(false);
  });

  it('a record that its topic no longer holds stays set aside, and says so', async () => {
    await setAside.add([
      {
        topic: 'documents.events',
        partition: 0,
        offset: 0n,
        tenantId: null,
        runId: null,
        cause: '22021',
        message: 'refused',
        at: 1,
      },
    ]);
    await setAside.askRedrive('documents.events-0-0', { at: 5, by: 'key-1' });
    const empty = {
      readRange: () => Promise.resolve([]),
      clusterId: () => Promise.resolve('memory'),
    };
    expect(await redrive(empty)).toBe(0);
    expect((await setAside.find('documents.events-0-0'))?.cause).toBe('RECORD_GONE');
  });
});
