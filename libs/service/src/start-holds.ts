import { lanes, type Lane } from '@docfleet/domain';
import type { Breaker } from '@docfleet/resilience';
import type { StartGate } from '@docfleet/stage';
import type { Metrics } from '@docfleet/telemetry';

/** Why a stage starts no tasks; a closed set, since it labels a metric. */
export type HoldReason = 'object-store' | 'database' | 'review' | 'fleet-level';

/** The start gate of a stage: open while no reason holds it. */
export interface StartHolds extends StartGate {
  set(reason: HoldReason, held: boolean): void;
  /** Starts and fetches nothing of these lanes, and of all others again. */
  pauseLanes(paused: ReadonlySet<Lane>): void;
}

export function startHolds(metrics: Pick<Metrics, 'gauge'>): StartHolds {
  const gauge = metrics.gauge(
    'docfleet_starting_held',
    '1 while the stage starts no tasks for this reason.',
    ['reason'],
  );
  const pausedGauge = metrics.gauge('docfleet_lane_paused', '1 while an operator has paused the lane.', [
    'lane',
  ]);
  for (const lane of lanes) pausedGauge.set({ lane }, 0);
  let paused: ReadonlySet<Lane> = new Set();
  const reasons = new Set<HoldReason>();
  const listeners = new Set<() => void>();
  return {
    isOpen: () => reasons.size === 0,
    pausedLanes: () => paused,
    onChange: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    pauseLanes: (next) => {
      paused = next;
      for (const lane of lanes) pausedGauge.set({ lane }, paused.has(lane) ? 1 : 0);
      for (const listener of [...listeners]) listener();
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

/** Holds starting for a reason while a breaker is not closed. */
export function holdWhileOpen(
  gate: Pick<StartHolds, 'set'>,
  reason: HoldReason,
  breaker: Pick<Breaker, 'state' | 'onChange'>,
): void {
  const follow = (): void => {
    gate.set(reason, breaker.state !== 'closed');
  };
  breaker.onChange(follow);
  follow();
}
