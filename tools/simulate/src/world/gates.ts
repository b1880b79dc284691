import type { Clock, StageName } from '@docfleet/domain';
import type { StartGate } from '@docfleet/stage';

/**
 * The breakers of what each stage needs, as the runtime meets them: while one is open, nothing is started. What opens
 * and closes real ones is tried on real servers.
 */
export class Gates {
  readonly #closed = new Map<StageName, number>();
  readonly #listeners = new Map<StageName, Set<() => void>>();

  isOpen(stage: StageName): boolean {
    return (this.#closed.get(stage) ?? 0) === 0;
  }

  /** Closes the gate of a stage once more; the returned function, called once, takes that back. */
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

  /** The gate as a process has it: told by its own clock, which stands still with it. */
  gateOf(stage: StageName, clock: Clock): StartGate {
    return {
      isOpen: () => this.isOpen(stage),
      onOpen: (listener) => {
        const told = (): void => {
          clock.after(0, listener);
        };
        const listeners = this.#listeners.get(stage) ?? new Set();
        this.#listeners.set(stage, listeners.add(told));
        return () => listeners.delete(told);
      },
    };
  }
}
