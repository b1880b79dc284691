import { ApiError } from './api-error.ts';
import type { Batch, Job } from './generated/types.ts';
import type { CallOptions } from './operation.ts';
import type { Transport } from './transport.ts';

/** First and longest pause between two questions about a run, in milliseconds. */
const firstPollMs = 250;
const longestPollMs = 1_000;

export interface WaitOptions extends CallOptions {
  /** Called with the job each time its status or stage has changed. */
  readonly onChange?: (job: Job) => void;
  /** Returns also when the job waits for a person (`in_review`), who may take days. Default: only when it has ended. */
  readonly stopsAtReview?: boolean;
}

/** Whether nothing more will happen to the run. */
export function hasEnded({ status }: Pick<Job, 'status'>): boolean {
  return status !== 'accepted' && status !== 'running' && status !== 'in_review';
}

/** Asks for a job until it has ended. */
export async function waitForEnd(
  transport: Transport,
  readJob: (options: CallOptions) => Promise<Job>,
  options: WaitOptions,
): Promise<Job> {
  const { context, patienceMs } = transport;
  const signal = transport.signalOf(options);
  const unknownUntil = context.now() + patienceMs;
  let pauseMs = firstPollMs;
  let last = '';
  for (;;) {
    try {
      const job = await readJob(options);
      const state = `${job.status} ${job.stage ?? ''}`;
      if (state !== last) options.onChange?.(job);
      last = state;
      if (hasEnded(job) || (options.stopsAtReview === true && job.status === 'in_review')) return job;
    } catch (error) {
      // A run that was accepted a moment ago, also by another gateway, may not be listed yet.
      const isUnknown = error instanceof ApiError && error.status === 404;
      if (!isUnknown || last !== '' || context.now() > unknownUntil) throw error;
    }
    await context.sleep(pauseMs, signal);
    pauseMs = Math.min(longestPollMs, pauseMs * 1.5);
  }
}

export interface BatchWaitOptions extends CallOptions {
  /** Called with the batch each time the state of a file has changed. */
  readonly onChange?: (batch: Batch) => void;
  /** Returns also when all that is left of it waits for people, who may take days. Default: only when it has ended. */
  readonly stopsAtReview?: boolean;
}

/** Asks for a batch until it has ended. */
export async function waitForBatch(
  transport: Transport,
  getBatch: (options: CallOptions) => Promise<Batch>,
  options: BatchWaitOptions,
): Promise<Batch> {
  const signal = transport.signalOf(options);
  let pauseMs = firstPollMs;
  let last = '';
  for (;;) {
    const batch = await getBatch(options);
    const state = JSON.stringify(batch.files.map(({ status, stage }) => [status, stage]));
    if (state !== last) options.onChange?.(batch);
    last = state;
    if (batch.endedAt !== null || (options.stopsAtReview === true && onlyWaitsForPeople(batch))) return batch;
    await transport.context.sleep(pauseMs, signal);
    pauseMs = Math.min(longestPollMs, pauseMs * 1.5);
  }
}

function onlyWaitsForPeople({ acceptedAt, counts }: Batch): boolean {
  return acceptedAt !== null && counts.inReview > 0 && counts.waiting + counts.running === 0;
}
