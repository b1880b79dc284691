import type { ClaimedDelivery } from '@docfleet/database';
import { sleep } from '@docfleet/domain';
import { deliver, type DeliverParts } from './deliver.ts';

export interface LoopLimits {
  /** Deliveries at the same time, in all, of one tenant, and to one receiver. */
  readonly concurrency: number;
  readonly perTenant: number;
  readonly perReceiver: number;
  readonly leaseMs: number;
  readonly pollMs: number;
}

/** Sends what is due; several processes share the work. */
export interface DeliveryLoop {
  /** Looks for due deliveries now. */
  wake(): void;
  /** Until `stopping` aborts; deliveries that are being sent then are given back. */
  run(stopping: AbortSignal): Promise<void>;
}

/** Pause after a failure of the database, in milliseconds. */
const pauseMs = 1_000;

export function createDeliveryLoop(parts: DeliverParts, limits: LoopLimits): DeliveryLoop {
  const { tables, breakers, holder, clock, log, metrics } = parts;
  const sending = new Map<string, { readonly tenantId: string; readonly receiver: string }>();
  let wakeUp: () => void = () => undefined;
  let isWoken = false;
  const wake = (): void => {
    isWoken = true;
    wakeUp();
  };

  const claim = (): Promise<readonly ClaimedDelivery[]> => {
    const busy = countBy([...sending.values()], ({ tenantId }) => tenantId);
    const called = countBy([...sending.values()], ({ receiver }) => receiver);
    const full = [...called].filter(([, count]) => count >= limits.perReceiver).map(([receiver]) => receiver);
    return tables.work.claim({
      holder,
      leaseMs: limits.leaseMs,
      limit: limits.concurrency - sending.size,
      perTenant: limits.perTenant,
      perReceiver: limits.perReceiver,
      busy,
      resting: [...breakers.open(), ...full],
    });
  };

  const start = (delivery: ClaimedDelivery, stopping: AbortSignal): Promise<void> => {
    const { deliveryId, tenantId, receiver } = delivery;
    sending.set(deliveryId, { tenantId, receiver });
    metrics.sending(sending.size);
    return deliver(parts, delivery, stopping)
      .catch((error: unknown) => {
        // Its lease runs out, and it is sent again.
        log.child({ tenant: tenantId }).error('Delivery could not be sent or noted', error, { deliveryId });
      })
      .finally(() => {
        sending.delete(deliveryId);
        metrics.sending(sending.size);
        wake();
      });
  };

  const nextWake = (stopping: AbortSignal): Promise<void> =>
    new Promise((resolve) => {
      const cancel = clock.after(limits.pollMs, () => {
        wakeUp();
      });
      wakeUp = () => {
        cancel();
        stopping.removeEventListener('abort', wakeUp);
        wakeUp = () => undefined;
        resolve();
      };
      stopping.addEventListener('abort', wakeUp);
      if (isWoken || stopping.aborted) wakeUp();
    });

  return {
    wake,
    run: async (stopping) => {
      const running = new Set<Promise<void>>();
      while (!stopping.aborted) {
        isWoken = false;
        try {
          const claimed = sending.size < limits.concurrency ? await claim() : [];
          for (const delivery of claimed) {
            const run = start(delivery, stopping).finally(() => running.delete(run));
            running.add(run);
          }
          metrics.openBreakers(breakers.open().length);
          await nextWake(stopping);
        } catch (error) {
          log.error('Due deliveries cannot be read; trying again', error, { pauseMs });
          await sleep(clock, pauseMs, stopping).catch(() => undefined);
        }
      }
      await Promise.all(running);
    },
  };
}

function countBy<T>(items: readonly T[], keyOf: (item: T) => string): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const item of items) counts.set(keyOf(item), (counts.get(keyOf(item)) ?? 0) + 1);
  return counts;
}
