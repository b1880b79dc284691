import {
  stageTopics,
  type RecordCodec,
  type RunContext,
  type TopicName,
  type TopicValues,
} from '@docfleet/contracts';
import { failure, lanes, sleep, toFailure, type Clock, type Failure, type Lane } from '@docfleet/domain';
import { readDelivery, type Delivery } from './delivery.ts';
import { encodeRecords } from './encode.ts';
import type { StageObserver } from './observer.ts';
import { OwnedPartition } from './partition.ts';
import type {
  FetchedBatch,
  GroupListener,
  GroupMember,
  LogRecord,
  RecordLog,
  TopicPartition,
} from './record-log.ts';
import { Scheduler, type Waiting } from './scheduler.ts';
import type { Stage, StartGate, Stops } from './stage.ts';
import type { Conclusion, StepInput } from './step.ts';
import { workRecord, type Worked } from './work.ts';

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
  readonly fencedPatienceMs?: number;
}

/** A stage at work in this process. */
export interface RunningStage {
  /** Milliseconds since the fetch loop last moved: liveness. */
  idleMs(): number;
  readonly group: string;
  /** Runs at work and records in hand. */
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

/** A record in hand that can be worked. */
interface Item<F extends TopicName> extends Waiting {
  readonly record: LogRecord;
  readonly delivery: Delivery;
  readonly task: TopicValues[F];
  readonly run: RunContext;
  readonly bytes: number;
}

/** A record at work, or worked and waiting for its commit. `settled` resolves when its handler has ended. */
interface Work<F extends TopicName> {
  readonly item: Item<F>;
  readonly stop: AbortController;
  settled: boolean;
  /** False while the record is not known to be its run's: until then the run's stop is not for this work. */
  accepted: boolean;
  /** What it came to, once it has. */
  input: StepInput | undefined;
  /** The partition that was given the step, so that none is given it twice. */
  submittedTo: OwnedPartition | undefined;
}

/** Resumes fetching when this share of the look-ahead is free again. */
const resumeShare = 0.8;

/** Steps that may wait for their commit before no more work is started. */
const maxUncommitted = 64;

/** Time beyond a drain's limit for what was told to stop, for the last commits, and for leaving the group, in milliseconds. */
const drainGraceMs = 10_000;

/** Pause between tries to decode a record while the registry is away, and to join a group, in milliseconds. */
const retryPauseMs = 1000;

/**
 * The thin shell: it only moves records between the log, the window, the scheduler, the work and the commit loop.
 * Everything that decides is in those.
 */
class Runner<F extends TopicName> implements RunningStage {
  readonly group: string;
  readonly #options: RunnerOptions<F>;
  readonly #clusterId: string;
  readonly #topics: ReturnType<typeof stageTopics>;
  readonly #scheduler: Scheduler;
  readonly #partitions = new Map<string, OwnedPartition>();
  readonly #items = new Map<string, Item<F>>();
  readonly #works = new Map<string, Work<F>>();
  /** By partition of a retry topic: what is not due yet, with how to forget it. */
  readonly #delayed = new Map<string, Map<Item<F>, () => void>>();
  readonly #retryTopics: ReadonlySet<string>;
  readonly #forgetStops: () => void;
  readonly #forgetGate: () => void;
  #member: GroupMember | undefined;
  #bytesInHand = 0;
  /** Records taken in so far. */
  #taken = 0;
  /** Records that are being decoded: with the registry away there can be many. */
  #decoding = 0;
  #fetchingPaused = false;
  #startingHeld = false;
  #draining = false;
  #idleWaiters: (() => void)[] = [];
  /** Grows with every membership: what an earlier one still says is not heard. */
  #membership = 0;
  /** An assignment that came before `join` returned the member. */
  #earlyAssignment: { readonly epoch: number; readonly partitions: readonly TopicPartition[] } | undefined;

  constructor(options: RunnerOptions<F>, clusterId: string) {
    this.#options = options;
    this.#clusterId = clusterId;
    this.group = options.group ?? options.stage.name;
    this.#topics = stageTopics(options.stage.name);
    this.#retryTopics = new Set(this.#topics.retries.map(({ topic }) => topic));
    this.#scheduler = new Scheduler({
      slots: options.stage.maxConcurrentRuns,
      ...(options.maxRunsPerTenant === undefined ? {} : { slotsPerTenant: options.maxRunsPerTenant }),
      ...(options.ageBoundMs === undefined ? {} : { ageBoundMs: options.ageBoundMs }),
    });
    this.#forgetStops = options.stops.onStop((order) => {
      if (!options.stage.heedsStops) return;
      for (const work of this.#works.values()) {
        const { runId, revision } = work.item.run;
        if (work.accepted && runId === order.runId && revision <= order.revision)
          work.stop.abort('cancelled');
      }
    });
    const pumpWhenOpen = (): void => {
      this.#pump();
    };
    this.#forgetGate = options.gate?.onOpen(pumpWhenOpen) ?? (() => undefined);
  }

  async join(): Promise<void> {
    const { log, clock, observer } = this.#options;
    while (!this.#draining) {
      try {
        const member = await log.join({
          group: this.group,
          topics: [
            this.#topics.lanes.map(({ topic }) => topic),
            ...this.#topics.retries.map(({ topic }) => [topic]),
          ],
          listener: this.#listener(),
        });
        if (this.#isDraining()) {
          await member.leave();
          return;
        }
        this.#member = member;
        const early = this.#earlyAssignment;
        this.#earlyAssignment = undefined;
        if (early !== undefined) this.#assigned(early.epoch, early.partitions);
        return;
      } catch (error) {
        observer.logOf(null).error('joining the group failed', error);
        await sleep(clock, retryPauseMs);
      }
    }
  }

  #listener(): GroupListener {
    this.#membership += 1;
    const membership = this.#membership;
    const ifCurrent = (action: () => void): void => {
      if (membership === this.#membership) action();
    };
    return {
      assigned: (epoch, partitions) => {
        ifCurrent(() => {
          this.#assigned(epoch, partitions);
        });
      },
      revoking: () => {
        ifCurrent(() => {
          this.#startingHeld = true;
        });
      },
      settled: () => (membership === this.#membership ? this.#worksEnded() : Promise.resolve()),
      fetched: (batch) => {
        ifCurrent(() => {
          this.#fetched(batch);
        });
      },
      lost: (error) => {
        ifCurrent(() => {
          this.#options.observer.logOf(null).error('the group membership was lost', error);
          void this.#rejoin();
        });
      },
    };
  }

  idleMs(): number {
    return this.#member?.idleMs() ?? Number.POSITIVE_INFINITY;
  }

  load(): { working: number; records: number } {
    return { working: this.#scheduler.workingCount, records: this.#items.size };
  }

  async drain(limitMs: number): Promise<void> {
    const { clock } = this.#options;
    this.#draining = true;
    this.#pauseFetching();
    this.#forgetWaiting(() => true);
    const cancelLimit = clock.after(limitMs, () => {
      for (const work of this.#works.values()) work.stop.abort('moved');
    });
    // Brokers that are away keep commits waiting; what is not committed by then is done again elsewhere.
    await this.#within(limitMs + drainGraceMs, this.#finishWork());
    cancelLimit();
    for (const partition of this.#partitions.values()) partition.end();
    this.#forgetStops();
    this.#forgetGate();
    await this.#within(drainGraceMs, this.#member?.leave());
  }

  async #finishWork(): Promise<void> {
    await this.#worksEnded();
    await Promise.all([...this.#partitions.values()].map((partition) => partition.commitPosition()));
  }

  async #within(limitMs: number, work: Promise<void> | undefined): Promise<void> {
    const limit = new AbortController();
    const ended = Promise.resolve(work).finally(() => {
      limit.abort(new Error('ended in time'));
    });
    await Promise.race([ended, sleep(this.#options.clock, limitMs, limit.signal).catch(() => undefined)]);
  }

  /** Asks anew: draining may have begun while something was awaited. */
  #isDraining(): boolean {
    return this.#draining;
  }

  // --- assignment

  #assigned(epoch: number, partitions: readonly TopicPartition[]): void {
    const member = this.#member;
    if (member === undefined) {
      this.#earlyAssignment = { epoch, partitions };
      return;
    }
    this.#startingHeld = false;
    this.#forgetWaiting(() => true);
    for (const partition of this.#partitions.values()) partition.end();
    this.#partitions.clear();
    const mine = new Set(partitions.map(nameOf));
    for (const work of [...this.#works.values()])
      if (!mine.has(nameOf(work.item.record))) this.#abandon(work);
    this.#measureLoad();
    for (const at of partitions) {
      const partition = this.#own(at, epoch, member);
      this.#partitions.set(nameOf(at), partition);
      void this.#takeOver(partition);
    }
  }

  #own(at: TopicPartition, epoch: number, member: GroupMember): OwnedPartition {
    const { clock, observer, stage } = this.#options;
    const partition: OwnedPartition = new OwnedPartition({
      at,
      epoch,
      member,
      clock,
      observer,
      startsOver: stage.startsOver,
      onCommitted: (offsets) => {
        this.#committed(partition, offsets);
      },
      onStartOver: (offsets) => {
        this.#startOver(partition, offsets);
      },
      onFenced: () => {
        this.#fenced(partition);
      },
      onMovedBySomebody: () => {
        this.#giveUp(partition);
        this.#openAgain(partition);
      },
    });
    return partition;
  }

  /** Opens a partition, adopts what is still at work for it, and fetches from where it stands. */
  async #takeOver(partition: OwnedPartition): Promise<void> {
    const { observer, clock, stage } = this.#options;
    try {
      if (!(await partition.open()) || !this.#isCurrent(partition)) return;
    } catch (error) {
      observer.logOf(null).error(`taking ${nameOf(partition.at)} over failed`, error);
      this.#fenced(partition);
      return;
    }
    for (const work of [...this.#works.values()]) {
      if (nameOf(work.item.record) !== nameOf(partition.at)) continue;
      const { offset } = work.item.record;
      if (partition.window.isFinished(offset)) this.#abandon(work);
      else if (stage.startsOver) this.#abandon(work);
      else {
        partition.window.register(offset, clock.now());
        void this.#commitStep(work);
      }
    }
    this.#member?.fetchFrom(partition.at, partition.epoch, partition.window.base);
    // Said either way: opened again in the same epoch it may still be paused from before.
    if (this.#fetchingPaused && knowsItsPosition(partition)) this.#member?.pause(partition.at);
    else this.#member?.resume(partition.at);
    this.#pump();
  }

  /**
   * The partition's producer belongs to somebody else. Usually the group is about to say so; but it may have been a
   * member that slept and does not know yet that the partition is not its own any more. Then it is opened again.
   */
  #fenced(partition: OwnedPartition): void {
    const { clock, fencedPatienceMs = 3_000 } = this.#options;
    this.#giveUp(partition);
    clock.after(fencedPatienceMs, () => {
      if (this.#isCurrent(partition)) this.#openAgain(partition);
    });
  }

  /** Nothing that is in hand for the partition counts any more. */
  #giveUp(partition: OwnedPartition): void {
    partition.end();
    this.#forgetWaiting((item) => nameOf(item.record) === nameOf(partition.at));
    for (const work of [...this.#works.values()])
      if (nameOf(work.item.record) === nameOf(partition.at)) this.#abandon(work);
  }

  /** Takes a partition over once more in the same epoch, from what the log says. */
  #openAgain(partition: OwnedPartition): void {
    const member = this.#member;
    if (member === undefined || this.#draining) return;
    const again = this.#own(partition.at, partition.epoch, member);
    this.#partitions.set(nameOf(partition.at), again);
    void this.#takeOver(again);
  }

  async #rejoin(): Promise<void> {
    if (this.#draining) return;
    const old = this.#member;
    if (old === undefined) return;
    this.#membership += 1;
    this.#assigned(-1, []);
    this.#member = undefined;
    await old.leave().catch(() => undefined);
    await this.join();
  }

  #isCurrent(partition: OwnedPartition): boolean {
    return this.#partitions.get(nameOf(partition.at)) === partition;
  }

  // --- intake

  #fetched(batch: FetchedBatch): void {
    const partition = this.#partitions.get(nameOf(batch));
    // Opened again in the same epoch, it may still be told what was fetched for its predecessor.
    if (partition?.epoch !== batch.epoch || !partition.isOpen) return;
    for (const record of batch.records) {
      if (partition.window.register(record.offset, this.#options.clock.now()))
        void this.#takeIn(partition, record);
    }
    partition.fetchedTo(batch.nextOffset);
    if (this.#fetchingPaused) this.#member?.pause(partition.at);
    this.#measureLoad();
  }

  async #takeIn(partition: OwnedPartition, record: LogRecord): Promise<void> {
    const { stage } = this.#options;
    const delivery = readDelivery(record, this.#clusterId, this.#retryTopics.has(record.topic));
    const bytes = (record.value?.length ?? 0) + (record.key?.length ?? 0) + 200;
    this.#bytesInHand += bytes;
    this.#decoding += 1;
    const task = await this.#decode(partition, record);
    this.#decoding -= 1;
    if (task === 'gone') {
      this.#bytesInHand -= bytes;
      return;
    }
    const run =
      task === undefined
        ? failure('RECORD_UNDECODABLE')
        : runOrFailure(() => stage.runOf(task, delivery.origin));
    if (task === undefined || 'code' in run) {
      this.#bytesInHand -= bytes;
      await this.#refuse(partition, record, delivery, 'code' in run ? run : failure('RECORD_UNDECODABLE'));
      return;
    }
    const item: Item<F> = {
      // Not the position alone: what was given up may still be at work when its record is in hand again.
      id: `${nameOf(record)}/${String(record.offset)}/${String((this.#taken += 1))}`,
      lane: delivery.lane ?? this.#laneOf(record.topic) ?? run.lane,
      tenantId: run.tenantId,
      runId: run.runId,
      arrivedAtMs: record.timestampMs,
      record,
      delivery,
      task,
      run,
      bytes,
    };
    if (!this.#isCurrent(partition) || partition.isEnded || this.#draining) {
      this.#bytesInHand -= bytes;
      return;
    }
    this.#items.set(item.id, item);
    this.#offerWhenDue(item);
  }

  #offerWhenDue(item: Item<F>): void {
    const waitMs = item.delivery.dueAtMs - this.#options.clock.now();
    if (waitMs <= 0) {
      this.#offer(item);
      return;
    }
    const cancel = this.#options.clock.after(waitMs, () => {
      this.#undelay(item);
      this.#offer(item);
    });
    const delayed = this.#delayed.get(nameOf(item.record)) ?? new Map<Item<F>, () => void>();
    this.#delayed.set(nameOf(item.record), delayed);
    delayed.set(item, cancel);
    // What follows in a retry topic is due even later: nothing more is fetched before this is.
    this.#member?.pause(item.record);
  }

  #offer(item: Item<F>): void {
    this.#scheduler.offer(item);
    this.#pump();
  }

  #undelay(item: Item<F>): void {
    const delayed = this.#delayed.get(nameOf(item.record));
    delayed?.get(item)?.();
    delayed?.delete(item);
    if (delayed?.size !== 0) return;
    this.#delayed.delete(nameOf(item.record));
    if (!this.#fetchingPaused) this.#member?.resume(item.record);
  }

  /** The task; undefined when no schema reads it; `gone` when the partition went while the registry was away. */
  async #decode(partition: OwnedPartition, record: LogRecord): Promise<TopicValues[F] | 'gone' | undefined> {
    const { codec, clock, observer } = this.#options;
    for (let tries = 0; ; tries += 1) {
      try {
        return await codec.decode(record.topic as F, record.value ?? Buffer.alloc(0));
      } catch (error) {
        if (toFailure(error).code === 'RECORD_UNDECODABLE') return undefined;
        if (tries === 0) observer.logOf(null).error(`decoding a record of ${record.topic} must wait`, error);
      }
      await sleep(clock, retryPauseMs);
      if (!this.#isCurrent(partition) || partition.isEnded) return 'gone';
    }
  }

  /** A record that cannot be decoded is never dropped and never tried for ever: it is told of and passed. */
  async #refuse(
    partition: OwnedPartition,
    record: LogRecord,
    delivery: Delivery,
    refused: Failure,
  ): Promise<void> {
    const conclusion: Conclusion =
      this.#topics.deadLetter === null
        ? { kind: 'rejected', failure: refused }
        : { kind: 'deadLetter', failure: refused };
    this.#options.observer.concluded({
      lane: this.#laneOf(record.topic) ?? 'normal',
      kind: conclusion.kind,
      code: refused.code,
      activeMs: 0,
      worked: false,
    });
    const input = this.#stepInput({
      record,
      delivery,
      run: null,
      accepted: false,
      conclusion,
      queuedMs: 0,
      activeMs: 0,
      traceparent: null,
    });
    const records = await this.#encode(partition, input);
    if (records !== undefined) partition.commit({ offset: record.offset, records, repeatable: true });
  }

  #laneOf(topic: string): Lane | undefined {
    return lanes.find((lane) => topic.endsWith(`.${lane}`));
  }

  // --- backpressure (M-08)

  #measureLoad(): void {
    const { maxRecords = 10_000, maxBytes = 64 * 1024 * 1024, observer } = this.#options;
    // What a retry topic holds back is bounded by its partitions' pauses, and must not hold up the lanes for so long.
    // What is at work is bounded by its own limits; counted here, it could keep the fetch away that its commit waits for.
    const delayed = [...this.#delayed.values()].reduce((sum, items) => sum + items.size, 0);
    const records = this.#items.size + this.#decoding - delayed - this.#works.size;
    observer.loaded({ records, bytes: this.#bytesInHand, working: this.#scheduler.workingCount });
    if (!this.#fetchingPaused && (records >= maxRecords || this.#bytesInHand >= maxBytes))
      this.#pauseFetching();
    else if (
      this.#fetchingPaused &&
      !this.#draining &&
      records < maxRecords * resumeShare &&
      this.#bytesInHand < maxBytes * resumeShare
    ) {
      this.#fetchingPaused = false;
      for (const partition of this.#partitions.values())
        if (!partition.isEnded && !this.#delayed.has(nameOf(partition.at)))
          this.#member?.resume(partition.at);
    }
  }

  #pauseFetching(): void {
    this.#fetchingPaused = true;
    for (const partition of this.#partitions.values())
      if (knowsItsPosition(partition)) this.#member?.pause(partition.at);
  }

  // --- work

  #pump(): void {
    if (this.#startingHeld || this.#draining || this.#options.gate?.isOpen() === false) return;
    while (this.#works.size < this.#options.stage.maxConcurrentRuns + maxUncommitted) {
      const taken = this.#scheduler.take(this.#options.clock.now(), (waiting) => this.#mayStart(waiting.id));
      const item = taken === undefined ? undefined : this.#items.get(taken.id);
      if (item === undefined) return;
      void this.#work(item);
    }
  }

  #mayStart(id: string): boolean {
    const item = this.#items.get(id);
    if (item === undefined) return false;
    return this.#partitions.get(nameOf(item.record))?.mayStart(item.record.offset) ?? false;
  }

  async #work(item: Item<F>): Promise<void> {
    const { stage, clock, observer } = this.#options;
    const work: Work<F> = {
      item,
      stop: new AbortController(),
      settled: false,
      accepted: !stage.acceptsRuns,
      input: undefined,
      submittedTo: undefined,
    };
    this.#works.set(item.id, work);
    const queuedMs = Math.max(0, clock.now() - Math.max(item.arrivedAtMs, item.delivery.dueAtMs));
    observer.started({ lane: item.lane, queuedMs });
    const stopped = work.accepted && this.#isStopped(work);
    const { worked, traceparent } = await observer.inSpan(
      item.run,
      item.delivery.traceparent,
      async (span) => ({
        traceparent: span,
        worked: stopped ? alreadyStopped : await this.#workInTime(work),
      }),
    );
    work.settled = true;
    this.#scheduler.finished(item.id, worked.activeMs / 1000);
    const { conclusion } = worked;
    if (conclusion.kind === 'handedBack' || !this.#works.has(item.id)) {
      observer.handedBack({ lane: item.lane });
      this.#forget(work);
    } else {
      observer.concluded({
        lane: item.lane,
        kind: conclusion.kind,
        code: codeOf(conclusion),
        activeMs: worked.activeMs,
        worked: true,
      });
      const { record, delivery, run } = item;
      work.input = this.#stepInput({
        record,
        delivery,
        run,
        accepted: worked.accepted,
        conclusion,
        queuedMs,
        activeMs: worked.activeMs,
        traceparent,
      });
      await this.#commitStep(work);
    }
    this.#measureLoad();
    this.#pump();
  }

  #isStopped(work: Work<F>): boolean {
    const { stage, stops } = this.#options;
    return stage.heedsStops && stops.isStopped(work.item.run.runId, work.item.run.revision);
  }

  #workInTime(work: Work<F>): Promise<Worked> {
    const { stage, clock, observer } = this.#options;
    return workRecord({
      stage,
      task: work.item.task,
      run: work.item.run,
      delivery: work.item.delivery,
      receivedFrom: { topic: work.item.record.topic, partition: work.item.record.partition },
      retryDelaysMs: this.#topics.retries.map(({ delayMs }) => delayMs),
      clock,
      log: observer.logOf(work.item.run),
      stop: work.stop.signal,
      onAccepted: () => {
        work.accepted = true;
        if (this.#isStopped(work)) work.stop.abort('cancelled');
      },
    });
  }

  #stepInput(facts: Omit<StepInput, 'stage' | 'group' | 'acceptsRuns' | 'nowMs'>): StepInput {
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
  async #commitStep(work: Work<F>): Promise<void> {
    const { input } = work;
    const partition = this.#partitions.get(nameOf(work.item.record));
    if (input === undefined || partition?.isOpen !== true || work.submittedTo === partition) return;
    work.submittedTo = partition;
    const records = await this.#encode(partition, input);
    if (records !== undefined && this.#isCurrent(partition) && this.#works.has(work.item.id)) {
      partition.commit({ offset: work.item.record.offset, records, repeatable: false });
    }
  }

  /** Undefined when the partition went while the registry was away. */
  async #encode(partition: OwnedPartition, input: StepInput): ReturnType<typeof encodeRecords> {
    const { codec, clock, observer } = this.#options;
    return encodeRecords({
      input,
      codec,
      pause: async (error) => {
        observer.logOf(input.run).error('encoding results must wait', error);
        await sleep(clock, retryPauseMs);
        return this.#isCurrent(partition) && !partition.isEnded;
      },
    });
  }

  #committed(partition: OwnedPartition, offsets: readonly bigint[]): void {
    for (const work of this.#worksOf(partition, offsets)) this.#forget(work);
    this.#measureLoad();
    this.#pump();
  }

  /** Steps in doubt that did not happen, of a stage that must look at the world again before it acts. */
  #startOver(partition: OwnedPartition, offsets: readonly bigint[]): void {
    for (const work of this.#worksOf(partition, offsets)) {
      this.#forget(work);
      this.#items.set(work.item.id, work.item);
      this.#bytesInHand += work.item.bytes;
      this.#scheduler.offer(work.item);
    }
    this.#pump();
  }

  #worksOf(partition: OwnedPartition, offsets: readonly bigint[]): readonly Work<F>[] {
    const wanted = new Set(offsets);
    return [...this.#works.values()].filter(
      (work) => nameOf(work.item.record) === nameOf(partition.at) && wanted.has(work.item.record.offset),
    );
  }

  /** Work that is nobody's any more: it is told to stop, and its run stays busy until it has. */
  #abandon(work: Work<F>): void {
    this.#works.delete(work.item.id);
    work.stop.abort('moved');
    if (work.settled) this.#forget(work);
  }

  #forget(work: Work<F>): void {
    this.#works.delete(work.item.id);
    if (this.#items.delete(work.item.id)) this.#bytesInHand -= work.item.bytes;
    this.#scheduler.released(work.item.runId);
    if (this.#works.size === 0) for (const wake of this.#idleWaiters.splice(0)) wake();
  }

  #forgetWaiting(isGone: (item: Item<F>) => boolean): void {
    for (const item of [...this.#items.values()]) {
      if (this.#works.has(item.id) || !isGone(item)) continue;
      this.#undelay(item);
      this.#items.delete(item.id);
      this.#bytesInHand -= item.bytes;
    }
    this.#scheduler.drop((waiting) => !this.#items.has(waiting.id));
  }

  #worksEnded(): Promise<void> {
    if (this.#works.size === 0) return Promise.resolve();
    return new Promise((resolve) => this.#idleWaiters.push(resolve));
  }
}

const alreadyStopped: Worked = {
  conclusion: { kind: 'skipped', reason: 'cancelled' },
  accepted: false,
  activeMs: 0,
};

function runOrFailure(runOf: () => RunContext): RunContext | Failure {
  try {
    return runOf();
  } catch (error) {
    return toFailure(error);
  }
}

/** Where the group has never committed, only the first fetch tells; what was adopted there waits for it to be committed. */
function knowsItsPosition(partition: OwnedPartition): boolean {
  return partition.window.base !== null;
}

function nameOf(at: TopicPartition): string {
  return `${at.topic}/${String(at.partition)}`;
}

function codeOf(conclusion: Conclusion): ReturnType<typeof toFailure>['code'] | null {
  switch (conclusion.kind) {
    case 'rejected':
    case 'retryTopic':
    case 'deadLetter':
      return conclusion.failure.code;
    case 'endRun':
      return conclusion.ending.failure?.code ?? null;
    case 'expired':
      return 'RUN_EXPIRED';
    case 'done':
    case 'skipped':
    case 'duplicate':
    case 'moved':
      return null;
  }
}
