import { setTimeout as pause } from 'node:timers/promises';
import type { Lane } from '@docfleet/domain';
import type { BatchSubmission } from '../plan/batches.ts';
import { runsIn, type BadRecord, type Submission, type SubmissionPlan } from '../plan/submissions.ts';
import { cancelThroughApi, submitBatchThroughApi, submitThroughApi, type ApiOptions } from './api.ts';
import type { TenantProducer } from './producer.ts';

/** Most runs that are submitted and not ended. */
const maxInFlight = 40;

/** Concurrent callers. */
const callers = 6;

export interface FeedOptions {
  readonly api: ApiOptions;
  readonly producer: TenantProducer;
  readonly plan: SubmissionPlan;
  /** Number of runs known to have ended. */
  readonly ended: () => number;
  /** How many may be submitted by now, so that work is left at the last fault. */
  readonly allowed: () => number;
  /** Whether people look at a document before its run ends; absent: at none. */
  readonly isReviewed?: (submission: Submission) => boolean;
  readonly signal: AbortSignal;
}

/** Answers of the API. */
export interface Answers {
  /** Runs that the API has accepted. */
  readonly accepted: Set<string>;
  /** Batches that the API has accepted. */
  readonly batches: Set<string>;
  /** Number of answers by status. */
  readonly statuses: Map<string, number>;
}

/** Submits all documents, as fast as the fleet ends runs. */
export class Feed {
  readonly #options: FeedOptions;
  readonly #cancels: Promise<unknown>[] = [];
  readonly answers: Answers = { accepted: new Set(), batches: new Set(), statuses: new Map() };
  #begun = 0;
  #submitted = 0;
  /** The latest runs, one of which `cancelSomething` cancels. */
  #latest: Submission[] = [];
  #cancelled = new Set<string>();
  #badSubmitted = 0;
  /** Runs of bad records that may fail instead of being rejected. */
  readonly refusable = new Set<string>();

  constructor(options: FeedOptions) {
    this.#options = options;
  }

  get submitted(): number {
    return this.#submitted;
  }

  /** Runs with a requested cancel. */
  get cancelled(): ReadonlySet<string> {
    return this.#cancelled;
  }

  /** Bad records of faults, those of the plan not counted. */
  get badSubmitted(): number {
    return this.#badSubmitted;
  }

  async run(): Promise<void> {
    const { plan } = this.#options;
    const pending = [...plan.submissions, ...plan.batches].sort((a, b) => a.index - b.index);
    const bad = [...plan.badRecords];
    const every = Math.max(1, Math.floor(runsIn(plan) / Math.max(1, bad.length)));
    const caller = async (): Promise<void> => {
      for (let next = pending.shift(); next !== undefined; next = pending.shift()) {
        await this.#waitForCapacity('files' in next ? next.files.length : 1);
        if (next.index % every === 0) await this.#submitBad(bad.shift());
        if ('files' in next) await this.#submitBatch(next);
        else await this.#submitAll(next);
      }
    };
    await Promise.all(Array.from({ length: callers }, caller));
    for (const record of bad) await this.#submitBad(record);
    await Promise.all(this.#cancels);
  }

  /** Cancels one of the latest runs now, for a fault at a cancel. */
  cancelSomething(): void {
    const submission = this.#latest.pop();
    if (submission !== undefined) this.#cancelLater(submission, 0);
  }

  /** Writes one bad record of each kind now, for a fault. */
  async submitBadNow(lane: Lane, hows: readonly BadRecord['how'][]): Promise<void> {
    for (const how of hows) {
      this.#badSubmitted += 1;
      const runId = await this.#options.producer.submitBad({
        index: `fault-${this.#badSubmitted}`,
        lane,
        how,
      });
      if (how === 'bad-key') this.refusable.add(runId);
    }
  }

  async #waitForCapacity(runs: number): Promise<void> {
    const { ended, allowed, signal } = this.#options;
    while (this.#begun - ended() >= maxInFlight || this.#begun >= allowed()) {
      await pause(100, undefined, { signal });
    }
    this.#begun += runs;
  }

  async #submitBad(record: BadRecord | undefined): Promise<void> {
    if (record !== undefined) await this.#options.producer.submitBad(record);
  }

  async #submitAll(submission: Submission): Promise<void> {
    const { document, conflicting, repeated, cancelAfterMs } = submission;
    await this.#submitOnce(submission, document);
    this.#submitted += 1;
    this.#latest = [...this.#latest.slice(-5), submission];
    if (cancelAfterMs !== null) this.#cancelLater(submission, cancelAfterMs);
    if (repeated) await this.#submitOnce(submission, document);
    if (conflicting !== null) await this.#submitOnce(submission, conflicting);
  }

  async #submitOnce(submission: Submission, document: Submission['document']): Promise<void> {
    const { api, producer, isReviewed } = this.#options;
    if (submission.channel === 'record') {
      await producer.submit(submission, document);
      return;
    }
    const { status, runId } = await submitThroughApi(
      api,
      submission,
      document,
      isReviewed?.(submission) === true ? 'tenant' : 'never',
    );
    this.#count(`submit ${status}`);
    if (runId !== undefined && status < 300) this.answers.accepted.add(runId);
  }

  /** Two callers hand the batch in at the same time where it is repeated. */
  async #submitBatch(batch: BatchSubmission): Promise<void> {
    const { api } = this.#options;
    const { tenant, batchId, files, repeated, cancelAfterMs } = batch;
    const submit = async (): Promise<void> => {
      const answer = await submitBatchThroughApi(api, batch);
      this.#count(`batch ${answer.status}`);
      if (answer.batchId === undefined || answer.status >= 300) return;
      this.answers.batches.add(answer.batchId);
      for (const runId of answer.runIds) this.answers.accepted.add(runId);
    };
    await Promise.all(Array.from({ length: repeated ? 2 : 1 }, submit));
    this.#submitted += files.length;
    if (cancelAfterMs === null) return;
    for (const { runId } of files) this.#cancelled.add(runId);
    this.#cancels.push(this.#cancelTwice({ tenant, what: `/v1/batches/${batchId}` }, cancelAfterMs));
  }

  #cancelLater({ tenant, runId }: Submission, afterMs: number): void {
    this.#cancelled.add(runId);
    this.#cancels.push(this.#cancelTwice({ tenant, what: `/v1/jobs/${runId}` }, afterMs));
  }

  async #cancelTwice(cancelled: Parameters<typeof cancelThroughApi>[1], afterMs: number): Promise<void> {
    const { api, signal } = this.#options;
    await pause(afterMs, undefined, { signal });
    for (let time = 0; time < 2; time += 1) {
      let status = await cancelThroughApi(api, cancelled);
      // A run of a record written by the tenant appears in the read model later.
      for (let tries = 0; status === 404 && tries < 60; tries += 1) {
        await pause(250, undefined, { signal });
        status = await cancelThroughApi(api, cancelled);
      }
      this.#count(`cancel ${status}`);
    }
  }

  #count(answer: string): void {
    const { statuses } = this.answers;
    statuses.set(answer, (statuses.get(answer) ?? 0) + 1);
  }
}
