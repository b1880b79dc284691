import type { Clock } from '@docfleet/domain';

/** Called when a process stops answering and when it continues. */
export interface ProcessWatcher {
  /** The process was paused or killed. */
  silent(): void;
  woke(): void;
}

/**
 * A simulated process. While it is paused nothing runs in it: responses, deliveries and its own timers queue up and run
 * in order when it wakes, as in a zombie. Nothing runs in a dead process.
 */
export class Process {
  readonly clientId: string;
  readonly #clock: Clock;
  readonly #watchers = new Set<ProcessWatcher>();
  #state: 'running' | 'paused' | 'dead' = 'running';
  #backlog: (() => void)[] = [];

  constructor(clientId: string, clock: Clock) {
    this.clientId = clientId;
    this.#clock = clock;
  }

  get state(): 'running' | 'paused' | 'dead' {
    return this.#state;
  }

  /** Runs `action` in the process: now, when it wakes, or never. */
  run(action: () => void): void {
    if (this.#state === 'running') action();
    else if (this.#state === 'paused') this.#backlog.push(action);
  }

  /** A clock whose timers stop while the process is paused. */
  readonly clock: Clock = {
    now: () => this.#clock.now(),
    after: (delayMs, action) => {
      let cancelled = false;
      const cancel = this.#clock.after(delayMs, () => {
        this.run(() => {
          if (!cancelled) action();
        });
      });
      return () => {
        cancelled = true;
        cancel();
      };
    },
  };

  pause(): void {
    if (this.#state !== 'running') return;
    this.#state = 'paused';
    for (const watcher of this.#watchers) watcher.silent();
  }

  /** Queued actions run first, one by one, so that each can await something before the next. */
  wake(): void {
    if (this.#state !== 'paused') return;
    this.#state = 'running';
    for (const action of this.#backlog.splice(0)) {
      this.#clock.after(0, () => {
        this.run(action);
      });
    }
    for (const watcher of this.#watchers) watcher.woke();
  }

  kill(): void {
    if (this.#state === 'dead') return;
    const wasRunning = this.#state === 'running';
    this.#state = 'dead';
    this.#backlog = [];
    if (wasRunning) for (const watcher of this.#watchers) watcher.silent();
  }

  watch(watcher: ProcessWatcher): () => void {
    this.#watchers.add(watcher);
    return () => {
      this.#watchers.delete(watcher);
    };
  }
}
