import { localCodec, nothingSet, type FleetHealth, type FleetLevel } from '@docfleet/contracts';
import { createMemoryCluster, type MemoryCluster } from '@docfleet/memory-log';
import { createBreaker, type SettableBreaker } from '@docfleet/resilience';
import { createLog, createMetrics, type Metrics } from '@docfleet/telemetry';
import { virtualClock, type VirtualClock } from '@docfleet/testing';
import { fleetMember, fleetOrders, type FleetMember, type FleetOrders } from '../src/index.ts';

/** A fleet on the memory log: no servers, and time that moves when it is received to. */
export interface TestFleet {
  readonly clock: VirtualClock;
  readonly cluster: MemoryCluster;
  readonly orders: FleetOrders;
  /** A process with one breaker. */
  member(service: string): {
    readonly member: FleetMember;
    readonly breaker: SettableBreaker;
    readonly metrics: Metrics;
  };
  /** Writes a level record as the ledger does. */
  writeLevel(level: FleetLevel['level']): Promise<void>;
  /** What processes have reported, oldest first. */
  reports(): Promise<readonly FleetHealth[]>;
  /** Stops every member. */
  stop(): void;
  readonly signal: AbortSignal;
}

export const silentLog = createLog({ service: 'test', level: 'silent' });

export function testFleet(): TestFleet {
  const clock = virtualClock();
  const cluster = createMemoryCluster({ clock, topics: { 'fleet.health': 1, 'fleet.level': 1 } });
  const codec = localCodec();
  const stop = new AbortController();
  const breakers: SettableBreaker[] = [];
  const operator = cluster.log('operator');
  return {
    clock,
    cluster,
    signal: stop.signal,
    orders: fleetOrders({ recordLog: operator, codec, clock }),
    member: (service) => {
      const metrics = createMetrics(service);
      const breaker = createBreaker({
        name: 'ocr',
        failureRatio: 0.5,
        windowMs: 30_000,
        minCalls: 5,
        openMs: 60_000,
        counts: () => true,
      });
      breakers.push(breaker);
      const member = fleetMember({
        service,
        process: `${service}-host-1`,
        recordLog: cluster.log(service),
        codec,
        clock,
        metrics,
        log: silentLog,
        random: () => 0.5,
      });
      member.watch(breaker);
      return { member, breaker, metrics };
    },
    writeLevel: async (level) => {
      const value = { level, reasons: ['test'], since: clock.now(), ...nothingSet };
      const encoded = await codec.encode('fleet.level', value);
      await operator.produce([
        { topic: 'fleet.level', key: Buffer.from('level'), value: encoded, headers: {} },
      ]);
    },
    reports: () =>
      Promise.all(
        cluster
          .dump('fleet.health')
          .flatMap(({ record }) => (record?.value == null ? [] : [record.value]))
          .map((value) => codec.decode('fleet.health', value)),
      ),
    stop: () => {
      stop.abort(new Error('the test ends'));
      for (const breaker of breakers) breaker.close();
    },
  };
}
