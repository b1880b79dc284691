import type { Clock } from '@docfleet/domain';

/** A clock that moves only when advanced, for code that uses `Clock` and does no real I/O. */
export interface VirtualClock extends Clock {
  /** Runs all timers that are due within `ms`, in order of time, then of creation. */
  advance(ms: number): Promise<void>;
  /**
   * Runs timers one by one until `condition` holds.
   *
   * @throws Error after `limitMs` of virtual time (default one hour), or when no timer is left
   */
  runUntil(condition: () => boolean, limitMs?: number): Promise<void>;
  /** Runs timers until `promise` has settled, and returns its result. */
  settle<T>(promise: Promise<T>, limitMs?: number): Promise<T>;
  /** Number of pending timers. */
  readonly pending: number;
  /** Number of timers that have run: the cost of a simulation. */
  readonly steps: number;
}

interface Timer {
  readonly atMs: number;
  readonly sequence: number;
  /** Null when cancelled. */
  action: (() => void) | null;
}

/** Creates a clock that starts at `startMs`, in milliseconds since the epoch. */
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
      throw new Error(`Condition not met: ${why}`);
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

/** Drains between two turns of the event loop, so that real timers and servers are not starved. */
const drainsPerTurn = 32;

let drains = 0;

/**
 * A tick that is requested in a microtask runs after all microtasks, however long their chain, and costs a third of an
 * immediate. The first `await` ensures that this is a microtask.
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

/** Inserts a timer into the binary heap; the next one to run is at index 0. */
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
