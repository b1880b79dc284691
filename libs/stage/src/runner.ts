import { stageTopics, type RecordCodec, type RunContext, type TopicName } from '@docfleet/contracts';
import {
  lanes,
  sleep,
  readDelivery,
  partitionName,
  type Clock,
  type Failure,
  type Lane,
  type Delivery,
} from '@docfleet/domain';
import { Bench, type Work } from './bench.ts';
import { encodeRecords } from './encode.ts';
import { GroupMembership } from './group-membership.ts';
import { Hand, type Item } from './hand.ts';
import { Holdings } from './holdings.ts';
import { readTask } from './intake.ts';
import type { StageObserver } from './observer.ts';
import type { OwnedPartition } from './partition.ts';
import type { FetchedBatch, LogRecord, RecordLog } from '@docfleet/record-log';
import type { Stage, StartGate, Stops } from './stage.ts';
import type { Conclusion, StepFacts, StepInput } from './step.ts';

export interface RunnerOptions<F extends TopicName> {
  readonly stage: Stage<F>;
  readonly log: RecordLog;
  readonly codec: RecordCodec;
  readonly clock: Clock;
  readonly stops: Stops;
  readonly observer: StageObserver;
  /** Consumer group; default: the stage's name. */
  readonly group?: string;
  /** Records in hand at most (M-07: fairness is promised within them); default 10,000. */
  readonly maxRecords?: number;
  /** Bytes in hand at most; default 64 MiB. */
  readonly maxBytes?: number;
  /** Runs of one tenant at work at most; default: all of the stage's. */
  readonly maxRunsPerTenant?: number;
  /** Waiting longer than this counts before the weights of lanes, in milliseconds; default 120,000. */
  readonly ageBoundMs?: number;
  /** Whether work may be started; default: always. What is fetched waits in hand, the rest in the log. */
  readonly gate?: StartGate;
  /** Marks the context of a run that was worked for `activeMs`, whatever came of it; default: as it is. */
  readonly mark?: (run: RunContext, activeMs: number) => RunContext;
  /** How long a fenced partition waits for the group to tell who owns it before it is opened again; default 3,000 ms. */
  readonly fencedReopenDelayMs?: number;
}

/** A stage at work in this process. */
export interface RunningStage {
  /** Milliseconds since the fetch loop last moved: liveness. */
  idleMs(): number;
  readonly group: string;
  /** Runs at work, and records that wait for their turn. */
  load(): { readonly working: number; readonly records: number };
  /** M-17: starts nothing more, finishes what is at work or hands it back after `limitMs`, commits, leaves. */
  drain(limitMs: number): Promise<void>;
}

/** Joins the stage's group and works its records until drained. */
export async function startStage<F extends TopicName>(options: RunnerOptions<F>): Promise<RunningStage> {
  const runner = new Runner(options, await options.log.clusterId());
  await runner.join();
  return runner;
}

/** Resumes fetching when this share of the look-ahead is free again. */
const resumeShare = 0.8;

/** Steps that may wait for their commit before no more work is started. */
const maxUncommitted = 64;

/** Time beyond a drain's limit for what was told to stop, for the last commits, and for leaving the group, in milliseconds. */
const drainGraceMs = 10_000;

/** Pause between tries to reach the registry, in milliseconds. */
const retryPauseMs = 1000;

/** What a record weighs beside its key and its value, about, in bytes. */
const recordOverheadBytes = 200;

/**
 * The thin shell: it moves records from the log into hand, onto the bench, and through their partition's commit back
 * into the log. Everything that decides is in those.
 */
class Runner<F extends TopicName> implements RunningStage {
  readonly group: string;
  readonly #options: RunnerOptions<F>;
  readonly #clusterId: string;
  readonly #topics: ReturnType<typeof stageTopics>;
  readonly #retryTopics: ReadonlySet<string>;
  readonly #membership: GroupMembership;
  readonly #hand: Hand<F>;
  readonly #bench: Bench<F>;
  readonly #holdings: Holdings<F>;
  readonly #forgetGate: () => void;
  /** Records taken in so far. */
  #taken = 0;
  #fetchingPaused = false;
  #startingHeld = false;
  #draining = false;

  constructor(options: RunnerOptions<F>, clusterId: string) {
    const { stage, log, clock, stops, observer, gate } = options;
    this.#options = options;
    this.#clusterId = clusterId;
    this.group = options.group ?? stage.name;
    this.#topics = stageTopics(stage.name);
    this.#retryTopics = new Set(this.#topics.retries.map(({ topic }) => topic));
    const pump = (): void => {
      this.#pump();
    };
    this.#membership = new GroupMembership({
      log,
      clock,
      group: this.group,
      topics: [
        this.#topics.lanes.map(({ topic }) => topic),
        ...this.#topics.retries.map(({ topic }) => [topic]),
      ],
      errors: observer.logOf(null),
      listener: {
        assigned: (member, epoch, partitions) => {
          this.#startingHeld = false;
          this.#holdings.assign(member, epoch, partitions);
          this.#measureLoad();
        },
        gone: () => {
          this.#holdings.disown([]);
          this.#measureLoad();
        },
        revoking: () => {
          this.#startingHeld = true;
        },
        settled: () => this.#bench.idle(),
        fetched: (batch) => {
          this.#fetched(batch);
        },
      },
    });
    this.#hand = new Hand({
      clock,
      scheduler: {
        slots: stage.maxConcurrentRuns,
        ...(options.maxRunsPerTenant === undefined ? {} : { slotsPerTenant: options.maxRunsPerTenant }),
        ...(options.ageBoundMs === undefined ? {} : { ageBoundMs: options.ageBoundMs }),
      },
      onReady: pump,
      onDelayed: (at) => {
        this.#membership.member?.pause(at);
      },
      onAllDue: (at) => {
        if (!this.#fetchingPaused) this.#membership.member?.resume(at);
      },
    });
    this.#bench = new Bench({
      stage,
      clock,
      observer,
      stops,
      retryDelaysMs: this.#topics.retries.map(({ delayMs }) => delayMs),
      stepOf: (facts) => this.#stepOf(facts),
      onSettled: (item, activeMs) => {
        this.#hand.finished(item, activeMs / 1000);
        this.#moveOn();
      },
      onConcluded: (work) => {
        void this.#submit(work);
      },
      onGone: (item) => {
        this.#hand.letGo(item);
      },
    });
    this.#holdings = new Holdings({
      stage,
      clock,
      observer,
      hand: this.#hand,
      bench: this.#bench,
      member: () => (this.#draining ? undefined : this.#membership.member),
      isFetchingPaused: () => this.#fetchingPaused,
      onAdopted: (work) => {
        void this.#submit(work);
      },
      onMoved: () => {
        this.#moveOn();
      },
      ...(options.fencedReopenDelayMs === undefined
        ? {}
        : { fencedReopenDelayMs: options.fencedReopenDelayMs }),
    });
    this.#forgetGate = gate?.onOpen(pump) ?? (() => undefined);
  }

  join(): Promise<void> {
    return this.#membership.join();
  }

  idleMs(): number {
    return this.#membership.member?.idleMs() ?? Number.POSITIVE_INFINITY;
  }

  load(): { working: number; records: number } {
    return { working: this.#hand.working, records: this.#hand.waiting };
  }

  async drain(limitMs: number): Promise<void> {
    const { clock } = this.#options;
    this.#draining = true;
    this.#membership.close();
    this.#pauseFetching();
    this.#hand.forgetWaiting(() => true);
    const cancelLimit = clock.after(limitMs, () => {
      this.#bench.stopAll();
    });
    // Brokers that are away keep commits waiting; what is not committed by then is done again elsewhere.
    await this.#within(limitMs + drainGraceMs, this.#finishWork());
    cancelLimit();
    for (const partition of this.#holdings.all()) partition.end();
    this.#bench.close();
    this.#forgetGate();
    await this.#within(drainGraceMs, this.#membership.leave());
  }

  async #finishWork(): Promise<void> {
    await this.#bench.idle();
    await Promise.all(this.#holdings.all().map((partition) => partition.commitPosition()));
  }

  async #within(limitMs: number, work: Promise<void>): Promise<void> {
    const limit = new AbortController();
    const ended = work.finally(() => {
      limit.abort(new Error('ended in time'));
    });
    await Promise.race([ended, sleep(this.#options.clock, limitMs, limit.signal).catch(() => undefined)]);
  }

  // --- intake

  #fetched(batch: FetchedBatch): void {
    const partition = this.#holdings.find(batch);
    // Opened again in the same epoch, it may still be told what was fetched for its predecessor.
    if (partition?.epoch !== batch.epoch || !partition.isOpen) return;
    for (const record of batch.records) {
      if (partition.window.register(record.offset, this.#options.clock.now()))
        void this.#takeIn(partition, record);
    }
    partition.fetchedTo(batch.nextOffset);
    if (this.#fetchingPaused) this.#membership.member?.pause(partition.at);
    this.#measureLoad();
  }

  async #takeIn(partition: OwnedPartition, record: LogRecord): Promise<void> {
    const { stage, codec } = this.#options;
    const delivery = readDelivery(record, this.#clusterId, this.#retryTopics.has(record.topic));
    const bytes = (record.value?.length ?? 0) + (record.key?.length ?? 0) + recordOverheadBytes;
    this.#hand.receive(bytes);
    const pause = this.#pauseFor(partition, `decoding a record of ${record.topic}`);
    const received = await readTask({ record, delivery, stage, codec, pause });
    if (received.kind === 'refused') {
      this.#hand.dismiss(bytes);
      await this.#refuse(partition, record, delivery, received.failure);
    } else if (received.kind === 'gone' || !this.#holdings.isOwned(partition) || this.#draining) {
      this.#hand.dismiss(bytes);
    } else {
      const { task, run } = received;
      this.#hand.add({
        // Not the position alone: what was given up may still be at work when its record is in hand again.
        id: `${partitionName(record)}/${String(record.offset)}/${String((this.#taken += 1))}`,
        lane: delivery.lane ?? laneOf(record.topic) ?? run.lane,
        tenantId: run.tenantId,
        runId: run.runId,
        arrivedAtMs: record.timestampMs,
        record,
        delivery,
        task,
        run,
        bytes,
      });
    }
  }

  /** A record that cannot be decoded is never dropped and never tried for ever: it is told of and passed. */
  async #refuse(
    partition: OwnedPartition,
    record: LogRecord,
    delivery: Delivery,
    failure: Failure,
  ): Promise<void> {
    const kind = this.#topics.deadLetter === null ? 'rejected' : 'deadLetter';
    const conclusion: Conclusion = { kind, failure };
    const lane = laneOf(record.topic) ?? 'normal';
    this.#options.observer.concluded({ lane, kind, code: failure.code, activeMs: 0, worked: false });
    const step = this.#stepOf({
      record,
      delivery,
      run: null,
      accepted: false,
      conclusion,
      queuedMs: 0,
      activeMs: 0,
      traceparent: null,
    });
    const records = await this.#encode(partition, step);
    if (records !== undefined) partition.commit({ offset: record.offset, records, repeatable: true });
  }

  // --- backpressure (M-08)

  #measureLoad(): void {
    const { maxRecords = 10_000, maxBytes = 64 * 1024 * 1024, observer } = this.#options;
    const { waiting: records, bytes, working } = this.#hand;
    observer.loaded({ records, bytes, working });
    if (!this.#fetchingPaused) {
      if (records >= maxRecords || bytes >= maxBytes) this.#pauseFetching();
    } else if (!this.#draining && records < maxRecords * resumeShare && bytes < maxBytes * resumeShare) {
      this.#fetchingPaused = false;
      for (const { at, isEnded } of this.#holdings.all())
        if (!isEnded && !this.#hand.isDelaying(at)) this.#membership.member?.resume(at);
    }
  }

  #pauseFetching(): void {
    this.#fetchingPaused = true;
    for (const { at, knowsItsPosition } of this.#holdings.all())
      if (knowsItsPosition) this.#membership.member?.pause(at);
  }

  // --- work

  /** Something has ended: more may be fetched, and started. */
  #moveOn(): void {
    this.#measureLoad();
    this.#pump();
  }

  #pump(): void {
    const { clock, gate, stage } = this.#options;
    if (this.#startingHeld || this.#draining || gate?.isOpen() === false) return;
    while (this.#bench.size < stage.maxConcurrentRuns + maxUncommitted) {
      const item = this.#hand.take(clock.now(), (waiting) => this.#mayStart(waiting));
      if (item === undefined) return;
      void this.#bench.begin(item);
    }
  }

  #mayStart({ record }: Item<F>): boolean {
    return this.#holdings.find(record)?.mayStart(record.offset) ?? false;
  }

  #stepOf(facts: StepFacts): StepInput {
    const { stage, clock, mark } = this.#options;
    return {
      ...facts,
      run: facts.run === null || mark === undefined ? facts.run : mark(facts.run, facts.activeMs),
      stage: stage.name,
      group: this.group,
      acceptsRuns: stage.acceptsRuns,
      nowMs: clock.now(),
    };
  }

  // --- commit

  /** Hands a step to its partition, once; before that is open nothing is done, because the take-over will ask again. */
  async #submit(work: Work<F>): Promise<void> {
    const { step, item } = work;
    const partition = this.#holdings.find(item.record);
    if (step === undefined || partition?.isOpen !== true || work.submittedTo === partition) return;
    work.submittedTo = partition;
    const records = await this.#encode(partition, step);
    if (records !== undefined && this.#holdings.isOwned(partition) && this.#bench.has(work))
      partition.commit({ offset: item.record.offset, records, repeatable: false });
  }

  /** Undefined when the partition went while the registry was away. */
  #encode(partition: OwnedPartition, input: StepInput): ReturnType<typeof encodeRecords> {
    const { codec } = this.#options;
    return encodeRecords({ input, codec, pause: this.#pauseFor(partition, 'encoding results') });
  }

  /** Waits before another try while the registry is away; says whether the partition is still worth it. */
  #pauseFor(partition: OwnedPartition, what: string): (error: unknown) => Promise<boolean> {
    const { clock, observer } = this.#options;
    let tries = 0;
    return async (error) => {
      if (tries === 0) observer.logOf(null).error(`${what} must wait`, error);
      tries += 1;
      await sleep(clock, retryPauseMs);
      return this.#holdings.isOwned(partition);
    };
  }
}

function laneOf(topic: string): Lane | undefined {
  return lanes.find((lane) => topic.endsWith(`.${lane}`));
}
