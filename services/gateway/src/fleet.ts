import type { FleetHealth, FleetLevel } from '@docfleet/contracts';
import { outboxIn, type KeyHolder } from '@docfleet/database';
import { FailureError, type Clock } from '@docfleet/domain';
import {
  fleetKeys,
  isSetting,
  keyOf,
  orderOf,
  orderRecord,
  type FleetOrder,
  type FleetView,
  type GivenOrder,
} from '@docfleet/fleet-level';
import type { AsCaller } from './adapters/caller-session.ts';
import { noteChange } from './audit-note.ts';
import { modelsJson, subjectOf, type ModelsJson } from './fleet-json.ts';
import { found } from './core/found.ts';

/** Why an order is given, and until when in milliseconds since the epoch; undefined: until it is released. */
export interface OrderReason {
  readonly reason: string;
  readonly until?: number | undefined;
}

/**
 * What operators see and order of the fleet. Each order is published on `fleet.level` and writes a row of `audit`, in one
 * transaction. Everything throws `BROKER_UNAVAILABLE` until `fleet.level` and `fleet.health` have been read once.
 */
export interface FleetAdministration {
  state(): {
    readonly level: FleetLevel | undefined;
    readonly orders: readonly GivenOrder[];
    readonly processes: readonly FleetHealth[];
  };
  models(): ModelsJson;
  /** @throws FailureError `NOT_FOUND` for a process to be drained that does not report */
  give(
    caller: KeyHolder,
    order: Exclude<FleetOrder, { kind: 'models' }>,
    why: OrderReason,
  ): Promise<GivenOrder>;
  /** Pins the one version whose digest begins so. @throws FailureError `NOT_FOUND` when no process has it, or several fit */
  pinModels(caller: KeyHolder, digest: string, reason: string): Promise<GivenOrder>;
  /** Pins what was pinned before. @throws FailureError `NOT_FOUND` when nothing is pinned */
  rollBackModels(caller: KeyHolder, reason: string): Promise<GivenOrder>;
}

const verbs: Readonly<Record<FleetOrder['kind'], readonly [set: string, release: string]>> = {
  level: ['level.set', 'level.release'],
  breaker: ['breaker.set', 'breaker.release'],
  pause: ['stage.pause', 'stage.resume'],
  drain: ['process.drain', 'process.undrain'],
  models: ['models.pin', 'models.unpin'],
};

export function createFleetAdministration(options: {
  readonly asCaller: AsCaller;
  readonly view: Omit<FleetView, 'join'>;
  readonly clock: Clock;
  /** Called when something waits to be published. */
  readonly onChange: () => void;
}): FleetAdministration {
  const { asCaller, view, clock, onChange } = options;
  const known = (): Omit<FleetView, 'join'> => {
    if (!view.isKnown()) throw new FailureError('BROKER_UNAVAILABLE');
    return view;
  };
  const give = async (caller: KeyHolder, order: FleetOrder, why: OrderReason): Promise<GivenOrder> => {
    const at = clock.now();
    const { key, value } = orderRecord(order, { by: caller.keyId, ...why }, at);
    const [set, release] = verbs[order.kind];
    await asCaller(caller, async (session) => {
      await outboxIn(session).add(
        [{ topic: 'fleet.level', key, tenantId: null, headers: {}, settings: value }],
        at,
      );
      const until = isSetting(order) && why.until !== undefined ? new Date(why.until).toISOString() : null;
      await noteChange(session, caller, at, {
        action: isSetting(order) ? set : release,
        tenantId: null,
        subject: subjectOf(order),
        detail: { reason: why.reason, until },
      });
    });
    onChange();
    return found(orderOf(key, value));
  };
  const pin = (): GivenOrder | undefined => known().orders(clock.now()).get(fleetKeys.models);
  const pinnedDigest = (): string | null => {
    const order = pin()?.order;
    return order?.kind === 'models' ? order.digest : null;
  };
  return {
    state: () => ({
      level: known().level(),
      orders: [...view.orders(clock.now()).values()],
      processes: view.processes(clock.now()),
    }),
    models: () => modelsJson(known().processes(clock.now()), pin()),
    give: async (caller, order, why) => {
      // An order about a process that has ended may be released all the same.
      const reports = known().processes(clock.now());
      if (order.kind === 'drain' && order.drained)
        found(reports.find(({ process }) => process === order.process));
      if (order.kind === 'drain' && !order.drained) found(view.orders(clock.now()).get(keyOf(order)));
      return give(caller, order, why);
    },
    pinModels: async (caller, digest, reason) => {
      const fitting = modelsJson(known().processes(clock.now()), pin()).versions.filter((each) =>
        each.digest.startsWith(digest),
      );
      const [version] = fitting.length === 1 ? fitting : [];
      return give(
        caller,
        { kind: 'models', digest: found(version).digest, previous: pinnedDigest() },
        { reason },
      );
    },
    rollBackModels: async (caller, reason) => {
      const { order } = found(pin());
      if (order.kind !== 'models') throw new FailureError('NOT_FOUND');
      return give(caller, { kind: 'models', digest: order.previous, previous: order.digest }, { reason });
    },
  };
}
