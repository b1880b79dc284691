import { setTimeout as pause } from 'node:timers/promises';
import {
  begunAgainOf,
  createTenantApiKeys,
  EndedRunCounter,
  Feed,
  isBehind,
  judge,
  leftoversOf,
  neitherBatchesNorWebhooks,
  openLagReader,
  openTenantProducer,
  readFacts,
  type Expectations,
  type LagOf,
  type Rig,
  type SubmissionPlan,
  type Violation,
} from '@docfleet/chaos';
import { Problem, waitUntil } from '@docfleet/stack';
import { patienceMs } from '../checks/expect.ts';
import type { Context } from '../parts/context.ts';

/** Guards against hanging: a document may wait in a retry topic of 5 minutes. */
const settleMs = 20 * 60_000;

export interface DocumentRunOptions {
  readonly context: Context;
  readonly rig: Rig;
  readonly plan: SubmissionPlan;
  /** Address of the API. */
  readonly api: string;
  /** Aborts when ended runs need not be counted any more. */
  readonly over: AbortSignal;
}

export interface DocumentOutcome {
  readonly violations: readonly Violation[];
  /** Repeated starts of documents, by stage. */
  readonly begunAgain: Readonly<Record<string, number>>;
  /** Runs with a terminal event. */
  readonly ended: number;
}

/** Documents on their way through a fleet, from the first submission to the verdict on the final state. */
export class DocumentRun {
  readonly #options: DocumentRunOptions;
  readonly #counter: EndedRunCounter;
  #feed: Feed | undefined;

  constructor(options: DocumentRunOptions) {
    this.#options = options;
    this.#counter = new EndedRunCounter(options.rig.direct.postgres, () => [], options.over);
  }

  /** Runs that have ended. */
  get ended(): number {
    return this.#counter.ended;
  }

  /** Runs that were submitted and have not ended. */
  get inFlight(): number {
    return (this.#feed?.submitted ?? 0) - this.#counter.ended;
  }

  /** Submits all documents, at most as many as are allowed by then. */
  async submit(allowed: () => number): Promise<void> {
    const { context, rig, plan, api } = this.#options;
    const { signal } = context;
    const keys = await createTenantApiKeys(rig);
    const producer = await openTenantProducer(rig.proxied, rig.signingKey, signal);
    const feed = new Feed({
      api: { api, keyOf: (tenant) => keys.get(tenant) ?? '', signal },
      producer,
      plan,
      ended: () => this.#counter.ended,
      allowed,
      signal,
    });
    this.#feed = feed;
    try {
      await feed.run();
    } finally {
      await producer.close();
    }
  }

  /** Waits until every run has ended and every group has read its topics; gives the lag of then. */
  async settle(): Promise<readonly LagOf[]> {
    const { context, plan } = this.#options;
    const all = plan.submissions.length;
    const isOver = await context.progress.step('every document ended', () =>
      waitUntil(() => {
        context.signal.throwIfAborted();
        return this.#counter.ended >= all && this.#counter.published >= all;
      }, settleMs),
    );
    if (!isOver)
      throw new Problem(
        `${this.#counter.ended} of ${all} documents ended within ${settleMs / 60_000} minutes, ${this.#counter.published} of them published.`,
      );
    return context.progress.step('every group has read its topics', () => this.#lag());
  }

  /** Reads the final state, when the services have ended, and judges it. Ends the servers. */
  async outcome(lag: readonly LagOf[]): Promise<DocumentOutcome> {
    const { context, rig, plan } = this.#options;
    const expected: Expectations = {
      runs: new Map(plan.submissions.map(({ runId }) => [runId, { broken: false, cancelled: false }])),
      answered: this.#feed?.answers.accepted ?? new Set(),
      badRecords: 0,
      refusable: new Set(),
      ...neitherBatchesNorWebhooks,
    };
    const facts = await context.progress.step('reading topics, database and store', () =>
      readFacts({ endpoints: rig.direct, expected, lag, group: `checker-${rig.mark}` }),
    );
    await rig.stop();
    return {
      violations: judge({ ...facts, messages: [], leftovers: leftoversOf(rig.mark) }, expected),
      begunAgain: begunAgainOf(rig.control.beginnings),
      ended: new Set(facts.terminal.map(({ runId }) => runId)).size,
    };
  }

  async #lag(): Promise<readonly LagOf[]> {
    const { context, rig } = this.#options;
    const reader = await openLagReader(rig.direct.broker);
    try {
      let lag = await reader.read();
      const until = performance.now() + patienceMs;
      while (lag.some(isBehind) && performance.now() < until) {
        await pause(1_000, undefined, { signal: context.signal });
        lag = await reader.read();
      }
      return lag;
    } finally {
      await reader.close();
    }
  }
}
