import { backOffMs } from './back-off.ts';
import { Child } from './child.ts';
import { abortReason, type Job } from './job.ts';
import { launchCommand, type LaunchOptions } from './launch.ts';
import { createPriorityQueue } from './queue.ts';

export interface WorkerPoolOptions extends LaunchOptions {
  /** For messages and metrics. */
  readonly name: string;
  /** Most children at once. */
  readonly size: number;
  /** A child is replaced after this many jobs: native leaks stay bounded. */
  readonly recycleAfter: number;
  /** Children beyond the first leave after so long without work, in milliseconds: one stays warm. Default 60,000. */
  readonly spareMs?: number;
  /** Sent once to every child; anything structured clone carries. */
  readonly setup: unknown;
  /** All of a child's environment: nothing of the parent's is inherited. */
  readonly env?: Readonly<Record<string, string>>;
}

export interface WorkerRunOptions {
  /** Tells the child to stop and kills it when it does not answer; the job rejects with the signal's reason. */
  readonly signal: AbortSignal;
  /** From the moment a child has the job, in milliseconds; then the child is killed: `WorkerTimeoutError`. */
  readonly timeoutMs: number;
  /** Lower numbers first. */
  readonly priority: number;
}

const defaultSpareMs = 60_000;

export interface WorkerPoolStats {
  readonly children: number;
  readonly busy: number;
  readonly queued: number;
  /** Children that crashed or were killed so far; planned replacements do not count. */
  readonly restarts: number;
}

export interface WorkerPool<In, Out> {
  /**
   * Runs one job in a child. Rejects with the child's own error (a `FailureError` keeps code and details),
   * `WORKER_CRASHED` when the child died, `WorkerTimeoutError`, or the signal's reason.
   */
  run(input: In, options: WorkerRunOptions): Promise<Out>;
  readonly size: number;
  stats(): WorkerPoolStats;
  /** Rejects what waits and runs, ends the children and resolves when they are gone. */
  close(): Promise<void>;
}

/**
 * A pool of child processes for work that may crash, leak or never end. Children start when there is work, stay
 * warm, and are replaced when they die. While every attempt to set one up fails, jobs are rejected with the
 * set-up's error and new attempts are spaced out, so that a broken engine costs neither a fork bomb nor a wait.
 *
 * Ours because tinypool (2.2) has no timeout, priority, set-up message, memory bound or back-off, inherits the
 * environment, and answers every abort by killing a warm child; what would be left of it is a fork call.
 */
export function startWorkerPool<In, Out>(options: WorkerPoolOptions): WorkerPool<In, Out> {
  return new ForkedPool<In, Out>(options);
}

class ForkedPool<In, Out> implements WorkerPool<In, Out> {
  readonly #options: WorkerPoolOptions;
  readonly #queue = createPriorityQueue<Job<In, Out>>();
  readonly #children = new Set<Child<In, Out>>();
  #restarts = 0;
  #failedSetups = 0;
  #notBefore = 0;
  #setupError = new Error('the worker could not be set up');
  #closed = false;

  constructor(options: WorkerPoolOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#options.size;
  }

  stats(): WorkerPoolStats {
    const busy = [...this.#children].filter((child) => child.busy).length;
    return { children: this.#children.size, busy, queued: this.#queue.size, restarts: this.#restarts };
  }

  async run(input: In, { signal, timeoutMs, priority }: WorkerRunOptions): Promise<Out> {
    if (this.#closed) throw new Error(`the worker pool ${this.#options.name} is closed`);
    if (signal.aborted) throw abortReason(signal);
    const { promise, resolve, reject } = Promise.withResolvers<Out>();
    const job = { input, signal, timeoutMs, resolve, reject };
    const onAbort = (): void => {
      if (this.#queue.remove(job)) reject(abortReason(signal));
    };
    signal.addEventListener('abort', onAbort, { once: true });
    this.#queue.push(job, priority);
    this.#pump();
    try {
      return await promise;
    } finally {
      signal.removeEventListener('abort', onAbort);
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#rejectQueued(new Error(`the worker pool ${this.#options.name} is closed`));
    await Promise.all([...this.#children].map((child) => child.end()));
  }

  #pump(): void {
    for (const child of this.#children) {
      if (!child.idle) continue;
      const job = this.#queue.shift();
      if (job === undefined) return;
      child.run(job);
    }
    const starting = [...this.#children].filter((child) => child.starting).length;
    for (let wanted = this.#queue.size - starting; wanted > 0 && this.#mayStart(); wanted -= 1) this.#start();
    if (this.#children.size === 0) this.#rejectQueued(this.#setupError);
  }

  #mayStart(): boolean {
    return !this.#closed && this.#children.size < this.#options.size && Date.now() >= this.#notBefore;
  }

  #start(): void {
    const child = new Child<In, Out>(launchCommand(this.#options), {
      setup: this.#options.setup,
      env: this.#options.env ?? {},
      events: {
        onIdle: () => {
          this.#failedSetups = 0;
          if (child.jobs >= this.#options.recycleAfter) this.#retire(child);
          this.#pump();
          this.#leaveWhenSpare(child);
        },
        onEnd: ({ expected, setupError }) => {
          this.#children.delete(child);
          if (!expected) this.#restarts += 1;
          if (setupError !== undefined) this.#noteFailedSetup(setupError);
          this.#pump();
        },
      },
    });
    this.#children.add(child);
  }

  /** A child that has had nothing to do for a while costs memory for nothing, unless it is the only one. */
  #leaveWhenSpare(child: Child<In, Out>): void {
    const { jobs } = child;
    setTimeout(() => {
      const isSpare = this.#children.has(child) && this.#children.size > 1;
      if (isSpare && child.idle && child.jobs === jobs) this.#retire(child);
    }, this.#options.spareMs ?? defaultSpareMs).unref();
  }

  /** A retired child no longer counts: its successor may start while it leaves. */
  #retire(child: Child<In, Out>): void {
    this.#children.delete(child);
    child.retire();
  }

  #noteFailedSetup(error: Error): void {
    this.#setupError = error;
    this.#failedSetups += 1;
    this.#notBefore = Date.now() + backOffMs(this.#failedSetups);
  }

  #rejectQueued(error: Error): void {
    for (let job = this.#queue.shift(); job !== undefined; job = this.#queue.shift()) job.reject(error);
  }
}
