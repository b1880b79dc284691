import { setTimeout as pause } from 'node:timers/promises';
import { seededRandom, type Random } from '@docfleet/samples';
import { serviceNames, waitUntil } from '@docfleet/stack';
import type { Arguments } from '../arguments.ts';
import type { Expectations, LagOf } from '../check/facts.ts';
import { isBehind, openLagReader } from '../check/read-lag.ts';
import { Feed } from '../feed/feed.ts';
import { createWebhookThroughApi } from '../feed/api.ts';
import { Reviewers } from '../feed/reviewers.ts';
import { openTenantProducer } from '../feed/producer.ts';
import { tellEvents } from '../feed/tell-events.ts';
import { describeFault, type Fault, type PlannedFault } from '../plan/faults.ts';
import { runsIn, type SubmissionPlan } from '../plan/submissions.ts';
import { tenants } from '../plan/tenants.ts';
import { createTenantApiKeys } from '../world/api-keys.ts';
import type { Rig } from '../world/rig.ts';
import type { WebhookReceiver } from '../world/webhook-receiver.ts';
import { EndedRunCounter, undeliveredEvents } from './observe.ts';
import { affectedBy, play, type PlayOptions } from './play.ts';
import { stepsBefore, untilRecovered, type Recovery } from './recovery.ts';
import type { RunOptions } from './run-options.ts';

/** Time limit after the last fault, in milliseconds: a document may wait in the retry topic of 5 minutes. */
const settleMs = 15 * 60_000;

/** Time limit for the lag to reach 0, in milliseconds: the ledger commits its offsets every 15 s. */
const lagMs = 90_000;

/** Time limit for every webhook to be delivered, in milliseconds: what a killed process was sending waits for 7 s. */
const webhooksMs = 60_000;

/** Documents that are submitted ahead of their faults. */
const reserve = 8;

/** Longest delay of a fault by documents that do not end, in milliseconds. */
const maxFaultDelayMs = 20_000;

/** An action while documents run, instead of faults. */
export type Disturbance = (rig: Rig) => Promise<void>;

export interface SessionParts {
  readonly rig: Rig;
  readonly receiver: WebhookReceiver;
  readonly plan: SubmissionPlan;
  readonly faults: readonly PlannedFault[];
  readonly given: Arguments;
  readonly options: RunOptions;
  /** Aborts when ended runs need not be counted any more. */
  readonly counting: AbortSignal;
}

/** Submits the documents and plays the faults of a plan concurrently. */
export class Session {
  readonly #parts: SessionParts;
  readonly #endedRuns: EndedRunCounter;
  readonly recoveries: Recovery[] = [];
  readonly #random: Random;
  #feed: Feed | undefined;
  #reviewers: Reviewers | undefined;
  readonly #reviewersOver = new AbortController();
  #reviewing: Promise<void> = Promise.resolve();
  #elsewhere = 0;
  #played = 0;

  constructor(parts: SessionParts) {
    this.#parts = parts;
    this.#random = seededRandom(parts.given.seed + 3);
    this.#endedRuns = new EndedRunCounter(
      parts.rig.direct.postgres,
      () => this.#feed?.refusable ?? [],
      parts.counting,
    );
  }

  /** Faults at a boundary that was not reached in time. */
  get elsewhere(): number {
    return this.#elsewhere;
  }

  get feed(): Feed {
    if (this.#feed === undefined) throw new Error('Nothing has been submitted yet');
    return this.#feed;
  }

  /** What people did, by kind. */
  get reviews(): ReadonlyMap<string, number> {
    return this.#reviewers?.counts ?? new Map();
  }

  expected(): Expectations {
    const { plan } = this.#parts;
    const cancelled = this.feed.cancelled;
    const all = [...plan.submissions, ...plan.batches.flatMap(({ files }) => files)];
    const runs = all.map(({ runId, document }) => {
      return [runId, { broken: document.kind === 'broken', cancelled: cancelled.has(runId) }] as const;
    });
    const batches = plan.batches.map(
      ({ batchId, files }) => [batchId, files.map(({ runId }) => runId)] as const,
    );
    return {
      runs: new Map(runs),
      answered: this.feed.answers.accepted,
      badRecords: plan.badRecords.length + this.feed.badSubmitted,
      refusable: this.feed.refusable,
      batches: new Map(batches),
      answeredBatches: this.feed.answers.batches,
      listening: new Set(tenants),
      decided: this.#reviewers?.decided() ?? new Map(),
    };
  }

  /** Starts the services in a random order, with pauses. */
  async startServices(): Promise<void> {
    const { rig, given, options } = this.#parts;
    const random = seededRandom(given.seed + 2);
    const order = serviceNames
      .map((name) => ({ name, at: random.next() }))
      .sort((a, b) => a.at - b.at)
      .map(({ name }) => name);
    await options.progress.step(`services, in the order ${order.join(', ')}`, async () => {
      for (const name of order) {
        await rig.members.start({ name, service: name, port: rig.ports[name] });
        await pause(Math.floor(random.next() * 500));
      }
      const before = new Map<string, number>();
      const ready = await untilRecovered({
        rig,
        services: order,
        before,
        since: performance.now(),
        inFlight: () => 0,
        signal: options.signal,
      });
      if (ready === null) throw new Error(`The services are not ready; see ${rig.layout.logs}`);
    });
  }

  /** Submits all documents, while faults are played or `disturb` runs. */
  async playAll(disturb?: Disturbance): Promise<void> {
    const { rig, receiver, plan, given, options } = this.#parts;
    const { signal } = options;
    const keys = await createTenantApiKeys(rig);
    const api = { api: rig.proxied.api, keyOf: (tenant: string) => keys.get(tenant) ?? '', signal };
    for (const tenant of tenants) await createWebhookThroughApi(api, { tenant, url: receiver.urlOf(tenant) });
    const producer = await openTenantProducer(rig.proxied, rig.signingKey, signal);
    const feed = new Feed({
      api,
      producer,
      plan,
      ended: () => this.#endedRuns.ended,
      allowed: () =>
        disturb === undefined ? this.#documentsPerFault() * (this.#played + 2) + reserve : runsIn(plan),
      // People look at one document in four of those that come through the API.
      isReviewed: ({ index }) => index % 4 === 0,
      signal,
    });
    this.#feed = feed;
    this.#reviewers = new Reviewers(api, seededRandom(given.seed + 4));
    this.#reviewing = this.#reviewers.run(this.#reviewersOver.signal);
    // What goes wrong is told where it is waited for.
    this.#reviewing.catch(() => undefined);
    const progressTimer = setInterval(() => {
      options.progress.note(this.#statusLine());
    }, 10_000);
    const over = new AbortController();
    const all = Promise.all([feed.run(), disturb?.(rig) ?? this.#playFaults(feed)]).finally(() => {
      over.abort();
    });
    try {
      await Promise.all([all, tellEvents(rig.direct.postgres, over.signal, signal)]);
    } finally {
      clearInterval(progressTimer);
      await producer.close();
    }
  }

  /** Waits until every run has ended and every group has read its topics; returns the final lag. */
  async settle(): Promise<readonly LagOf[]> {
    const { rig, plan, options } = this.#parts;
    const { progress, signal } = options;
    const all = runsIn(plan);
    const progressTimer = setInterval(() => {
      progress.note(this.#statusLine());
    }, 10_000);
    await progress.step('waiting for all runs to end', async () => {
      await waitUntil(() => {
        signal.throwIfAborted();
        return this.#endedRuns.ended >= all && this.#endedRuns.published >= all;
      }, settleMs);
    });
    this.#reviewersOver.abort();
    await this.#reviewing;
    clearInterval(progressTimer);
    await progress.step('waiting for all webhooks to be delivered', async () => {
      await waitUntil(async () => {
        signal.throwIfAborted();
        return (await undeliveredEvents(rig.direct.postgres)) === 0;
      }, webhooksMs);
    });
    return progress.step('waiting for all groups to read their topics', async () => {
      const reader = await openLagReader(rig.direct.broker);
      let lag = await reader.read();
      const until = performance.now() + lagMs;
      while (lag.some(isBehind) && performance.now() < until) {
        await pause(1_000, undefined, { signal });
        lag = await reader.read();
      }
      await reader.close();
      return lag;
    });
  }

  /** Number of documents for each fault. */
  #documentsPerFault(): number {
    const { plan, faults } = this.#parts;
    return runsIn(plan) / (faults.length + 1);
  }

  #statusLine(): string {
    const { plan, faults } = this.#parts;
    const submitted = this.#feed?.submitted ?? 0;
    return `${submitted} of ${runsIn(plan)} submitted, ${this.#endedRuns.ended} ended, ${this.#endedRuns.published} read by the ledger, ${this.#played} of ${faults.length} faults`;
  }

  async #playFaults(feed: Feed): Promise<void> {
    const { faults, options } = this.#parts;
    const recoveries: Promise<void>[] = [];
    for (const [index, { fault, hurried }] of faults.entries()) {
      const due = Math.floor(index * this.#documentsPerFault());
      await waitUntil(() => {
        options.signal.throwIfAborted();
        return this.#endedRuns.ended >= due;
      }, maxFaultDelayMs);
      const { recovered } = await this.#playOne(feed, fault);
      recoveries.push(recovered);
      if (!hurried) await recovered;
    }
    await Promise.all(recoveries);
  }

  /** Resolves when the fault is over; `recovered` when the fleet works again. */
  async #playOne(feed: Feed, fault: Fault): Promise<{ readonly recovered: Promise<void> }> {
    const { rig, options } = this.#parts;
    const { progress, signal } = options;
    const services = affectedBy(fault);
    const before = await stepsBefore(rig, services);
    const cancelSomething = (): void => {
      feed.cancelSomething();
    };
    const submitBad: PlayOptions['submitBad'] = (lane, hows) => feed.submitBadNow(lane, hows);
    const played = await play({ rig, cancelSomething, submitBad, random: () => this.#random.next() }, fault);
    if (played === 'elsewhere') this.#elsewhere += 1;
    const number = (this.#played += 1);
    const inFlight = (): number => feed.submitted - this.#endedRuns.ended;
    const since = performance.now();
    const recovering = untilRecovered({ rig, services, before, since, inFlight, signal });
    const recovered = recovering.then((ms) => {
      this.recoveries.push({ kind: fault.kind, ms });
      const took = ms === null ? 'NOT RECOVERED' : `recovered in ${(ms / 1000).toFixed(1)} s`;
      const where = played === 'elsewhere' ? ' (boundary not reached; killed at a random moment)' : '';
      progress.note(`${number}: ${describeFault(fault)}${where}: ${took}`);
    });
    return { recovered };
  }
}
