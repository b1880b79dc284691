import { fork, type ChildProcess } from 'node:child_process';
import { FailureError } from '@docfleet/domain';
import { abortReason, WorkerTimeoutError, type Job } from './job.ts';
import type { LaunchCommand } from './launch.ts';
import { fromWireError, parseFromChild, type ToChild } from './messages.ts';

/** A cancelled task must have stopped after 2 s (M-12); the child has 1.5 s of that to answer. */
const abortGraceMs = 1500;
const setupTimeoutMs = 60_000;
const endGraceMs = 2000;
const stderrTail = 2000;

export interface ChildEvents {
  /** The child is idle, after its set-up or a job. */
  onIdle(): void;
  /** The process has exited. `setupError` is present when its set-up failed. */
  onEnd(end: { readonly expected: boolean; readonly setupError?: Error }): void;
}

interface Current<In, Out> {
  readonly id: number;
  readonly job: Job<In, Out>;
  readonly release: () => void;
}

/** One child process: one set-up, then one job at a time until it is retired, crashes or is killed. */
export class Child<In, Out> {
  readonly #process: ChildProcess;
  readonly #events: ChildEvents;
  #state: 'starting' | 'idle' | 'busy' | 'ending' = 'starting';
  #current: Current<In, Out> | undefined;
  #jobs = 0;
  #setupError: Error | undefined;
  #killedFor: Error | undefined;
  #stderr = '';
  #exited = false;
  #setupTimer: NodeJS.Timeout;

  constructor(
    command: LaunchCommand,
    options: {
      setup: unknown;
      confine: boolean;
      env: Readonly<Record<string, string>>;
      events: ChildEvents;
    },
  ) {
    this.#events = options.events;
    this.#process = fork(command.file, [], {
      execPath: command.execPath,
      execArgv: [...command.execArgv],
      env: { ...options.env },
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    this.#process.stderr?.on('data', (chunk: Buffer) => {
      this.#stderr = (this.#stderr + chunk.toString()).slice(-stderrTail);
    });
    this.#process.on('message', (message) => {
      this.#receive(message);
    });
    this.#process.on('error', (error) => {
      this.#killedFor ??= error;
      if (this.#process.pid === undefined) this.#ended('Not started');
    });
    this.#process.on('exit', (code, signal) => {
      this.#ended(signal ?? `exit ${String(code)}`);
    });
    this.#setupTimer = setTimeout(() => {
      this.#kill(new FailureError('WORKER_CRASHED', {}, { cause: new WorkerTimeoutError(setupTimeoutMs) }));
    }, setupTimeoutMs);
    this.#send({ kind: 'setup', setup: options.setup, confine: options.confine });
  }

  get idle(): boolean {
    return this.#state === 'idle';
  }

  get starting(): boolean {
    return this.#state === 'starting';
  }

  get busy(): boolean {
    return this.#state === 'busy';
  }

  /** Number of jobs that this child was given. */
  get jobs(): number {
    return this.#jobs;
  }

  /** Sends the next job to the idle child. The job is settled exactly once. */
  run(job: Job<In, Out>): void {
    this.#jobs += 1;
    this.#state = 'busy';
    const id = this.#jobs;
    let grace: NodeJS.Timeout | undefined;
    const timer = setTimeout(() => {
      this.#kill(new WorkerTimeoutError(job.timeoutMs));
    }, job.timeoutMs);
    const onAbort = (): void => {
      this.#send({ kind: 'abort', id });
      grace = setTimeout(() => {
        this.#kill(abortReason(job.signal));
      }, abortGraceMs);
    };
    job.signal.addEventListener('abort', onAbort, { once: true });
    const release = (): void => {
      clearTimeout(timer);
      clearTimeout(grace);
      job.signal.removeEventListener('abort', onAbort);
    };
    this.#current = { id, job, release };
    const refused = this.#send({ kind: 'job', id, input: job.input });
    if (refused !== undefined)
      this.#settle((current) => {
        current.job.reject(refused);
      });
  }

  /** Disconnects an idle child, kills a busy one; resolves when the process has exited. */
  async end(): Promise<void> {
    if (this.#exited) return;
    const exited = new Promise<void>((resolve) =>
      this.#process.once('exit', () => {
        resolve();
      }),
    );
    if (this.#state === 'idle') this.retire();
    else this.#kill(new Error('The worker pool was closed'));
    await exited;
  }

  /** Disconnects the process, and kills it if it does not exit. */
  retire(): void {
    this.#state = 'ending';
    if (this.#process.connected) this.#process.disconnect();
    const timer = setTimeout(() => this.#process.kill('SIGKILL'), endGraceMs);
    this.#process.once('exit', () => {
      clearTimeout(timer);
    });
  }

  #receive(raw: unknown): void {
    const message = parseFromChild<Out>(raw);
    switch (message?.kind) {
      case undefined:
        return;
      case 'ready':
        clearTimeout(this.#setupTimer);
        this.#state = 'idle';
        this.#events.onIdle();
        return;
      case 'setup-failed':
        this.#setupError = fromWireError(message.error);
        this.#process.kill('SIGKILL');
        return;
      case 'done':
        this.#answer(message.id, (job) => {
          job.resolve(message.output);
        });
        return;
      case 'failed':
        this.#answer(message.id, (job) => {
          job.reject(fromWireError(message.error));
        });
        return;
    }
  }

  /** An aborted job ends as aborted, whatever the child answered in the meantime. */
  #answer(id: number, settle: (job: Job<In, Out>) => void): void {
    if (this.#current?.id !== id || this.#killedFor !== undefined) return;
    this.#settle(({ job }) => {
      if (job.signal.aborted) job.reject(abortReason(job.signal));
      else settle(job);
    });
  }

  #settle(settle: (current: Current<In, Out>) => void): void {
    const current = this.#current;
    if (current === undefined) return;
    this.#current = undefined;
    current.release();
    if (this.#state === 'busy') this.#state = 'idle';
    settle(current);
    if (this.#state === 'idle') this.#events.onIdle();
  }

  #kill(reason: Error): void {
    this.#killedFor ??= reason;
    this.#process.kill('SIGKILL');
  }

  #ended(how: string): void {
    if (this.#exited) return;
    this.#exited = true;
    clearTimeout(this.#setupTimer);
    const expected = this.#state === 'ending';
    const wasStarting = this.#state === 'starting';
    this.#state = 'ending';
    const crash = new FailureError(
      'WORKER_CRASHED',
      {},
      { cause: new Error(`${how} ${this.#stderr}`.trim()) },
    );
    this.#settle(({ job }) => {
      job.reject(this.#killedFor ?? crash);
    });
    const setupError = wasStarting ? (this.#setupError ?? this.#killedFor ?? crash) : undefined;
    this.#events.onEnd({ expected, ...(setupError === undefined ? {} : { setupError }) });
  }

  /** Returns the error when the message cannot be sent; a closed channel is handled on exit. */
  #send(message: ToChild<In, unknown>): Error | undefined {
    if (!this.#process.connected) return undefined;
    try {
      this.#process.send(message, () => undefined);
      return undefined;
    } catch (error) {
      return error instanceof Error ? error : new Error(String(error));
    }
  }
}
