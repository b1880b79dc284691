import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { identify, isRunning, processIdentitySchema, waitUntil, type ProcessIdentity } from './processes.ts';

export type LockDecision =
  | { readonly kind: 'take' }
  /** What was there belongs to a process that has ended. */
  | { readonly kind: 'replace' }
  | { readonly kind: 'held'; readonly by: ProcessIdentity };

/** What a lock file's text means; text that names no process counts as left behind. */
export function decideLock(
  text: string | undefined,
  running: (identity: ProcessIdentity) => boolean,
): LockDecision {
  if (text === undefined) return { kind: 'take' };
  const holder = parseHolder(text);
  return holder !== undefined && running(holder) ? { kind: 'held', by: holder } : { kind: 'replace' };
}

export interface Lock {
  release(): void;
}

/** Takes the lock for this process, or says who holds it. */
export function takeLock(path: string): Lock | { readonly heldBy: ProcessIdentity } {
  mkdirSync(dirname(path), { recursive: true });
  const self = JSON.stringify(identify(process.pid));
  // Written aside and linked into place, so nobody ever reads half a lock.
  const draft = `${path}.${String(process.pid)}`;
  writeFileSync(draft, self);
  try {
    for (;;) {
      const text = readText(path);
      const decision = decideLock(text, isRunning);
      if (decision.kind === 'held') return { heldBy: decision.by };
      if (decision.kind === 'replace') removeStale(path, text ?? '');
      if (tryLink(draft, path))
        return {
          release: () => {
            release(path, self);
          },
        };
    }
  } finally {
    rmSync(draft, { force: true });
  }
}

/** Runs the action while holding the lock, waiting for others first. @throws Error after `timeoutMs`. */
export async function holdingLock<T>(path: string, timeoutMs: number, action: () => Promise<T>): Promise<T> {
  let lock: Lock | undefined;
  const taken = await waitUntil(() => {
    const result = takeLock(path);
    if ('heldBy' in result) return false;
    lock = result;
    return true;
  }, timeoutMs);
  if (!taken)
    throw new Error(
      `Another process has held ${path} for more than ${timeoutMs / 1000} s. Wait until it has ended, or end it.`,
    );
  try {
    return await action();
  } finally {
    lock?.release();
  }
}

/** Two starters may both see the stale lock: what is moved away is put back when it is no longer that one. */
function removeStale(path: string, staleText: string): void {
  const aside = `${path}.stale.${String(process.pid)}`;
  try {
    renameSync(path, aside);
  } catch {
    return;
  }
  if (readText(aside) !== staleText) tryLink(aside, path);
  rmSync(aside, { force: true });
}

function release(path: string, self: string): void {
  if (readText(path) === self) rmSync(path, { force: true });
}

function tryLink(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch {
    return false;
  }
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

function parseHolder(text: string): ProcessIdentity | undefined {
  try {
    return processIdentitySchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
