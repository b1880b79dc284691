import type { Clock } from '@docfleet/domain';

/** A clock that moves only when told, for code that takes its time from `Clock` and does no real I/O. */
export interface VirtualClock extends Clock {
  /** Runs everything that is due within `ms`, in order of time, then of the calls that asked for it. */
  advance(ms: number): Promise<void>;
  /**
   * Runs timers one by one until `condition` holds, and leaves the time where that was. Throws when `limitMs` of
   * virtual time have passed first, or when no timer is left that could change anything.
   */
  runUntil(condition: () => boolean, limitMs?: number): Promise<void>;
  /** Runs timers until `promise` has settled, and gives what it gives. */
  settle<T>(promise: Promise<T>, limitMs?: number): Promise<T>;
  /** Timers that are waiting. */
  readonly pending: number;
  /** Timers that have run: what a simulation costs. */
  readonly steps: number;
}

interface Timer {
  readonly atMs: number;
  readonly sequence: number;
  /** Null when cancelled. */
  action: (() => void) | null;
}

/** `startMs`: milliseconds since the epoch at which it stands at first. */
export function virtualClock(startMs = Date.UTC(2026, 0, 1)): VirtualClock {
  const timers: Timer[] = [];
  let nowMs = startMs;
  let sequence = 0;
  let pending = 0;
  let steps = 0;

  const after = (delayMs: number, action: () => void): (() => void) => {
    const timer: Timer = { atMs: nowMs + Math.max(0, delayMs), sequence, action };
    sequence += 1;
    pending += 1;
    push(timers, timer);
    return () => {
      if (timer.action !== null) pending -= 1;
      timer.action = null;
    };
  };

  /** Runs the next timer that is due by `untilMs`; false when there is none. */
  const step = async (untilMs: number): Promise<boolean> => {
    while (timers[0]?.action === null) pop(timers);
    const timer = timers[0];
    if (timer === undefined || timer.atMs > untilMs) return false;
    pop(timers);
    nowMs = timer.atMs;
    pending -= 1;
    steps += 1;
    const { action } = timer;
    timer.action = null;
    action?.();
    await drainMicrotasks();
    return true;
  };

  const runUntil = async (condition: () => boolean, limitMs = 3_600_000): Promise<void> => {
    const untilMs = nowMs + limitMs;
    await drainMicrotasks();
    while (!condition()) {
      if (await step(untilMs)) continue;
      const why = pending === 0 ? 'no timer is left' : `${limitMs} ms have passed`;
      throw new Error(`the condition does not hold and ${why}`);
    }
  };

  return {
    now: () => nowMs,
    after,
    runUntil,
    settle: async (promise, limitMs) => {
      let settled = false;
      const mark = (): void => {
        settled = true;
      };
      promise.then(mark, mark);
      await runUntil(() => settled, limitMs);
      return await promise;
    },
    get pending() {
      return pending;
    },
    get steps() {
      return steps;
    },
    advance: async (ms) => {
      const untilMs = nowMs + ms;
      await drainMicrotasks();
      while (await step(untilMs));
      nowMs = untilMs;
    },
  };
}

/** Drains until the event loop has its turn, so that real timers and servers are not starved. */
const drainsPerTurn = 32;

let drains = 0;

/**
 * Asked for in a microtask, a tick runs only after every microtask, however long their chain is, and costs a third of
 * an immediate. The first `await` makes sure of the microtask, whoever calls.
 */
async function drainMicrotasks(): Promise<void> {
  await Promise.resolve();
  drains += 1;
  await new Promise<void>((resolve) => {
    if (drains % drainsPerTurn === 0) setImmediate(resolve);
    else process.nextTick(resolve);
  });
}

function isBefore(a: Timer, b: Timer): boolean {
  return a.atMs < b.atMs || (a.atMs === b.atMs && a.sequence < b.sequence);
}

/** Puts a timer into the binary heap: the first to run is at index 0. */
function push(heap: Timer[], timer: Timer): void {
  let index = heap.length;
  heap.push(timer);
  while (index > 0) {
    const above = (index - 1) >> 1;
    const parent = heap[above];
    if (parent === undefined || !isBefore(timer, parent)) break;
    heap[index] = parent;
    index = above;
  }
  heap[index] = timer;
}

function pop(heap: Timer[]): void {
  const last = heap.pop();
  if (last === undefined || heap.length === 0) return;
  let index = 0;
  for (;;) {
    const left = heap[2 * index + 1];
    const right = heap[2 * index + 2];
    const child = left !== undefined && right !== undefined && isBefore(right, left) ? right : left;
    if (child === undefined || !isBefore(child, last)) break;
    heap[index] = child;
    index = child === right ? 2 * index + 2 : 2 * index + 1;
  }
  heap[index] = last;
}
