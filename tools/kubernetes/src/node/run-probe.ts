import { setTimeout as pause } from 'node:timers/promises';
import type { V1HTTPGetAction, V1Probe } from '@kubernetes/client-node';
import { afterResult, unprobed, type ProbeState } from './probe.ts';

/** What probes need to know of the container. */
export interface ProbeTarget {
  /** Port of this machine that stands for a port of the container, by its name or number. */
  portOf(port: string | number): number;
  /** Runs a command as the container would; whether it ended with 0. */
  exec(command: readonly string[], signal: AbortSignal): Promise<boolean>;
}

/** The URL that a probe or a hook asks. */
export function urlOf({ path = '/', port, scheme = 'HTTP' }: V1HTTPGetAction, target: ProbeTarget): string {
  return `${scheme.toLowerCase()}://127.0.0.1:${target.portOf(port)}${path}`;
}

async function isAnswered(
  action: V1HTTPGetAction,
  target: ProbeTarget,
  signal: AbortSignal,
): Promise<boolean> {
  try {
    const headers = Object.fromEntries((action.httpHeaders ?? []).map(({ name, value }) => [name, value]));
    const answer = await fetch(urlOf(action, target), { signal, headers, redirect: 'manual' });
    await answer.arrayBuffer();
    return answer.status >= 200 && answer.status < 400;
  } catch {
    return false;
  }
}

async function isPassed(probe: V1Probe, target: ProbeTarget, signal: AbortSignal): Promise<boolean> {
  const limited = AbortSignal.any([signal, AbortSignal.timeout((probe.timeoutSeconds ?? 1) * 1000)]);
  if (probe.httpGet !== undefined) return isAnswered(probe.httpGet, target, limited);
  return target.exec(probe.exec?.command ?? [], limited);
}

/** Why this node cannot run the probe; undefined where it can. */
export function unsupportedProbe(probe: V1Probe): string | undefined {
  if (probe.httpGet !== undefined || probe.exec !== undefined) return undefined;
  return 'the process node probes by httpGet and exec only';
}

/** Probes until the signal aborts; tells each change of the verdict. */
export async function runProbe(
  probe: V1Probe,
  target: ProbeTarget,
  { signal, onVerdict }: { signal: AbortSignal; onVerdict: (verdict: 'passing' | 'failing') => void },
): Promise<void> {
  let state: ProbeState = unprobed;
  try {
    await pause((probe.initialDelaySeconds ?? 0) * 1000, undefined, { signal });
    for (;;) {
      const isSuccess = await isPassed(probe, target, signal);
      signal.throwIfAborted();
      const next = afterResult(state, isSuccess, probe);
      if (next.verdict !== undefined && next.verdict !== state.verdict) onVerdict(next.verdict);
      state = next;
      await pause((probe.periodSeconds ?? 10) * 1000, undefined, { signal });
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
