import type { StartGate } from '@docfleet/stage';
import type { Metrics } from '@docfleet/telemetry';

/** Why a stage starts no tasks; a closed set, since it labels a metric. */
export type HoldReason = 'object-store' | 'fleet-level';

/** The start gate of a stage: open while no reason holds it. */
export interface StartHolds extends StartGate {
  set(reason: HoldReason, held: boolean): void;
}

export function startHolds(metrics: Pick<Metrics, 'gauge'>): StartHolds {
  const gauge = metrics.gauge(
    'docfleet_starting_held',
    '1 while the stage starts no tasks for this reason.',
    ['reason'],
  );
  const reasons = new Set<HoldReason>();
  const listeners = new Set<() => void>();
  return {
    isOpen: () => reasons.size === 0,
    onOpen: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    set: (reason, held) => {
      const wasOpen = reasons.size === 0;
      if (held) reasons.add(reason);
      else reasons.delete(reason);
      gauge.set({ reason }, held ? 1 : 0);
      if (!wasOpen && reasons.size === 0) for (const listener of [...listeners]) listener();
    },
  };
}
