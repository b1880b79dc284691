import { localCodec, type FleetLevel } from '@docfleet/contracts';
import { createMemoryCluster } from '@docfleet/memory-log';
import { fleetOrders } from '@docfleet/fleet-level';
import { createLog, createMetrics } from '@docfleet/telemetry';
import { virtualClock } from '@docfleet/testing';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { writeFleetLevel } from '../src/adapters/fleet-level-writer.ts';

const codec = localCodec();
const log = createLog({ service: 'test', level: 'silent' });
const metrics = createMetrics('test');
const by = { by: 'anna', reason: 'move of the store' };

/** Ledgers on the memory log, and one process that reports. */
function fleetOf() {
  const clock = virtualClock();
  const cluster = createMemoryCluster({ clock, topics: { 'fleet.health': 1, 'fleet.level': 1 } });
  const stop = new AbortController();
  const operator = cluster.log('operator');
  let stopReports = (): void => undefined;
  const report = async (state: string): Promise<void> => {
    const health = { process: 'ocr-1', service: 'ocr', at: clock.now(), measures: {}, models: [] };
    const value = await codec.encode('fleet.health', { ...health, breakers: [{ name: 'ocr', state }] });
    const record = { topic: 'fleet.health', key: Buffer.from('ocr-1'), value, headers: {} };
    await cluster.log('ocr').produce([record]);
  };
  const keepReporting = (state: string): void => {
    void report(state);
    stopReports = clock.after(10_000, () => {
      keepReporting(state);
    });
  };
  return {
    clock,
    cluster,
    orders: fleetOrders({ recordLog: operator, codec, clock }),
    /** The reader's breaker is in this state from now on. */
    readerIs: (state: string): void => {
      stopReports();
      keepReporting(state);
    },
    start: (name: string): void => {
      const own = { recordLog: cluster.log(name), clock: cluster.clockOf(name) };
      void writeFleetLevel({ ...own, codec, log, metrics, signal: stop.signal }).catch(() => undefined);
    },
    /** The levels in the log, in order, with who wrote them. */
    written: async (): Promise<{ level: FleetLevel; producer: string | null; atMs: number }[]> => {
      const levels = cluster
        .dump('fleet.level')
        .filter(({ state, record }) => state === 'committed' && record?.key?.toString() === 'level');
      return Promise.all(
        levels.map(async ({ record, producer }) => ({
          level: await codec.decode('fleet.level', record?.value ?? Buffer.alloc(0)),
          producer,
          atMs: record?.timestampMs ?? 0,
        })),
      );
    },
    stop: () => {
      stopReports();
      stop.abort(new Error('the test ends'));
    },
  };
}

let fleet: ReturnType<typeof fleetOf>;

beforeEach(() => {
  fleet = fleetOf();
});

afterEach(() => {
  fleet.stop();
});

/** The levels in order, repetitions left out. */
const levels = async (): Promise<string[]> =>
  (await fleet.written())
    .map(({ level }) => level.level)
    .filter((level, index, all) => level !== all[index - 1]);

test('R-02 the level follows the reports and recovers by itself', async () => {
  fleet.start('ledger-1');
  fleet.readerIs('closed');
  await fleet.clock.advance(30_000);
  fleet.readerIs('open');
  await fleet.clock.advance(60_000);
  fleet.readerIs('closed');
  await fleet.clock.advance(60_000);
  expect(await levels()).toEqual(['L0', 'L2', 'L0']);
  const degraded = (await fleet.written()).filter(({ level }) => level.level === 'L2');
  expect(degraded[0]?.level).toMatchObject({ reasons: ['ocr-down'], setBy: null });
});

test('R-02 the level is written again at least every 20 s', async () => {
  fleet.start('ledger-1');
  await fleet.clock.advance(120_000);
  const times = (await fleet.written()).map(({ atMs }) => atMs);
  const gaps = times.slice(1).map((at, index) => at - (times[index] ?? at));
  expect(gaps.length).toBeGreaterThanOrEqual(5);
  expect(Math.max(...gaps)).toBeLessThanOrEqual(21_100);
});

test('R-02 an operator sets the level; the ledger writes it, and its own again after the release', async () => {
  fleet.start('ledger-1');
  await fleet.clock.advance(5000);
  await fleet.clock.settle(fleet.orders.give({ kind: 'level', level: 'L4' }, by));
  await fleet.clock.advance(5000);
  expect((await fleet.written()).at(-1)?.level).toMatchObject({
    level: 'L4',
    reasons: ['move of the store'],
    setBy: 'anna',
  });
  await fleet.clock.settle(fleet.orders.give({ kind: 'level', level: null }, by));
  await fleet.clock.advance(5000);
  expect((await fleet.written()).at(-1)?.level).toMatchObject({ level: 'L0', setBy: null });
});

test('R-02 of two ledgers one writes, and the other takes over with the level and its hold', async () => {
  fleet.start('ledger-1');
  fleet.readerIs('open');
  await fleet.clock.advance(5000);
  fleet.start('ledger-2');
  await fleet.clock.advance(120_000);
  // The change and a statement every 20 s of one ledger, and one of each change of the owner.
  expect((await fleet.written()).length).toBeLessThanOrEqual(9);
  fleet.readerIs('closed');
  fleet.cluster.faults.kill('ledger-1');
  await fleet.clock.advance(20_000);
  expect((await fleet.written()).at(-1)?.level).toMatchObject({ level: 'L2' });
  await fleet.clock.advance(60_000);
  expect(await levels()).toEqual(['L2', 'L0']);
});

test('R-02 a ledger that resumes after its partition has moved overwrites nothing', async () => {
  fleet.start('ledger-1');
  fleet.readerIs('open');
  fleet.start('ledger-2');
  await fleet.clock.advance(60_000);
  const [owner = ''] = [...fleet.cluster.assignment('fleet')].flatMap(([name, own]) =>
    own.length > 0 ? [name.split('#')[0] ?? ''] : [],
  );
  fleet.cluster.faults.pause(owner);
  await fleet.clock.advance(25_000);
  await fleet.clock.settle(fleet.orders.give({ kind: 'level', level: 'L4' }, by));
  await fleet.clock.advance(5000);
  fleet.cluster.faults.wake(owner);
  await fleet.clock.advance(60_000);
  expect(await levels()).toEqual(['L2', 'L4']);
});

test('R-02 it survives a lost group membership and unavailable brokers', async () => {
  fleet.start('ledger-1');
  await fleet.clock.advance(5000);
  fleet.cluster.faults.loseMembership('ledger-1');
  await fleet.clock.advance(30_000);
  fleet.cluster.faults.stopBrokers();
  await fleet.clock.advance(120_000);
  const before = (await fleet.written()).length;
  fleet.cluster.faults.startBrokers();
  await fleet.clock.advance(60_000);
  expect((await fleet.written()).length).toBeGreaterThan(before);
});
