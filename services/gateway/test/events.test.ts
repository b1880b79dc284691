import { randomUUID } from 'node:crypto';
import type { PageProgress, Run, RunEvent } from '@docfleet/contracts';
import { runEventsIn } from '@docfleet/database';
import { runRow, until } from '@docfleet/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openStream, type OpenStream } from './event-stream.ts';
import { startGateway, type TestGateway } from './gateway.ts';

let gateway: TestGateway;
let other: TestGateway;
let key: string;
let tenant: string;
let run: Run;
let offset = 0n;

beforeAll(async () => {
  gateway = await startGateway({ streamTimes: { heartbeatMs: 100 } });
  other = await startGateway({ beside: gateway });
});
afterAll(async () => {
  await other.close();
  await gateway.close();
});
beforeEach(async () => {
  tenant = `tenant-${randomUUID().slice(0, 8)}`;
  key = await gateway.keyOf(tenant, 'viewer');
  run = runOf();
  await gateway.runs.save([run]);
});

function runOf(facts: Partial<Run> = {}): Run {
  const acceptedAt = Date.now();
  const times = { acceptedAt, createdAt: acceptedAt, updatedAt: acceptedAt, endedAt: null };
  const place = { stage: 'ocr', attempt: 1, stagesDone: 1, expiresAt: acceptedAt + 3_600_000 } as const;
  return runRow({ runId: randomUUID(), tenantId: tenant, requestId: null, ...times, ...place, ...facts });
}

/** Stores what stages did with a run, in order, as a ledger does. */
async function add(kinds: readonly string[], of: Run = run, stage = 'ocr'): Promise<void> {
  const detail = { attempt: 1, queuedMs: 5, activeMs: 40, code: null, reason: null };
  const events = kinds.map((kind): RunEvent => {
    offset += 1n;
    const { runId, tenantId, revision } = of;
    return { partition: 0, offset, runId, tenantId, revision, stage, kind, at: Date.now(), detail };
  });
  await runEventsIn(gateway.database.session).add(events);
}

const end = (facts: Partial<Run> = {}): Promise<void> =>
  gateway.runs.save([{ ...run, status: 'completed', stage: null, endedAt: Date.now(), ...facts }]);

const follow = (at = gateway, lastEventId?: string, as = key): Promise<OpenStream> =>
  openStream(`${at.url}/v1/jobs/${run.runId}/events`, as, lastEventId);

/** What was received, in short: the kind of a stage's event, the status of an end. */
const told = ({ events }: Pick<OpenStream, 'events'>): unknown[] =>
  events.map(({ event, data }) => data['kind'] ?? data['status'] ?? event);

describe('A-01: the events of a job', () => {
  it('are those so far, then each one when it is stored, and end with the end of the job', async () => {
    await add(['accepted', 'retrying']);
    const stream = await follow();
    await stream.received(2);
    await add(['finished']);
    await stream.received(3);
    await end();
    await stream.ended;
    expect([stream.status, stream.headers.get('content-type')]).toEqual([
      200,
      'text/event-stream; charset=utf-8',
    ]);
    expect(told(stream)).toEqual(['accepted', 'retrying', 'finished', 'completed']);
    const ids = stream.events.map(({ id }) => Number(id));
    expect(ids).toEqual(ids.toSorted((a, b) => a - b));
    expect(stream.events.map(({ data }) => data).at(-1)).toEqual({
      runId: run.runId,
      revision: 1,
      status: 'completed',
      code: null,
      at: expect.any(String) as string,
      job: `/v1/jobs/${run.runId}`,
    });
    const again = await follow(gateway, stream.events.at(-1)?.id);
    expect([again.status, again.events]).toEqual([204, []]);
  });

  it('go on at another gateway when one stops, without a gap and without repetition', async () => {
    const first = await startGateway({ beside: gateway });
    await add(['accepted', 'retrying']);
    const stream = await follow(first);
    await stream.received(2);
    const stopped = first.close();
    await stream.ended;
    await stopped;
    expect(stream.events.at(-1)).toEqual({ event: 'closing', id: undefined, data: { reason: 'stopping' } });
    await add(['retrying', 'skipped']);
    const resumed = await follow(other, stream.events.findLast(({ id }) => id !== undefined)?.id);
    await resumed.received(2);
    await add(['finished']);
    await end();
    await resumed.ended;
    expect([...told(stream).slice(0, -1), ...told(resumed)]).toEqual([
      ...['accepted', 'retrying', 'retrying', 'skipped', 'finished', 'completed'],
    ]);
  });

  it('are the same, with the same ids, at every gateway', async () => {
    const streams = [await follow(gateway), await follow(other)];
    await add(['accepted', 'finished']);
    await end();
    await Promise.all(streams.map(({ ended }) => ended));
    expect(streams[0]?.events).toEqual(streams[1]?.events);
    expect(streams.map(told)).toEqual([
      ['accepted', 'finished', 'completed'],
      ['accepted', 'finished', 'completed'],
    ]);
  });

  it('end when the job is cancelled, or its submission is rejected', async () => {
    const stream = await follow();
    await end({ status: 'cancelled', failureCode: 'CANCELLED' });
    await stream.ended;
    expect(stream.events.map(({ event, data }) => [event, data['status'], data['code']])).toEqual([
      ['ended', 'cancelled', 'CANCELLED'],
    ]);
    run = runOf({ acknowledged: false, acceptedAt: null, status: 'accepted' });
    await gateway.runs.save([run]);
    const refused = await follow();
    await gateway.runs.reject(run.runId, { code: 'DOC_EMPTY', message: 'x', at: Date.now() });
    await refused.ended;
    expect(told(refused)).toEqual(['rejected']);
  });

  it('of a later revision follow those of the one before', async () => {
    await end({ status: 'failed' });
    run = { ...run, revision: 2 };
    await gateway.runs.save([run]);
    const stream = await follow();
    await add(['accepted']);
    await end();
    await stream.ended;
    expect(stream.events.map(({ data }) => [data['revision'], data['kind'] ?? data['status']])).toEqual([
      [1, 'failed'],
      [2, 'accepted'],
      [2, 'completed'],
    ]);
  });

  it('are those of the own tenant; fleet roles follow every job', async () => {
    await add(['accepted']);
    const foreign = await follow(gateway, undefined, await gateway.keyOf('somebody', 'tenant-admin'));
    expect(foreign.status).toBe(404);
    const operator = await follow(gateway, undefined, await gateway.keyOf('', 'operator'));
    await operator.received(1);
    operator.close();
    run = runOf();
    expect((await follow()).status).toBe(404);
  });

  it('are awaited with a heartbeat, and while the database is away', async () => {
    const stream = await follow();
    await until('two heartbeats', () => stream.comments.length >= 2);
    gateway.databaseIs = 'down';
    const before = stream.comments.length;
    await until('two more', () => stream.comments.length >= before + 2);
    gateway.databaseIs = 'up';
    await end();
    await stream.ended;
    expect(told(stream)).toEqual(['completed']);
  });

  it('end after a while, so that the key is checked again', async () => {
    const short = await startGateway({ beside: gateway, streamTimes: { heartbeatMs: 20, longestMs: 100 } });
    const stream = await follow(short);
    await stream.ended;
    expect(stream.events).toEqual([{ event: 'closing', id: undefined, data: { reason: 'age' } }]);
    await short.close();
  });
});

describe('an id that is not the last one of the job', () => {
  it.each(['-1', '1e9', 'x'.repeat(50), '99999999999999999999', "1' or '1'='1"])('refuses %j', async (id) => {
    expect((await follow(gateway, id)).status).toBe(400);
  });

  it('begins anew and says so: the id of another job, of none, or of one that is not kept', async () => {
    await add(['accepted']);
    const stranger = runOf({ tenantId: 'stranger' });
    await gateway.runs.save([stranger]);
    await add(['accepted'], stranger);
    const theirs = await openStream(
      `${gateway.url}/v1/jobs/${stranger.runId}/events`,
      await gateway.keyOf('stranger', 'viewer'),
    );
    await theirs.received(1);
    theirs.close();
    await end();
    for (const id of [theirs.events[0]?.id, '9223372036854775807']) {
      const stream = await follow(gateway, id);
      await stream.ended;
      expect(told(stream)).toEqual(['reset', 'accepted', 'completed']);
    }
  });
});

describe('the number of streams', () => {
  it('is limited by tenant, and at the gateway', async () => {
    const limited = await startGateway({ beside: gateway, streamLimits: { perCaller: 2, inAll: 3 } });
    const streams = [await follow(limited), await follow(limited)];
    const refused = await follow(limited);
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '5']);
    const operator = await gateway.keyOf('', 'operator');
    streams.push(await follow(limited, undefined, operator));
    expect((await follow(limited, undefined, operator)).status).toBe(503);
    streams[0]?.close();
    await until('one was given back', async () => {
      const again = await follow(limited);
      if (again.status === 200) streams.push(again);
      return again.status === 200;
    });
    for (const stream of streams) stream.close();
    await limited.close();
  });
});

describe('pages of a running job', () => {
  const tell = async (facts: Partial<PageProgress>, keyed = run.runId): Promise<void> => {
    const { runId, revision, tenantId } = run;
    const progress = { runId, revision, tenantId, stage: 'ocr', pagesDone: 1, pageCount: 9, at: 1, ...facts };
    const value = await gateway.codec.encode('documents.progress', progress);
    await send(keyed, value);
  };
  const send = (keyed: string, value: Buffer): Promise<void> =>
    gateway.cluster
      .log('stage')
      .produce([{ topic: 'documents.progress', key: Buffer.from(keyed), value, headers: {} }]);
  const job = async (at = gateway): Promise<Record<string, unknown>> => {
    const headers = { authorization: `Bearer ${key}` };
    return (await (await fetch(`${at.url}/v1/jobs/${run.runId}`, { headers })).json()) as Record<
      string,
      unknown
    >;
  };

  it('are in the job and in its events, at every gateway, and gone when it has ended', async () => {
    const streams = [await follow(gateway), await follow(other)];
    await tell({ pagesDone: 2 });
    await Promise.all(streams.map((stream) => stream.received(1)));
    // A stage that is through sends its last news late.
    await tell({ stage: 'preprocess', pagesDone: 9 });
    await tell({ pagesDone: 5 });
    await Promise.all(streams.map((stream) => stream.received(2)));
    const { runId } = run;
    for (const stream of streams)
      expect(stream.events).toEqual(
        [2, 5].map((pagesDone) => ({
          event: 'progress',
          id: undefined,
          data: { runId, revision: 1, stage: 'ocr', pagesDone, pageCount: 9 },
        })),
      );
    for (const at of [gateway, other])
      expect((await job(at))['progress']).toEqual({
        stagesDone: 1,
        stagesTotal: 7,
        stage: 'ocr',
        pagesDone: 5,
        pageCount: 9,
      });
    await end();
    await Promise.all(streams.map(({ ended }) => ended));
    expect((await job())['progress']).toMatchObject({ stage: null, pagesDone: null, pageCount: null });
  });

  it('are not those of a forged record', async () => {
    const stream = await follow();
    await send(run.runId, Buffer.from('nonsense'));
    await send(run.runId, Buffer.alloc(100_000));
    await tell({ pagesDone: 3 }, randomUUID());
    await tell({ tenantId: 'somebody' });
    await tell({ pagesDone: 10 });
    await tell({ stage: 'extraction' });
    await tell({ pageCount: 2_000_000_000 });
    expect((await job())['progress']).toMatchObject({ pagesDone: null });
    await tell({ pagesDone: 4 });
    await stream.received(1);
    expect(stream.events.map(({ data }) => data['pagesDone'])).toEqual([4]);
    stream.close();
  });

  it('a job that no stage has told of yet is in the first one', async () => {
    run = runOf({ stage: null, acceptedAt: null, status: 'accepted' });
    await gateway.runs.save([run]);
    expect(await job()).toMatchObject({
      stage: 'preprocess',
      progress: { stage: null, pagesDone: null },
      links: { events: `/v1/jobs/${run.runId}/events` },
    });
    await tell({ stage: 'preprocess', pagesDone: 0, pageCount: 0 });
    await until('it is told', async () => {
      const { progress } = await job();
      return (progress as { stage: string | null }).stage === 'preprocess';
    });
  });

  it('have a place in the queue and an estimate, once documents have passed the stages', async () => {
    const fresh = await startGateway();
    try {
      key = await fresh.keyOf(tenant, 'viewer');
      const [first, second] = [runOf({ createdAt: 1 }), runOf({ createdAt: 2 })];
      await fresh.runs.save([first, second]);
      run = second;
      expect((await job(fresh))['queue']).toEqual({
        position: 2,
        etaSeconds: null,
        etaLowSeconds: null,
        etaHighSeconds: null,
      });
    } finally {
      await fresh.close();
    }
  });
});
