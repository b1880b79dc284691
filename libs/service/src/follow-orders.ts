import { whenAborted } from '@docfleet/domain';
import type { FleetMember } from '@docfleet/fleet-level';
import type { StartHolds } from './start-holds.ts';

type Orders = Pick<FleetMember, 'orders' | 'onOrders'>;

/** Starts and fetches nothing of the lanes that operators have paused. */
export function followPauses(gate: Pick<StartHolds, 'pauseLanes'>, fleet: Orders): void {
  const follow = (): void => {
    gate.pauseLanes(fleet.orders().pausedLanes);
  };
  fleet.onOrders(follow);
  follow();
}

/**
 * Works until `stopping` aborts, and not while an operator has drained the process: `start` begins to work, and the function
 * that it gives finishes what was begun and leaves the group. Resolves when that has been done after the stop.
 */
export async function workUnlessDrained(options: {
  readonly fleet: Orders;
  readonly stopping: AbortSignal;
  readonly start: () => Promise<() => Promise<void>>;
  readonly onDrained: (isDrained: boolean) => void;
}): Promise<void> {
  const { fleet, stopping, start, onDrained } = options;
  while (!stopping.aborted) {
    const { isDrained } = fleet.orders();
    onDrained(isDrained);
    const finish = isDrained ? undefined : await start();
    await changed(fleet, isDrained, stopping);
    await finish?.();
  }
}

/** Resolves when the process is to be drained or not, unlike before, or to stop. */
async function changed(fleet: Orders, wasDrained: boolean, stopping: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  const look = (): void => {
    if (fleet.orders().isDrained !== wasDrained) resolve(undefined);
  };
  const unfollow = fleet.onOrders(look);
  look();
  await Promise.race([promise, whenAborted(stopping)]);
  unfollow();
}
