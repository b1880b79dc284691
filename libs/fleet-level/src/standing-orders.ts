import type { FleetLevel } from '@docfleet/contracts';
import type { Lane } from '@docfleet/domain';
import type { BreakerOrder } from '@docfleet/resilience';
import { fleetKeys, isStanding, orderOf, pausedLanes, type GivenOrder } from './fleet-orders.ts';

/** What operators have ordered of a process. */
export interface ProcessOrders {
  /** Lanes of its stage that are paused. */
  readonly pausedLanes: ReadonlySet<Lane>;
  /** Whether it has to finish its work and leave its group. */
  readonly isDrained: boolean;
  /** Digest of the model version that is pinned; null: the process decides. */
  readonly models: string | null;
}

/** The orders that were read, as one process applies them. Times are in milliseconds since the epoch. */
export class StandingOrders {
  readonly #service: string;
  readonly #process: string;
  /** By key, released ones as well. */
  readonly #given = new Map<string, GivenOrder>();

  constructor({ service, process }: { readonly service: string; readonly process: string }) {
    this.#service = service;
    this.#process = process;
  }

  /** Takes a record of `fleet.level`. */
  receive(key: string, value: FleetLevel): void {
    const given = orderOf(key, value);
    if (given !== undefined) this.#given.set(key, given);
  }

  /** Whether anything was ever ordered about breakers of this name. */
  knowsBreaker(name: string): boolean {
    return this.#given.has(`${fleetKeys.breaker}${name}`);
  }

  /** Undefined when breakers of this name follow their calls. */
  breakerOrder(name: string, now: number): BreakerOrder | undefined {
    const given = this.#given.get(`${fleetKeys.breaker}${name}`);
    if (given?.order.kind !== 'breaker' || given.by === null || !isStanding(given, now)) return undefined;
    const { state } = given.order;
    return state === null ? undefined : { state, reason: given.reason, by: given.by };
  }

  ofProcess(now: number): ProcessOrders {
    const drain = this.#given.get(`${fleetKeys.drain}${this.#process}`);
    const models = this.#given.get(fleetKeys.models);
    const isPinned = models?.order.kind === 'models' && isStanding(models, now);
    return {
      pausedLanes: pausedLanes(this.#given.values(), this.#service, now),
      isDrained: drain !== undefined && isStanding(drain, now),
      models: isPinned ? models.order.digest : null,
    };
  }
}
