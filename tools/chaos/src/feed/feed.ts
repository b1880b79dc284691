import { setTimeout as pause } from 'node:timers/promises';
import type { BadRecord, Submission, SubmissionPlan } from '../plan/submissions.ts';
import { cancelThroughApi, submitThroughApi, type ApiOptions } from './api.ts';
import type { TenantProducer } from './producer.ts';

/** Runs that have been handed in and not ended, at most. */
const mostInFlight = 40;

/** Callers at a time. */
const callers = 6;

export interface FeedOptions {
  readonly api: ApiOptions;
  readonly producer: TenantProducer;
  readonly plan: SubmissionPlan;
  /** Runs that have ended, as far as is known. */
  readonly ended: () => number;
  /** How many may have been handed in by now, so that something is left to do at the last fault. */
  readonly allowed: () => number;
  readonly signal: AbortSignal;
}

/** What the callers were told. */
export interface Answers {
  /** Runs that the API has accepted. */
  readonly accepted: Set<string>;
  /** How often a call was answered with each status. */
  readonly statuses: Map<string, number>;
}

/** Hands everything in, as fast as the fleet ends runs. */
export class Feed {
  readonly #options: FeedOptions;
  readonly #cancels: Promise<unknown>[] = [];
  readonly answers: Answers = { accepted: new Set(), statuses: new Map() };
  #begun = 0;
  #handedIn = 0;
  /** The latest runs, of which one can be cancelled when a cancel is wanted at once. */
  #latest: Submission[] = [];
  #cancelled = new Set<string>();

  constructor(options: FeedOptions) {
    this.#options = options;
  }

  get handedIn(): number {
    return this.#handedIn;
  }

  /** Runs of which a cancel was asked. */
  get cancelled(): ReadonlySet<string> {
    return this.#cancelled;
  }

  async run(): Promise<void> {
    const { plan } = this.#options;
    const waiting = [...plan.submissions];
    const bad = [...plan.badRecords];
    const every = Math.max(1, Math.floor(plan.submissions.length / Math.max(1, bad.length)));
    const caller = async (): Promise<void> => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
        await this.#untilRoom();
        if (next.index % every === 0) await this.#handInBad(bad.shift());
        await this.#handIn(next);
      }
    };
    await Promise.all(Array.from({ length: callers }, caller));
    for (const record of bad) await this.#handInBad(record);
    await Promise.all(this.#cancels);
  }

  /** Cancels one of the latest runs now; for a fault that needs a cancel to happen. */
  cancelSomething(): void {
    const submission = this.#latest.pop();
    if (submission !== undefined) this.#cancels.push(this.#cancelTwice(submission, 0));
  }

  async #untilRoom(): Promise<void> {
    const { ended, allowed, signal } = this.#options;
    while (this.#begun - ended() >= mostInFlight || this.#begun >= allowed()) {
      await pause(100, undefined, { signal });
    }
    this.#begun += 1;
  }

  async #handInBad(record: BadRecord | undefined): Promise<void> {
    if (record !== undefined) await this.#options.producer.submitBad(record);
  }

  async #handIn(submission: Submission): Promise<void> {
    const { document, conflicting, repeated, cancelAfterMs } = submission;
    await this.#once(submission, document);
    this.#handedIn += 1;
    this.#latest = [...this.#latest.slice(-5), submission];
    if (cancelAfterMs !== null) this.#cancels.push(this.#cancelTwice(submission, cancelAfterMs));
    if (repeated) await this.#once(submission, document);
    if (conflicting !== null) await this.#once(submission, conflicting);
  }

  async #once(submission: Submission, document: Submission['document']): Promise<void> {
    const { api, producer } = this.#options;
    if (submission.way === 'record') {
      await producer.submit(submission, document);
      return;
    }
    const { status, runId } = await submitThroughApi(api, submission, document);
    this.#count(`submit ${status}`);
    if (runId !== undefined && status < 300) this.answers.accepted.add(runId);
  }

  async #cancelTwice(submission: Submission, afterMs: number): Promise<void> {
    const { api, signal } = this.#options;
    this.#cancelled.add(submission.runId);
    await pause(afterMs, undefined, { signal });
    for (let time = 0; time < 2; time += 1) {
      let status = await cancelThroughApi(api, submission);
      // Known a little later to the read model, when the tenant wrote the record itself.
      for (let tries = 0; status === 404 && tries < 60; tries += 1) {
        await pause(250, undefined, { signal });
        status = await cancelThroughApi(api, submission);
      }
      this.#count(`cancel ${status}`);
    }
  }

  #count(answer: string): void {
    const { statuses } = this.answers;
    statuses.set(answer, (statuses.get(answer) ?? 0) + 1);
  }
}
