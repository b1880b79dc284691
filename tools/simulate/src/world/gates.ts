import type { Clock, StageName } from '@docfleet/domain';
import type { StartGate } from '@docfleet/stage';

/**
 * Start gates of stages, as set by the breakers of their dependencies: while a gate is closed, no task starts. Real
 * breakers are tested with real servers.
 */
export class Gates {
  readonly #closed = new Map<StageName, number>();
  readonly #listeners = new Map<StageName, Set<() => void>>();

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
      if (this.isOpen(stage)) for (const listener of this.#listeners.get(stage) ?? []) listener();
    };
  }

  /** The gate for a process: listeners run on its clock, which stops while it is paused. */
  gateOf(stage: StageName, clock: Clock): StartGate {
    return {
      isOpen: () => this.isOpen(stage),
      onOpen: (listener) => {
        const notify = (): void => {
          clock.after(0, listener);
        };
        const listeners = this.#listeners.get(stage) ?? new Set();
        this.#listeners.set(stage, listeners.add(notify));
        return () => listeners.delete(notify);
      },
    };
  }
}
