import { FailureError, type Clock, type FailureCode } from '@docfleet/domain';

/** The calling process, with a clock that stops while it is paused. */
export interface Caller {
  readonly clock: Clock;
}

/**
 * A server other than the log: calls have latency, it can be down, and its responses can be lost after the action was
 * executed.
 */
export class Server {
  isDown = false;
  responsesToLose = 0;
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
    if (this.isDown) return fail;
    try {
      const value = action();
      if (this.responsesToLose > 0) {
        this.responsesToLose -= 1;
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
