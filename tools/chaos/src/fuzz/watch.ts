import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import type { Rig } from '../world/rig.ts';

/** What was seen of one service while it was watched. */
export interface Watched {
  readonly service: string;
  /** Answers of `/health` that were not ok, without repetitions. */
  readonly unhealthy: ReadonlySet<string>;
  /** Longest time without an ok from `/ready`, in milliseconds. */
  readonly notReadyMs: number;
  /** Resident memory of its process at the beginning, and the most there was, in bytes. */
  readonly startBytes: number;
  readonly peakBytes: number;
  /** Processes that ended by themselves. */
  readonly ends: number;
}

const intervalMs = 1_000;

const answerMs = 20_000;

/** Watches health, readiness, memory and processes of every service until the signal aborts. */
export async function watchServices(rig: Rig, signal: AbortSignal): Promise<readonly Watched[]> {
  return Promise.all(rig.members.all().map((member) => watchOne(rig, member, signal)));
}

async function watchOne(
  rig: Rig,
  { name, url }: { readonly name: string; readonly url: string },
  signal: AbortSignal,
): Promise<Watched> {
  const unhealthy = new Set<string>();
  const startBytes = residentBytes(rig, name);
  let [peakBytes, notReadyMs, readyAt] = [startBytes, 0, performance.now()];
  while (!signal.aborted) {
    const [health, ready] = await Promise.all([ask(`${url}/health`), ask(`${url}/ready`)]);
    if (health !== undefined && !health.ok) unhealthy.add(health.text);
    if (ready?.ok === true) readyAt = performance.now();
    notReadyMs = Math.max(notReadyMs, performance.now() - readyAt);
    peakBytes = Math.max(peakBytes, residentBytes(rig, name));
    await pause(intervalMs, undefined, { signal }).catch(() => undefined);
  }
  return { service: name, unhealthy, notReadyMs, startBytes, peakBytes, ends: rig.members.endsOf(name) };
}

/** Undefined without an answer: readiness counts that, and a process that has ended is counted by itself. */
async function ask(url: string): Promise<{ readonly ok: boolean; readonly text: string } | undefined> {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(answerMs) });
    return { ok: answer.ok, text: await answer.text() };
  } catch {
    return undefined;
  }
}

function residentBytes(rig: Rig, name: string): number {
  const pid = rig.members.pidOf(name);
  if (pid === undefined) return 0;
  try {
    const [, kilobytes] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    return Number(kilobytes ?? 0) * 1024;
  } catch {
    return 0;
  }
}
