/** What a terminal, npm and the launcher send for one Ctrl-C comes within this time. */
const sameKeyMs = 400;

export interface Interrupts {
  /** Aborts at the first one. */
  readonly signal: AbortSignal;
  readonly interrupt: () => void;
  /** Registers what a later one ends at once, before `end`. */
  readonly onSecond: (action: () => void) => void;
}

/**
 * Counts interruptions: the first one asks for an orderly end, a later one for an end at once. A terminal sends
 * Ctrl-C to every process in it and npm and the launcher pass it on, so several at a time are one.
 */
export function countInterrupts(now: () => number, end: () => void): Interrupts {
  const controller = new AbortController();
  const actions: (() => void)[] = [];
  let firstAt: number | undefined;
  return {
    signal: controller.signal,
    interrupt: () => {
      if (firstAt === undefined) {
        firstAt = now();
        controller.abort(new Error('Interrupted.'));
      } else if (now() - firstAt > sameKeyMs) {
        for (const action of actions) action();
        end();
      }
    },
    onSecond: (action) => {
      actions.push(action);
    },
  };
}
