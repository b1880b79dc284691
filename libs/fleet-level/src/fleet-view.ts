import { degradationMatrix, type FleetHealth, type FleetLevel, type RecordCodec } from '@docfleet/contracts';
import type { Clock } from '@docfleet/domain';
import { followValues, type FollowReport, type RecordLog } from '@docfleet/record-log';
import { fleetKeys, isStanding, orderOf, type GivenOrder } from './fleet-orders.ts';

/** The fleet as operators see it. Times are in milliseconds since the epoch. */
export interface FleetView {
  /** Resolves when everything that was written before is known; follows it until `signal` aborts. */
  join(signal: AbortSignal): Promise<void>;
  /** Whether `join` has resolved. */
  isKnown(): boolean;
  /** The level that the ledger has written; undefined before its first. */
  level(): FleetLevel | undefined;
  /** Orders that apply at `now`, by key. */
  orders(now: number): ReadonlyMap<string, GivenOrder>;
  /** The newest report of each process that has reported within the time after which one counts as silent. */
  processes(now: number): readonly FleetHealth[];
}

/** Reads `fleet.level` and `fleet.health`; nothing is read before `join`. */
export function fleetView(options: {
  readonly recordLog: Pick<RecordLog, 'follow'>;
  readonly codec: Pick<RecordCodec, 'decode'>;
  readonly clock: Clock;
  readonly report: FollowReport;
}): FleetView {
  const { recordLog, codec, clock, report } = options;
  const { silentAfterMs } = degradationMatrix.timing;
  const given = new Map<string, GivenOrder>();
  const reports = new Map<string, { readonly health: FleetHealth; readonly receivedAt: number }>();
  let level: FleetLevel | undefined;
  let known = false;
  const receiveLevel = (key: string, value: FleetLevel): void => {
    if (key === fleetKeys.level) level = value;
    const order = orderOf(key, value);
    if (order !== undefined) given.set(key, order);
  };
  return {
    join: async (signal) => {
      const shared = { recordLog, counts: 'latest-of-key', clock, signal, report } as const;
      await Promise.all([
        followValues({
          ...shared,
          topic: 'fleet.level',
          decode: (bytes) => codec.decode('fleet.level', bytes),
          onValue: ({ key, value }) => {
            receiveLevel(key, value);
          },
        }),
        followValues({
          ...shared,
          topic: 'fleet.health',
          decode: (bytes) => codec.decode('fleet.health', bytes),
          onValue: ({ value, receivedAt }) => {
            for (const [process, { receivedAt: at }] of reports)
              if (clock.now() - at >= silentAfterMs) reports.delete(process);
            reports.set(value.process, { health: value, receivedAt });
          },
        }),
      ]);
      known = true;
    },
    isKnown: () => known,
    level: () => level,
    orders: (now) => new Map([...given].filter(([, each]) => isStanding(each, now))),
    processes: (now) =>
      [...reports.values()]
        .filter(({ receivedAt }) => now - receivedAt < silentAfterMs)
        .map(({ health }) => health)
        .sort((a, b) => (a.process < b.process ? -1 : 1)),
  };
}
