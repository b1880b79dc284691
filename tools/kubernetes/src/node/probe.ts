import type { V1Probe } from '@kubernetes/client-node';

/** How a probe stands: consecutive results, and what they amount to. */
export interface ProbeState {
  readonly successes: number;
  readonly failures: number;
  /** Undefined until a threshold is reached for the first time. */
  readonly verdict: 'passing' | 'failing' | undefined;
}

export const unprobed: ProbeState = { successes: 0, failures: 0, verdict: undefined };

/** The state after one more result. A verdict changes when its threshold of consecutive results is reached. */
export function afterResult(
  state: ProbeState,
  isSuccess: boolean,
  { successThreshold = 1, failureThreshold = 3 }: Pick<V1Probe, 'successThreshold' | 'failureThreshold'>,
): ProbeState {
  const successes = isSuccess ? state.successes + 1 : 0;
  const failures = isSuccess ? 0 : state.failures + 1;
  if (successes >= successThreshold) return { successes, failures, verdict: 'passing' };
  if (failures >= failureThreshold) return { successes, failures, verdict: 'failing' };
  return { successes, failures, verdict: state.verdict };
}

const firstRestartMs = 10_000;
const longestRestartMs = 300_000;

/** Pause before a container starts again: none, then 10 s, doubling up to 5 minutes, as kubelets do. */
export function restartPauseMs(restarts: number): number {
  if (restarts === 0) return 0;
  return Math.min(firstRestartMs * 2 ** (restarts - 1), longestRestartMs);
}
