import {
  isInForce,
  nothingSet,
  type DegradationLevel,
  type FleetLevel,
  type RecordCodec,
} from '@docfleet/contracts';
import { lanes, stageNames, type Clock, type Lane, type StageName } from '@docfleet/domain';
import type { BreakerOrder } from '@docfleet/resilience';
import type { RecordLog } from '@docfleet/record-log';

/** Keys of `fleet.level`: the level set by the ledger, and how keys of operators' orders begin. */
export const fleetKeys = {
  level: 'level',
  order: 'order',
  breaker: 'breaker/',
  pause: 'pause/',
  drain: 'drain/',
  models: 'models',
} as const;

/** What an operator wants of the fleet; null or false releases what was ordered before. */
export type FleetOrder =
  /** The level of the whole fleet; precedes the judged level. */
  | { readonly kind: 'level'; readonly level: DegradationLevel | null }
  /** Every breaker of this name. */
  | { readonly kind: 'breaker'; readonly breaker: string; readonly state: BreakerOrder['state'] | null }
  /** A lane of a stage, or with null the whole stage: nothing of it is started or fetched. */
  | {
      readonly kind: 'pause';
      readonly stage: StageName;
      readonly lane: Lane | null;
      readonly paused: boolean;
    }
  /** A process of a stage, by the name that it reports: it finishes its work, leaves its group and waits. */
  | { readonly kind: 'drain'; readonly process: string; readonly drained: boolean }
  /** The model version that every process uses which has it; `previous` is what a rollback pins. */
  | { readonly kind: 'models'; readonly digest: string | null; readonly previous: string | null };

/** Who gave an order, why, and until when in milliseconds since the epoch; without an end it applies until it is released. */
export interface OrderedBy {
  readonly by: string;
  readonly reason: string;
  readonly until?: number | null | undefined;
}

/** An order as it was read. */
export interface GivenOrder {
  readonly order: FleetOrder;
  /** Null once it was released. */
  readonly by: string | null;
  readonly reason: string;
  /** Milliseconds since the epoch, as `until`. */
  readonly since: number;
  readonly until: number | null;
}

/** Orders of operators; every process applies them within seconds, and again after a restart. */
export interface FleetOrders {
  /** Resolves when the log has the order, and rejects as `RecordLog.produce` does. */
  give(order: FleetOrder, by: OrderedBy): Promise<void>;
}

/** Writes orders to `fleet.level`. */
export function fleetOrders(options: {
  readonly recordLog: Pick<RecordLog, 'produce'>;
  readonly codec: Pick<RecordCodec, 'encode'>;
  readonly clock: Clock;
}): FleetOrders {
  const { recordLog, codec, clock } = options;
  return {
    give: async (order, by) => {
      const { key, value } = orderRecord(order, by, clock.now());
      const encoded = await codec.encode('fleet.level', value);
      await recordLog.produce([{ topic: 'fleet.level', key: Buffer.from(key), value: encoded, headers: {} }]);
    },
  };
}

/** Whether an order sets something, instead of releasing what was set. */
export function isSetting(order: FleetOrder): boolean {
  switch (order.kind) {
    case 'level':
      return order.level !== null;
    case 'breaker':
      return order.state !== null;
    case 'pause':
      return order.paused;
    case 'drain':
      return order.drained;
    case 'models':
      return order.digest !== null;
  }
}

/** The record that gives an order at `now` (milliseconds since the epoch). */
export function orderRecord(
  order: FleetOrder,
  { by, reason, until }: OrderedBy,
  now: number,
): { readonly key: string; readonly value: FleetLevel } {
  const isSet = isSetting(order);
  return {
    key: keyOf(order),
    value: {
      ...nothingSet,
      ...contentOf(order),
      reasons: [isSet ? reason : `released by ${by}: ${reason}`],
      since: now,
      setBy: isSet ? by : null,
      until: isSet ? (until ?? null) : null,
    },
  };
}

/** The order that a record of `fleet.level` gives; undefined for the judged level, and for what this release does not know. */
export function orderOf(key: string, value: FleetLevel): GivenOrder | undefined {
  const order = orderOfKey(key, value);
  if (order === undefined) return undefined;
  const { setBy: by, since, until, reasons } = value;
  return { order, by, reason: reasons.join(', '), since, until };
}

/** Whether an order applies at `now` (milliseconds since the epoch). */
export function isStanding({ by, until }: GivenOrder, now: number): boolean {
  return isInForce({ setBy: by, until }, now);
}

/** The lanes of a stage that are paused at `now`: by an order about the lane or about the stage. */
export function pausedLanes(given: Iterable<GivenOrder>, stage: string, now: number): ReadonlySet<Lane> {
  const targets = [...given].flatMap((each) => {
    const { order } = each;
    return order.kind === 'pause' && order.stage === stage && isStanding(each, now) ? [order.lane] : [];
  });
  return new Set(lanes.filter((lane) => targets.includes(lane) || targets.includes(null)));
}

/** The key of an order: an order replaces the one before it of the same key. */
export function keyOf(order: FleetOrder): string {
  switch (order.kind) {
    case 'level':
      return fleetKeys.order;
    case 'breaker':
      return `${fleetKeys.breaker}${order.breaker}`;
    case 'pause':
      return `${fleetKeys.pause}${order.stage}${order.lane === null ? '' : `/${order.lane}`}`;
    case 'drain':
      return `${fleetKeys.drain}${order.process}`;
    case 'models':
      return fleetKeys.models;
  }
}

function contentOf(order: FleetOrder): Pick<FleetLevel, 'level'> & Partial<FleetLevel> {
  const level = 'L0';
  if (order.kind === 'level') return { level: order.level ?? level };
  if (order.kind === 'models') return { level, models: order.digest, previousModels: order.previous };
  if (order.kind === 'breaker' && order.state !== null)
    return { level, breaker: { name: order.breaker, state: order.state } };
  return { level };
}

function orderOfKey(key: string, value: FleetLevel): FleetOrder | undefined {
  const { setBy, level, breaker, models: digest, previousModels: previous } = value;
  const isSet = setBy !== null;
  if (key === fleetKeys.order) return { kind: 'level', level: isSet ? level : null };
  if (key === fleetKeys.models) return { kind: 'models', digest: isSet ? digest : null, previous };
  if (key.startsWith(fleetKeys.breaker)) {
    const state = breaker?.state === 'open' || breaker?.state === 'closed' ? breaker.state : null;
    return { kind: 'breaker', breaker: key.slice(fleetKeys.breaker.length), state: isSet ? state : null };
  }
  if (key.startsWith(fleetKeys.drain))
    return { kind: 'drain', process: key.slice(fleetKeys.drain.length), drained: isSet };
  if (key.startsWith(fleetKeys.pause)) return pauseOf(key.slice(fleetKeys.pause.length), isSet);
  return undefined;
}

function pauseOf(target: string, paused: boolean): FleetOrder | undefined {
  const [stageName, laneName] = target.split('/');
  const stage = stageNames.find((each) => each === stageName);
  const lane = laneName === undefined ? null : lanes.find((each) => each === laneName);
  return stage === undefined || lane === undefined ? undefined : { kind: 'pause', stage, lane, paused };
}
