import { FailureError, type Clock } from '@docfleet/domain';
import type { Process } from './process.ts';

/** Answers a call once, with a value or an error. */
export interface Reply<T> {
  readonly with: (value: T) => void;
  readonly refuse: (error: unknown) => void;
}

export interface NetworkOptions {
  readonly clock: Clock;
  /** Latency of one message, in milliseconds. */
  readonly latency: () => number;
}

/** The network between processes and brokers. While the brokers are down, requests wait for them. */
export class Network {
  readonly #options: NetworkOptions;
  readonly #waiting = new Set<() => void>();
  #downSinceMs: number | null = null;

  constructor(options: NetworkOptions) {
    this.#options = options;
  }

  /** Milliseconds since the brokers went down; 0 while they are up. */
  get downMs(): number {
    return this.#downSinceMs === null ? 0 : this.#options.clock.now() - this.#downSinceMs;
  }

  goDown(): void {
    this.#downSinceMs ??= this.#options.clock.now();
  }

  comeBack(): void {
    this.#downSinceMs = null;
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const action of waiting) this.arrive(action);
  }

  /** Runs `action` at the brokers: now, or when they are up again. The returned function withdraws a waiting one. */
  arrive(action: () => void): () => void {
    if (this.#downSinceMs === null) {
      action();
      return () => undefined;
    }
    this.#waiting.add(action);
    return () => this.#waiting.delete(action);
  }

  /** Sends a request without a response. */
  send(action: () => void): void {
    this.#options.clock.after(this.#options.latency(), () => this.arrive(action));
  }

  /**
   * A request with a response. With `timeoutMs` the call fails when the brokers stay down for so long, and its request
   * never arrives. A dead process gets no response; a paused one gets it when it resumes.
   *
   * @throws FailureError `BROKER_UNAVAILABLE`
   */
  call<T>(process: Process, handle: (reply: Reply<T>) => void, timeoutMs = Infinity): Promise<T> {
    const { clock, latency } = this.#options;
    return new Promise<T>((resolve, reject) => {
      const answer = (deliver: () => void): void => {
        clock.after(latency(), () => {
          process.run(deliver);
        });
      };
      const reply: Reply<T> = {
        with: (value) => {
          answer(() => {
            resolve(value);
          });
        },
        refuse: (error) => {
          answer(() => {
            reject(error instanceof Error ? error : new Error(String(error)));
          });
        },
      };
      let cancelTimeout = (): void => undefined;
      clock.after(latency(), () => {
        const withdraw = this.arrive(() => {
          cancelTimeout();
          attempt(reply, handle);
        });
        if (this.#downSinceMs === null || timeoutMs === Infinity) return;
        cancelTimeout = clock.after(timeoutMs, () => {
          withdraw();
          reply.refuse(new FailureError('BROKER_UNAVAILABLE'));
        });
      });
    });
  }
}

/** Runs a handler; an error that it throws is the response. */
export function attempt<T>(reply: Reply<T>, handle: (reply: Reply<T>) => void): void {
  try {
    handle(reply);
  } catch (error) {
    reply.refuse(error);
  }
}
