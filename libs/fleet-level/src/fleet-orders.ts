import type { DegradationLevel, FleetLevel, RecordCodec } from '@docfleet/contracts';
import type { Clock } from '@docfleet/domain';
import type { BreakerOrder } from '@docfleet/resilience';
import type { RecordLog } from '@docfleet/record-log';

/** Keys of `fleet.level`: the level set by the ledger, the level set by an operator, and an order about one breaker. */
export const fleetKeys = { level: 'level', order: 'order', breaker: 'breaker/' } as const;

/** Who gave an order, and why. */
export interface OrderedBy {
  readonly by: string;
  readonly reason: string;
}

/** Orders of operators; every process applies them within seconds, and again after a restart. */
export interface FleetOrders {
  /** Sets the level of the whole fleet until it is released; overrides the judged level. */
  setLevel(level: DegradationLevel, order: OrderedBy): Promise<void>;
  releaseLevel(order: OrderedBy): Promise<void>;
  /** Sets every breaker of this name until it is released. */
  setBreaker(name: string, state: BreakerOrder['state'], order: OrderedBy): Promise<void>;
  releaseBreaker(name: string, order: OrderedBy): Promise<void>;
}

/** Writes orders to `fleet.level`. Promises resolve when the log has the order, and reject as `RecordLog.produce` does. */
export function fleetOrders(options: {
  readonly recordLog: Pick<RecordLog, 'produce'>;
  readonly codec: Pick<RecordCodec, 'encode'>;
  readonly clock: Clock;
}): FleetOrders {
  const { recordLog, codec, clock } = options;
  const write = async (
    key: string,
    { by, reason }: OrderedBy,
    what: Pick<FleetLevel, 'level' | 'breaker'> | 'released',
  ): Promise<void> => {
    const value: FleetLevel = {
      ...(what === 'released' ? { level: 'L0', breaker: null } : what),
      reasons: [what === 'released' ? `released by ${by}: ${reason}` : reason],
      since: clock.now(),
      setBy: what === 'released' ? null : by,
    };
    const encoded = await codec.encode('fleet.level', value);
    await recordLog.produce([{ topic: 'fleet.level', key: Buffer.from(key), value: encoded, headers: {} }]);
  };
  return {
    setLevel: (level, order) => write(fleetKeys.order, order, { level, breaker: null }),
    releaseLevel: (order) => write(fleetKeys.order, order, 'released'),
    setBreaker: (name, state, order) =>
      write(`${fleetKeys.breaker}${name}`, order, { level: 'L0', breaker: { name, state } }),
    releaseBreaker: (name, order) => write(`${fleetKeys.breaker}${name}`, order, 'released'),
  };
}

/** The order in a record about a breaker; undefined when it releases the breaker. */
export function breakerOrderOf({ breaker, setBy, reasons }: FleetLevel): BreakerOrder | undefined {
  if (setBy === null || (breaker?.state !== 'open' && breaker?.state !== 'closed')) return undefined;
  return { state: breaker.state, reason: reasons.join(', '), by: setBy };
}
