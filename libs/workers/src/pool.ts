import { backOffMs } from './back-off.ts';
import { Child } from './child.ts';
import { abortReason, type Job } from './job.ts';
import { launchCommand, type LaunchOptions } from './launch.ts';
import { createPriorityQueue } from './queue.ts';
import { filtersCalls } from './sandbox/levels.ts';

/**
 * Jobs after which a child that parses documents is replaced. A job belongs to one document, so a child has seen at
 * most as many documents.
 */
export const parserJobsPerChild = 100;

export interface WorkerPoolOptions extends LaunchOptions {
  /** Name in messages and metrics. */
  readonly name: string;
  /** Most concurrent children. */
  readonly size: number;
  /** Number of jobs after which a child is replaced, to limit native memory leaks. */
  readonly recycleAfter: number;
  /** Idle time after which children beyond the first exit, in milliseconds; default 60,000. */
  readonly spareMs?: number;
  /** Sent once to every child; any value that can be structured-cloned. */
  readonly setup: unknown;
  /** The whole environment of a child: nothing is inherited. */
  readonly env?: Readonly<Record<string, string>>;
}

export interface WorkerRunOptions {
  /** Aborts the job, and kills a child that does not answer; the job rejects with the reason of the signal. */
  readonly signal: AbortSignal;
  /** Time limit from the start of the job, in milliseconds; then the child is killed: `WorkerTimeoutError`. */
  readonly timeoutMs: number;
  /** Lower numbers first. */
  readonly priority: number;
}

const defaultSpareMs = 60_000;

export interface WorkerPoolStats {
  readonly children: number;
  readonly busy: number;
  readonly queued: number;
  /** Number of children that crashed or were killed; planned replacements do not count. */
  readonly restarts: number;
}

export interface WorkerPool<In, Out> {
  /**
   * Runs one job in a child. Rejects with the error of the child (a `FailureError` keeps code and details),
   * `WORKER_CRASHED` when the child exited, `WorkerTimeoutError`, or the reason of the signal.
   */
  run(input: In, options: WorkerRunOptions): Promise<Out>;
  readonly size: number;
  stats(): WorkerPoolStats;
  /** Rejects queued and running jobs, ends the children and resolves when they have exited. */
  close(): Promise<void>;
}

/**
 * A pool of child processes for work that may crash, leak or never end. Children start on
 * demand, are reused, and are replaced when they exit. While set-ups fail, jobs are rejected with the error of the
 * set-up, and new attempts are delayed with a back-off, so that a broken engine neither starts processes without limit
 * nor blocks its callers.
 *
 * Hand-written: tinypool 2.2 has no timeout, priority, set-up message, memory limit or back-off, inherits the
 * environment, and kills a child at every abort.
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
  #setupError = new Error('The worker could not be set up');
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
    if (this.#closed) throw new Error(`Worker pool ${this.#options.name} is closed`);
    if (signal.aborted) throw abortReason(signal);
    const { promise, resolve, reject } = Promise.withResolvers<Out>();
    const job = { input, signal, timeoutMs, resolve, reject };
    const onAbort = (): void => {
      if (this.#queue.remove(job)) reject(abortReason(signal));
    };
    signal.addEventListener('abort', onAbort, { once: true });
    this.#queue.push(job, priority);
    this.#dispatch();
    try {
      return await promise;
    } finally {
      signal.removeEventListener('abort', onAbort);
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#rejectQueued(new Error(`Worker pool ${this.#options.name} is closed`));
    await Promise.all([...this.#children].map((child) => child.end()));
  }

  #dispatch(): void {
    for (const child of this.#children) {
      if (!child.idle) continue;
      const job = this.#queue.shift();
      if (job === undefined) return;
      child.run(job);
    }
    const starting = [...this.#children].filter((child) => child.starting).length;
    for (let wanted = this.#queue.size - starting; wanted > 0 && this.#canStart(); wanted -= 1) this.#start();
    if (this.#children.size === 0) this.#rejectQueued(this.#setupError);
  }

  #canStart(): boolean {
    return !this.#closed && this.#children.size < this.#options.size && Date.now() >= this.#notBefore;
  }

  #start(): void {
    const child = new Child<In, Out>(launchCommand(this.#options), {
      setup: this.#options.setup,
      confine: filtersCalls(this.#options.sandbox ?? 'limits-open-network'),
      env: this.#options.env ?? {},
      events: {
        onIdle: () => {
          this.#failedSetups = 0;
          if (child.jobs >= this.#options.recycleAfter) this.#retire(child);
          this.#dispatch();
          this.#retireWhenSpare(child);
        },
        onEnd: ({ expected, setupError }) => {
          this.#children.delete(child);
          if (!expected) this.#restarts += 1;
          if (setupError !== undefined) this.#recordFailedSetup(setupError);
          this.#dispatch();
        },
      },
    });
    this.#children.add(child);
  }

  /** Retires a child that stays idle, unless it is the only one. */
  #retireWhenSpare(child: Child<In, Out>): void {
    const { jobs } = child;
    setTimeout(() => {
      const isSpare = this.#children.has(child) && this.#children.size > 1;
      if (isSpare && child.idle && child.jobs === jobs) this.#retire(child);
    }, this.#options.spareMs ?? defaultSpareMs).unref();
  }

  /** A retired child no longer counts: its successor may start while it exits. */
  #retire(child: Child<In, Out>): void {
    this.#children.delete(child);
    child.retire();
  }

  #recordFailedSetup(error: Error): void {
    this.#setupError = error;
    this.#failedSetups += 1;
    this.#notBefore = Date.now() + backOffMs(this.#failedSetups);
  }

  #rejectQueued(error: Error): void {
    for (let job = this.#queue.shift(); job !== undefined; job = this.#queue.shift()) job.reject(error);
  }
}
