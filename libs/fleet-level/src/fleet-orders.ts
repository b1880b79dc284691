import type { DegradationLevel, FleetLevel, RecordCodec } from '@docfleet/contracts';
import type { Clock } from '@docfleet/domain';
import type { BreakerOrder } from '@docfleet/resilience';
import type { RecordLog } from '@docfleet/record-log';

/** Keys of `fleet.level`: what the ledger says, what an operator says, and what an operator says of one breaker. */
export const fleetKeys = { level: 'level', order: 'order', breaker: 'breaker/' } as const;

/** Who gives an order, and why. */
export interface OrderedBy {
  readonly by: string;
  readonly reason: string;
}

/** What an operator can set by hand; every process follows within seconds and knows it again after a restart. */
export interface FleetOrders {
  /** Puts the whole fleet to a level until it is released, whatever it judges itself. */
  setLevel(level: DegradationLevel, order: OrderedBy): Promise<void>;
  releaseLevel(order: OrderedBy): Promise<void>;
  /** Sets every breaker of this name until it is released. */
  setBreaker(name: string, state: BreakerOrder['state'], order: OrderedBy): Promise<void>;
  releaseBreaker(name: string, order: OrderedBy): Promise<void>;
}

/** Orders go to `fleet.level`. The promises resolve when the log has the order, and reject as `RecordLog.produce`. */
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

/** What an order about a breaker asks for; undefined when it releases it. */
export function breakerOrderOf({ breaker, setBy, reasons }: FleetLevel): BreakerOrder | undefined {
  if (setBy === null || (breaker?.state !== 'open' && breaker?.state !== 'closed')) return undefined;
  return { state: breaker.state, reason: reasons.join(', '), by: setBy };
}
