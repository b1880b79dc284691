import { severityOf, type DegradationLevel } from '@docfleet/contracts';

/** Concurrency and retries of reading. */
export interface ReadingEffort {
  /** Pages read at the same time, over all documents. */
  readonly pagesAtOnce: number;
  /** Whether a crashed engine is retried before the fallback reads the page. */
  readonly retries: boolean;
}

/**
 * from L2 on half as many pages are read at once, without retries. Below L2 the number of engine processes is the
 * only limit.
 */
export function effortAt(level: DegradationLevel, engineProcesses: number): ReadingEffort {
  return severityOf(level) >= severityOf('L2')
    ? { pagesAtOnce: Math.ceil(engineProcesses / 2), retries: false }
    : { pagesAtOnce: Number.POSITIVE_INFINITY, retries: true };
}

/** Limits the actions that run at the same time; the others wait, lowest `priority` first, then the oldest. */
export interface PageSlots {
  /** Rejects with the signal's reason when it aborts while the action waits. */
  run<T>(action: () => Promise<T>, options: { priority: number; signal: AbortSignal }): Promise<T>;
}

/**
 * `atOnce` is read whenever an action starts or ends, so the limit may change at any time. Hand-written, because
 * `p-limit` has no priorities.
 */
export function pageSlots(atOnce: () => number): PageSlots {
  const waiting: { readonly priority: number; readonly start: () => void }[] = [];
  let busy = 0;
  const startNext = (): void => {
    while (busy < atOnce()) {
      const next = waiting.shift();
      if (next === undefined) return;
      busy += 1;
      next.start();
    }
  };
  const waitForSlot = (priority: number, signal: AbortSignal): Promise<void> =>
    new Promise((resolve, reject) => {
      const giveUp = (): void => {
        waiting.splice(waiting.indexOf(entry), 1);
        reject(signal.reason instanceof Error ? signal.reason : new Error('Aborted.'));
      };
      const entry = {
        priority,
        start: () => {
          signal.removeEventListener('abort', giveUp);
          resolve();
        },
      };
      const behind = waiting.findIndex((other) => other.priority > priority);
      waiting.splice(behind === -1 ? waiting.length : behind, 0, entry);
      signal.addEventListener('abort', giveUp, { once: true });
      startNext();
    });
  return {
    run: async (action, { priority, signal }) => {
      signal.throwIfAborted();
      await waitForSlot(priority, signal);
      try {
        return await action();
      } finally {
        busy -= 1;
        startNext();
      }
    },
  };
}
