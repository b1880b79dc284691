/** The child needed longer than the job's `timeoutMs` and was killed; the caller knows which code that means. */
export class WorkerTimeoutError extends Error {
  readonly timeoutMs: number;

  constructor(timeoutMs: number) {
    super(`the worker did not answer within ${String(timeoutMs)} ms`);
    this.name = 'WorkerTimeoutError';
    this.timeoutMs = timeoutMs;
  }
}

/** One piece of work on its way through the pool. */
export interface Job<In, Out> {
  readonly input: In;
  readonly signal: AbortSignal;
  readonly timeoutMs: number;
  readonly resolve: (output: Out) => void;
  readonly reject: (error: Error) => void;
}

export function abortReason(signal: AbortSignal): Error {
  return signal.reason instanceof Error ? signal.reason : new Error('aborted');
}
