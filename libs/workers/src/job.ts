/** The child exceeded the job's `timeoutMs` and was killed; the caller translates this to a failure code. */
export class WorkerTimeoutError extends Error {
  readonly timeoutMs: number;

  constructor(timeoutMs: number) {
    super(`The worker did not answer within ${String(timeoutMs)} ms`);
    this.name = 'WorkerTimeoutError';
    this.timeoutMs = timeoutMs;
  }
}

/** A job of the pool. */
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
