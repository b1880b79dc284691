import { lanes, type Clock, type Lane, type StageName } from '@docfleet/domain';
import type { StartGate } from '@docfleet/stage';

/**
 * Start gates of stages, as set by the breakers of their dependencies and by operators: while a gate is closed, or a lane is
 * paused, no task of it starts. Real breakers are tested with real servers.
 */
export class Gates {
  readonly #closed = new Map<StageName, number>();
  readonly #listeners = new Map<StageName, Set<() => void>>();

  /** By stage and lane: how many have paused it, and since when. */
  readonly #paused = new Map<StageName, Map<Lane, { count: number; sinceMs: number }>>();

  /** Since when a lane of a stage has been paused, in milliseconds since the epoch. */
  pausedSince(stage: StageName, lane: Lane): number | undefined {
    return this.#paused.get(stage)?.get(lane)?.sinceMs;
  }

  /** Pauses a lane of a stage, or with null all of them; calls are counted. The returned function reverts this call. */
  pause(stage: StageName, lane: Lane | null, nowMs: number): () => void {
    const own = lane === null ? lanes : [lane];
    const paused = this.#paused.get(stage) ?? new Map<Lane, { count: number; sinceMs: number }>();
    this.#paused.set(stage, paused);
    for (const each of own) {
      const { count, sinceMs } = paused.get(each) ?? { count: 0, sinceMs: nowMs };
      paused.set(each, { count: count + 1, sinceMs });
    }
    this.#notify(stage);
    return () => {
      for (const each of own) {
        const before = paused.get(each);
        if (before === undefined || before.count === 1) paused.delete(each);
        else paused.set(each, { ...before, count: before.count - 1 });
      }
      this.#notify(stage);
    };
  }

  isOpen(stage: StageName): boolean {
    return (this.#closed.get(stage) ?? 0) === 0;
  }

  /** Closes the gate of a stage; calls are counted. The returned function reverts this call. */
  close(stage: StageName): () => void {
    this.#closed.set(stage, (this.#closed.get(stage) ?? 0) + 1);
    let isDone = false;
    return () => {
      if (isDone) return;
      isDone = true;
      this.#closed.set(stage, (this.#closed.get(stage) ?? 1) - 1);
      if (this.isOpen(stage)) this.#notify(stage);
    };
  }

  /** The gate for a process: listeners run on its clock, which stops while it is paused. */
  gateOf(stage: StageName, clock: Clock): StartGate {
    return {
      isOpen: () => this.isOpen(stage),
      pausedLanes: () => new Set(this.#paused.get(stage)?.keys()),
      onChange: (listener) => {
        const notify = (): void => {
          clock.after(0, listener);
        };
        const listeners = this.#listeners.get(stage) ?? new Set();
        this.#listeners.set(stage, listeners.add(notify));
        return () => listeners.delete(notify);
      },
    };
  }

  #notify(stage: StageName): void {
    for (const listener of this.#listeners.get(stage) ?? []) listener();
  }
}
