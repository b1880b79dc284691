import { severityOf, type DegradationLevel } from '@docfleet/contracts';

/** How hard a process tries to read. */
export interface ReadingEffort {
  /** Pages at work at the same time, over all documents. */
  readonly pagesAtOnce: number;
  /** Whether an engine that crashed is tried again before the page goes to the other one. */
  readonly furtherTries: boolean;
}

/**
 * from L2 on half of the engine processes read, and a page has one try with the engine that the breaker leaves.
 * Below, the number of engine processes is the only limit.
 */
export function effortAt(level: DegradationLevel, engineProcesses: number): ReadingEffort {
  return severityOf(level) >= severityOf('L2')
    ? { pagesAtOnce: Math.ceil(engineProcesses / 2), furtherTries: false }
    : { pagesAtOnce: Number.POSITIVE_INFINITY, furtherTries: true };
}

/** Lets so many actions run at the same time; the others wait, lowest `priority` first, then the oldest. */
export interface PageSlots {
  /** Rejects with the signal's reason when it aborts while the action waits. */
  run<T>(action: () => Promise<T>, options: { priority: number; signal: AbortSignal }): Promise<T>;
}

/** `atOnce` is asked anew whenever something begins or ends, so it may change at any time. */
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
  const turn = (priority: number, signal: AbortSignal): Promise<void> =>
    new Promise((resolve, reject) => {
      const giveUp = (): void => {
        waiting.splice(waiting.indexOf(entry), 1);
        reject(signal.reason instanceof Error ? signal.reason : new Error('aborted'));
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
      await turn(priority, signal);
      try {
        return await action();
      } finally {
        busy -= 1;
        startNext();
      }
    },
  };
}
