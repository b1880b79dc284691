import { FailureError, type Clock, type FailureCode } from '@docfleet/domain';

/** Who calls: its clock stands still with it. */
export interface Caller {
  readonly clock: Clock;
}

/**
 * A server outside the log, as callers meet it: every call travels there and back, it can be away, and its answers can
 * be lost after it has done what was asked.
 */
export class Server {
  away = false;
  answersToLose = 0;
  readonly #clock: Clock;
  readonly #latency: () => number;
  readonly #failure: FailureCode;

  constructor(options: {
    readonly clock: Clock;
    readonly latency: () => number;
    readonly failure: FailureCode;
  }) {
    this.#clock = options.clock;
    this.#latency = options.latency;
    this.#failure = options.failure;
  }

  /** @throws FailureError of this server's kind; the signal's reason when it aborts; what `action` throws */
  call<T>(caller: Caller, action: () => T, signal?: AbortSignal): Promise<T> {
    return new Promise((resolve, reject) => {
      signal?.throwIfAborted();
      const refuse = (error: unknown): void => {
        reject(error instanceof Error ? error : new Error(String(error)));
      };
      signal?.addEventListener(
        'abort',
        () => {
          refuse(signal.reason);
        },
        { once: true },
      );
      this.#clock.after(this.#latency(), () => {
        const answer = this.#answer(action, resolve, refuse);
        caller.clock.after(this.#latency(), answer);
      });
    });
  }

  #answer<T>(action: () => T, resolve: (value: T) => void, refuse: (error: unknown) => void): () => void {
    const fail = (): void => {
      refuse(new FailureError(this.#failure));
    };
    if (this.away) return fail;
    try {
      const value = action();
      if (this.answersToLose > 0) {
        this.answersToLose -= 1;
        return fail;
      }
      return () => {
        resolve(value);
      };
    } catch (error) {
      return () => {
        refuse(error);
      };
    }
  }
}
