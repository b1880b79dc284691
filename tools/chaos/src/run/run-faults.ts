import { setTimeout as pause } from 'node:timers/promises';
import { apiKeysIn, openDatabase } from '@docfleet/database';
import { seededRandom, type Random } from '@docfleet/samples';
import { serviceNames, waitUntil, type Layout, type Progress } from '@docfleet/stack';
import type { Arguments } from '../arguments.ts';
import type { Expectations, LagOf } from '../check/facts.ts';
import { judge } from '../check/judge.ts';
import { leftoversOf } from '../check/leftovers.ts';
import { readFacts } from '../check/read-facts.ts';
import { isBehind, openLagReader } from '../check/read-lag.ts';
import { Feed } from '../feed/feed.ts';
import { openTenantProducer } from '../feed/producer.ts';
import { describeFault, planFaults, type Fault, type PlannedFault } from '../plan/faults.ts';
import { planSubmissions, tenants, type SubmissionPlan } from '../plan/submissions.ts';
import { begunAgainOf, pagesAgainOf, type Report } from '../report.ts';
import { openRig, type Rig } from '../world/rig.ts';
import { EndWatch } from './observe.ts';
import { affectedBy, play } from './play.ts';
import { stepsBefore, untilRecovered, type Recovery } from './recovery.ts';

export interface RunOptions {
  readonly layout: Layout;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly isRoot: boolean;
  readonly progress: Progress;
  readonly signal: AbortSignal;
  readonly onRig: (rig: Rig) => void;
  /** Folder of the labelled documents; used when it is there. */
  readonly realFolder: string;
}

/** Time for what is left after the last fault, in milliseconds: a document may wait in the retry topic of 5 minutes. */
const settleMs = 15 * 60_000;

/** The ledger's committed offsets follow every 15 s. */
const lagMs = 90_000;

/** Documents that are handed in ahead of their faults. */
const reserve = 8;

/** A fault is not held back longer than this by documents that do not end, in milliseconds. */
const faultPatienceMs = 20_000;

/** Brings everything up, plays documents and faults, waits, and reads what exists. */
export async function runFaults(given: Arguments, options: RunOptions): Promise<Report> {
  const { seed, documents, kills, brokers } = given;
  const { progress, realFolder } = options;
  const plan = await planSubmissions(seededRandom(seed), { documents, seed, realFolder });
  if (plan.real === 0 && documents >= 20) {
    progress.note(`NO REAL DOCUMENTS: nothing usable in ${realFolder}; only generated ones are sent`);
  }
  const faults = planFaults(seededRandom(seed + 1), { kills, brokers });
  progress.note(`seed ${seed}: ${documents} documents (${plan.real} real), ${faults.length} faults`);
  return runPlan({ given, options, plan, faults });
}

/** Something to do while documents run, instead of faults. */
export type Disturbance = (rig: Rig) => Promise<void>;

/** Plays a plan on an empty fleet of its own. */
export async function runPlan(parts: {
  readonly given: Arguments;
  readonly options: RunOptions;
  readonly plan: SubmissionPlan;
  readonly faults: readonly PlannedFault[];
  readonly disturb?: Disturbance;
}): Promise<Report> {
  const { given, options, plan } = parts;
  const { layout, progress } = options;
  const { seed, documents, kills, brokers } = given;
  const startedAt = performance.now();
  const rig = await openRig({ ...options, brokers });
  options.onRig(rig);
  const watching = new AbortController();
  try {
    const session = new Session({ ...parts, rig, watching: watching.signal });
    await session.startServices();
    await session.playAll(parts.disturb);
    const lag = await session.settle();
    await progress.step('services end', () => rig.members.stopAll());
    watching.abort();
    const expected = session.expected();
    const facts = await progress.step('reading what exists', () =>
      readFacts({ endpoints: rig.direct, expected, lag, group: `checker-${rig.mark}` }),
    );
    await progress.step('servers end', () => rig.stop());
    const whole = { ...facts, leftovers: leftoversOf(rig.mark) };
    return {
      seed,
      documents,
      kills,
      real: plan.real,
      seconds: (performance.now() - startedAt) / 1000,
      facts: whole,
      expected,
      violations: judge(whole, expected),
      recoveries: session.recoveries,
      elsewhere: session.elsewhere,
      statuses: session.feed.answers.statuses,
      boundaryHits: rig.control.hits,
      pagesAgain: pagesAgainOf(rig.control.creations),
      begunAgain: begunAgainOf(rig.control.beginnings),
      logs: layout.logs,
    };
  } finally {
    watching.abort();
    await rig.stop();
  }
}

interface SessionParts {
  readonly rig: Rig;
  readonly plan: SubmissionPlan;
  readonly faults: readonly PlannedFault[];
  readonly given: Arguments;
  readonly options: RunOptions;
  readonly watching: AbortSignal;
}

/** Documents and faults beside each other. */
class Session {
  readonly #parts: SessionParts;
  readonly #ends: EndWatch;
  readonly recoveries: Recovery[] = [];
  readonly #random: Random;
  #feed: Feed | undefined;
  #elsewhere = 0;
  #played = 0;

  constructor(parts: SessionParts) {
    this.#parts = parts;
    this.#random = seededRandom(parts.given.seed + 3);
    this.#ends = new EndWatch(parts.rig.direct.postgres, parts.watching);
  }

  /** Faults at a boundary that was not come to in time. */
  get elsewhere(): number {
    return this.#elsewhere;
  }

  get feed(): Feed {
    if (this.#feed === undefined) throw new Error('nothing has been fed yet');
    return this.#feed;
  }

  expected(): Expectations {
    const { plan } = this.#parts;
    const cancelled = this.feed.cancelled;
    const runs = plan.submissions.map(({ runId, document }) => {
      return [runId, { broken: document.kind === 'broken', cancelled: cancelled.has(runId) }] as const;
    });
    return {
      runs: new Map(runs),
      answered: this.feed.answers.accepted,
      badRecords: plan.badRecords.length,
    };
  }

  /** In a random order, with pauses: nobody waits for anybody. */
  async startServices(): Promise<void> {
    const { rig, given, options } = this.#parts;
    const random = seededRandom(given.seed + 2);
    const order = serviceNames
      .map((name) => ({ name, at: random.next() }))
      .sort((a, b) => a.at - b.at)
      .map(({ name }) => name);
    await options.progress.step(`services, in the order ${order.join(', ')}`, async () => {
      for (const name of order) {
        rig.members.start({ name, service: name, port: rig.ports[name] });
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
      if (ready === null) throw new Error(`the services are not ready; see ${rig.layout.logs}`);
    });
  }

  /** Hands everything in, beside the faults or whatever else disturbs. */
  async playAll(disturb?: Disturbance): Promise<void> {
    const { rig, plan, options } = this.#parts;
    const { signal } = options;
    const keys = await this.#keys();
    const producer = await openTenantProducer(rig.proxied, signal);
    const feed = new Feed({
      api: { api: rig.proxied.api, keyOf: (tenant) => keys.get(tenant) ?? '', signal },
      producer,
      plan,
      ended: () => this.#ends.ended,
      allowed: () =>
        disturb === undefined ? this.#slice() * (this.#played + 2) + reserve : plan.submissions.length,
      signal,
    });
    this.#feed = feed;
    const reminder = setInterval(() => {
      options.progress.note(this.#line());
    }, 10_000);
    try {
      await Promise.all([feed.run(), disturb?.(rig) ?? this.#playFaults(feed)]);
    } finally {
      clearInterval(reminder);
      await producer.close();
    }
  }

  /** Waits for every run's end and for every reader; gives the lag that was left. */
  async settle(): Promise<readonly LagOf[]> {
    const { rig, plan, options } = this.#parts;
    const { progress, signal } = options;
    const all = plan.submissions.length;
    const reminder = setInterval(() => {
      progress.note(this.#line());
    }, 10_000);
    await progress.step('waiting for the last ends', async () => {
      await waitUntil(() => {
        signal.throwIfAborted();
        return this.#ends.ended >= all && this.#ends.published >= all;
      }, settleMs);
    });
    clearInterval(reminder);
    return progress.step('waiting for every reader', async () => {
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

  /** Documents for each fault. */
  #slice(): number {
    const { plan, faults } = this.#parts;
    return plan.submissions.length / (faults.length + 1);
  }

  #line(): string {
    const { plan, faults } = this.#parts;
    const handedIn = this.#feed?.handedIn ?? 0;
    return `${handedIn} of ${plan.submissions.length} handed in, ${this.#ends.ended} ended, ${this.#ends.published} seen by the ledger, ${this.#played} of ${faults.length} faults`;
  }

  async #playFaults(feed: Feed): Promise<void> {
    const { faults, options } = this.#parts;
    const watched: Promise<void>[] = [];
    for (const [index, { fault, hurried }] of faults.entries()) {
      const due = Math.floor(index * this.#slice());
      await waitUntil(() => {
        options.signal.throwIfAborted();
        return this.#ends.ended >= due;
      }, faultPatienceMs);
      const { recovered } = await this.#playOne(feed, fault);
      watched.push(recovered);
      if (!hurried) await recovered;
    }
    await Promise.all(watched);
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
    const played = await play({ rig, cancelSomething, random: () => this.#random.next() }, fault);
    if (played === 'elsewhere') this.#elsewhere += 1;
    const number = (this.#played += 1);
    const inFlight = (): number => feed.handedIn - this.#ends.ended;
    const since = performance.now();
    const recovering = untilRecovered({ rig, services, before, since, inFlight, signal });
    const recovered = recovering.then((ms) => {
      this.recoveries.push({ kind: fault.kind, ms });
      const took = ms === null ? 'NOT RECOVERED' : `recovered in ${(ms / 1000).toFixed(1)} s`;
      const where = played === 'elsewhere' ? ' (not come to; done at a random moment)' : '';
      progress.note(`${number}: ${describeFault(fault)}${where}: ${took}`);
    });
    return { recovered };
  }

  async #keys(): Promise<ReadonlyMap<string, string>> {
    const { rig } = this.#parts;
    const database = openDatabase(rig.direct.postgres, { poolSize: 1 });
    const keys = new Map([['development', rig.direct.apiKey]]);
    try {
      for (const tenantId of tenants.filter((tenant) => tenant !== 'development')) {
        const key = await apiKeysIn(database.session).create({ tenantId, role: 'admin', at: Date.now() });
        keys.set(tenantId, key);
      }
      return keys;
    } finally {
      await database.close();
    }
  }
}
