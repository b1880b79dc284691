import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { z } from 'zod';

/** A process, distinguishable from a later one with the same number. */
export const processIdentitySchema = z.object({
  pid: z.int().positive(),
  /** When it was started, in the system's own words; opaque. */
  startedAt: z.string(),
});
export type ProcessIdentity = z.infer<typeof processIdentitySchema>;

/** The running process with this number; undefined when there is none (a zombie counts as ended). */
export function identify(pid: number): ProcessIdentity | undefined {
  const startedAt = process.platform === 'linux' ? startFromProc(pid) : startFromPs(pid);
  return startedAt === undefined ? undefined : { pid, startedAt };
}

export function isRunning(identity: ProcessIdentity): boolean {
  return identify(identity.pid)?.startedAt === identity.startedAt;
}

/** Fields 3 (state) and 22 (start, in clock ticks since boot) of proc(5) `stat`, behind the name in brackets. */
export function parseProcStat(stat: string): { state: string; start: string } | undefined {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [state, start] = [fields[0], fields[19]];
  return state === undefined || start === undefined ? undefined : { state, start };
}

function startFromProc(pid: number): string | undefined {
  try {
    const parsed = parseProcStat(readFileSync(`/proc/${pid}/stat`, 'utf8'));
    if (parsed === undefined || parsed.state === 'Z' || parsed.state === 'X') return undefined;
    return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()} ${parsed.start}`;
  } catch {
    return undefined;
  }
}

function startFromPs(pid: number): string | undefined {
  try {
    return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim() || undefined;
  } catch {
    return undefined;
  }
}

/** Sends to the process alone. */
export function signalProcess(pid: number, signal: NodeJS.Signals): void {
  deliver(pid, signal);
}

/** Sends to the process and to all it started: everything the stack starts leads its own group. */
export function signalGroup(pid: number, signal: NodeJS.Signals): void {
  deliver(-pid, signal);
}

function deliver(target: number, signal: NodeJS.Signals): void {
  try {
    process.kill(target, signal);
  } catch {
    // It has ended already.
  }
}

export interface Ending {
  readonly signal: NodeJS.Signals;
  /** Time between the signal and the kill. */
  readonly graceMs: number;
}

/** Ends a process and everything in its group; resolves when it is gone. */
export async function endProcess(identity: ProcessIdentity, ending: Ending): Promise<void> {
  if (isRunning(identity)) {
    signalProcess(identity.pid, ending.signal);
    await waitUntil(() => !isRunning(identity), ending.graceMs);
  }
  // Whatever the leader left behind; the group's number stays taken while a member lives.
  signalGroup(identity.pid, 'SIGKILL');
  await waitUntil(() => !isRunning(identity), 5000);
}

/** Waits for the condition, asking every 25 ms; false when the time is over. */
export async function waitUntil(
  condition: () => boolean | Promise<boolean>,
  timeoutMs: number,
): Promise<boolean> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    if (await condition()) return true;
    if (performance.now() >= deadline) return false;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}
