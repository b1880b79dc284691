import { groupOf, stageTopics, type RunContext, type TopicName } from '@docfleet/contracts';
import {
  type Delivery,
  type Failure,
  type Lane,
  type StageQueue,
  laneOfTopic,
  partitionName,
  readDelivery,
  sleep,
  TimeLimitError,
  withTimeout,
  type TopicPartition,
} from '@docfleet/domain';
import { type FetchedBatch, type GroupMember, type LogRecord } from '@docfleet/record-log';
import { PartitionAssignments, type AssignmentsListener } from './assignments.ts';
import { decodeTask, encodeStep, refusalBy, type Refusal, type WaitForRegistry } from './encoding.ts';
import { executeTask, type Executed } from './execute-task.ts';
import { FetchControl } from './fetch-control.ts';
import { guardObserver } from './guard-observer.ts';
import { GroupMembership, type MembershipListener } from './group-membership.ts';
import { InFlightTable, taskOf, type Execution, type InFlightRecord } from './in-flight.ts';
import type { OwnedPartition } from './partition.ts';
import type { RunnerOptions, RunningStage } from './runner-options.ts';
import { failureCodeOf, type StepFacts, type StepInput } from './step.ts';

/** Joins the stage's group and executes its records until drained. */
export async function startStage<F extends TopicName>(options: RunnerOptions<F>): Promise<RunningStage> {
  const runner = new Runner(options, await options.log.clusterId());
  await runner.join();
  return runner;
}

/** Steps that may wait for their commit before no more executions are started. */
const maxUncommitted = 64;

/** Time beyond a drain's limit for stopped handlers, for the last commits, and for leaving the group, in milliseconds. */
const drainGraceMs = 10_000;

/** Pause between tries to reach the registry, in milliseconds. */
const registryRetryMs = 1000;

/** One of so many failed tries to reach the registry is logged. */
const loggedRegistryTry = 30;

/**
 * The thin shell. Its methods follow the life of a record (`record-states.ts`): fetched, decoded, buffered, executed,
 * encoded, and queued for the commit of its partition. What decides anything is in the pure parts that it calls.
 */
class Runner<F extends TopicName> implements RunningStage, MembershipListener, AssignmentsListener<F> {
  readonly group: string;
  readonly #options: RunnerOptions<F>;
  readonly #clusterId: string;
  readonly #topics: ReturnType<typeof stageTopics>;
  /** Delays of the retry topics, in milliseconds. */
  readonly #retryDelays: ReadonlyMap<string, number>;
  readonly #table: InFlightTable<F>;
  readonly #fetching: FetchControl<F>;
  readonly #assignments: PartitionAssignments<F>;
  readonly #membership: GroupMembership;
  readonly #subscriptions: (() => void)[];
  #groupIsChanging = false;
  #draining = false;

  constructor(given: RunnerOptions<F>, clusterId: string) {
    const options = { ...given, observer: guardObserver(given.observer) };
    const { stage, log, clock, stops, observer, gate, pace, maxRunsPerTenant, ageBoundMs } = options;
    const { maxRecords = 10_000, maxBytes = 64 * 1024 * 1024, fencedReopenDelayMs = 3_000 } = options;
    const { restartWhenInDoubt } = stage;
    this.#options = options;
    this.#clusterId = clusterId;
    this.group = options.group ?? groupOf(stage.name, stage.pool);
    this.#topics = stageTopics(stage.name, stage.pool);
    this.#retryDelays = new Map(this.#topics.retries.map(({ topic, delayMs }) => [topic, delayMs]));
    this.#table = new InFlightTable(
      {
        slots: stage.maxConcurrentRuns,
        ...(maxRunsPerTenant === undefined ? {} : { slotsPerTenant: maxRunsPerTenant }),
        ...(ageBoundMs === undefined ? {} : { ageBoundMs }),
      },
      (record) => pace?.isPaced(record) === true,
    );
    const table = this.#table;
    this.#fetching = new FetchControl({ table, maxRecords, maxBytes });
    const fetching = this.#fetching;
    const parts = { clock, observer, table, fetching, restartWhenInDoubt, fencedReopenDelayMs };
    this.#assignments = new PartitionAssignments({ ...parts, listener: this });
    this.#membership = new GroupMembership({
      log,
      clock,
      group: this.group,
      topics: [
        this.#topics.lanes.map(({ topic }) => topic),
        ...this.#topics.retries.map(({ topic }) => [topic]),
      ],
      errors: observer.logOf(null),
      listener: this,
    });
    this.#subscriptions = [
      stops.onStop(({ runId, revision }) => {
        this.#stopRun(runId, revision);
      }),
      ...(gate === undefined
        ? []
        : [
            gate.onChange(() => {
              this.#pauseLanes(gate.pausedLanes());
              this.#startExecutions();
            }),
          ]),
    ];
    if (pace !== undefined)
      this.#subscriptions.push(
        pace.onChange(() => {
          this.#startExecutions();
        }),
      );
    if (gate !== undefined) this.#pauseLanes(gate.pausedLanes());
  }

  join(): Promise<void> {
    return this.#membership.join();
  }

  idleMs(): number {
    return this.#membership.member?.idleMs() ?? Number.POSITIVE_INFINITY;
  }

  load(): { working: number; records: number } {
    const { working, records } = this.#table.load();
    return { working, records };
  }

  waiting(): ReadonlyMap<StageQueue, number> {
    return this.#table.waitingByQueue();
  }

  // --- the group

  assigned(member: GroupMember, epoch: number, partitions: readonly TopicPartition[]): void {
    this.#groupIsChanging = false;
    this.#assignments.assign(member, epoch, partitions);
    this.#updateLoad();
  }

  revoking(): void {
    this.#groupIsChanging = true;
  }

  settled(): Promise<void> {
    return this.#table.idle();
  }

  unassigned(): void {
    this.#assignments.unassign();
    this.#updateLoad();
  }

  // --- fetched: received

  fetched(batch: FetchedBatch): void {
    const partition = this.#assignments.find(batch);
    // A batch may have been fetched for the predecessor of a partition that is opened again in the same epoch.
    if (partition?.epoch !== batch.epoch || !partition.isOpen) return;
    const now = this.#options.clock.now();
    for (const record of batch.records) {
      const delivery = this.#deliveryOf(record, now);
      // Registered also during a drain: the position must not pass what nobody executes here. A retry ages from when it
      // is due.
      const isNew = partition.window.register(record.offset, Math.max(now, delivery.dueAtMs));
      if (isNew && !this.#draining) void this.#decode(this.#table.receive(record, delivery, partition));
    }
    partition.fetchedTo(batch.nextOffset);
    this.#fetching.apply(partition);
    this.#updateLoad();
  }

  /** The header with the due time is whatever was written there, and must not hold the topic up for ever. */
  #deliveryOf(record: LogRecord, now: number): Delivery {
    const delayMs = this.#retryDelays.get(record.topic);
    const delivery = readDelivery(record, this.#clusterId, delayMs !== undefined);
    return { ...delivery, dueAtMs: Math.min(delivery.dueAtMs, now + (delayMs ?? 0)) };
  }

  // --- received -> buffered, waitingUntilDue, or awaitingCommit when it is refused

  async #decode(record: InFlightRecord<F>): Promise<void> {
    const { stage, codec, clock } = this.#options;
    const { logRecord, delivery } = record;
    const decoded = await decodeTask({
      record: logRecord,
      delivery,
      stage,
      codec,
      waitForRegistry: this.#registryWait(`decode a record of ${partitionName(logRecord)}`, record),
    });
    if (record.state !== 'received' || decoded.kind === 'released') return;
    if (decoded.kind === 'refused') {
      this.#refuse(record, decoded.failure);
      return;
    }
    const { value, run } = decoded;
    record.task = { value, run, lane: delivery.lane ?? laneOfTopic(logRecord.topic) ?? run.lane };
    const waitMs = delivery.dueAtMs - clock.now();
    if (waitMs <= 0) {
      this.#buffer(record);
      return;
    }
    record.moveTo('waitingUntilDue', 'runner');
    this.#fetching.apply(record.partition);
    record.cancelTimer = clock.after(waitMs, () => {
      this.#buffer(record);
    });
  }

  /** A record that cannot be decoded is never dropped and never tried for ever: it is reported and passed. */
  #refuse(record: InFlightRecord<F>, failure: Failure): void {
    const { logRecord, delivery } = record;
    const conclusion = refusalBy(this.#options.stage.name, failure);
    this.#reportRefusal(record, conclusion);
    record.step = this.#stepOf({
      record: logRecord,
      delivery,
      run: null,
      accepted: false,
      conclusion,
      queuedMs: 0,
      activeMs: 0,
      parts: [],
      traceparent: null,
    });
    record.moveTo('awaitingCommit', 'runner');
    this.commit(record);
    this.progressed();
  }

  #reportRefusal({ logRecord }: InFlightRecord<F>, { kind, failure }: Refusal): void {
    const lane = laneOfTopic(logRecord.topic) ?? 'normal';
    const facts = { activeMs: 0, worked: false, runId: null, parts: [] };
    this.#options.observer.concluded({ lane, kind, code: failure.code, ...facts });
  }

  #buffer(record: InFlightRecord<F>): void {
    const wasDelayed = record.state === 'waitingUntilDue';
    record.moveTo('buffered', 'runner');
    if (wasDelayed) this.#fetching.apply(record.partition);
    this.#startExecutions();
  }

  // --- buffered -> executing -> awaitingCommit

  #startExecutions(): void {
    const { clock, gate, pace, stage } = this.#options;
    if (this.#groupIsChanging || this.#draining || gate?.isOpen() === false) return;
    while (this.#table.uncommittedCount < stage.maxConcurrentRuns + maxUncommitted) {
      const record = this.#table.startNext(
        clock.now(),
        ({ partition, offset }) => partition.mayStart(offset),
        (tenantId) => pace?.isHeld(tenantId) === true && !this.#fetching.isHalfFull(),
      );
      if (record === undefined) return;
      if (pace?.isPaced(record.logRecord) === true) pace.started(taskOf(record).run.tenantId);
      void this.#execute(record);
    }
  }

  async #execute(record: InFlightRecord<F>): Promise<void> {
    const { stage, clock, observer } = this.#options;
    const { delivery, logRecord } = record;
    const { run, lane } = taskOf(record);
    const execution: Execution = {
      stop: new AbortController(),
      accepted: !stage.acceptsRuns,
      hasEnded: false,
    };
    record.execution = execution;
    const queuedMs = Math.max(0, clock.now() - Math.max(0, logRecord.timestampMs, delivery.dueAtMs));
    observer.started({ lane, queuedMs });
    const isCancelled = execution.accepted && this.#isStopped(run);
    const { executed, traceparent } = await observer.inSpan(run, delivery.traceparent, async (span) => ({
      traceparent: span,
      executed: isCancelled ? alreadyCancelled : await this.#handle(record, execution),
    }));
    this.#table.executionEnded(record, executed.activeMs / 1000);
    this.#conclude(record, executed, { queuedMs, traceparent });
    this.progressed();
  }

  #handle(record: InFlightRecord<F>, execution: Execution): Promise<Executed> {
    const { stage, clock, observer, afterQuickTries = 'topics' } = this.#options;
    const { delivery, logRecord } = record;
    const { value, run } = taskOf(record);
    return executeTask({
      stage,
      task: value,
      run,
      delivery,
      receivedFrom: { topic: logRecord.topic, partition: logRecord.partition },
      received: {
        key: logRecord.key,
        value: logRecord.value,
        headers: logRecord.headers,
        timestampMs: logRecord.timestampMs,
        isRetry: this.#retryDelays.has(logRecord.topic),
      },
      retryDelaysMs: afterQuickTries === 'topics' ? this.#topics.retries.map(({ delayMs }) => delayMs) : [],
      clock,
      log: observer.logOf(run),
      stop: execution.stop.signal,
      onAccepted: () => {
        execution.accepted = true;
        if (this.#isStopped(run)) execution.stop.abort('cancelled');
      },
      onPages: (pagesDone, pageCount) => {
        this.#options.onPages?.(run, { pagesDone, pageCount });
      },
      onSoftLimit: ({ code, limitMs }) => {
        observer.softLimit({ limit: code });
        observer.logOf(run).warn('90 % of a time limit is used.', { limit: code, limitMs });
      },
    });
  }

  #conclude(
    record: InFlightRecord<F>,
    { conclusion, accepted, activeMs, parts }: Executed,
    facts: Pick<StepFacts, 'queuedMs' | 'traceparent'>,
  ): void {
    const { observer } = this.#options;
    const { logRecord, delivery } = record;
    const { run, lane } = taskOf(record);
    if (conclusion.kind === 'handedBack' || record.state === 'stopping') {
      observer.handedBack({ lane });
      this.#assignments.release(record);
      return;
    }
    observer.concluded({
      lane,
      kind: conclusion.kind,
      code: failureCodeOf(conclusion),
      activeMs,
      worked: true,
      runId: run.runId,
      parts,
    });
    record.step = this.#stepOf({
      ...facts,
      record: logRecord,
      delivery,
      run,
      accepted,
      conclusion,
      activeMs,
      parts,
    });
    // An adopted one waits until its partition is open.
    if (record.state !== 'executing') return;
    record.moveTo('awaitingCommit', 'runner');
    this.commit(record);
  }

  #stepOf(facts: StepFacts): StepInput {
    const { stage, clock, mark } = this.#options;
    return {
      ...facts,
      run: facts.run === null || mark === undefined ? facts.run : mark(facts.run, facts.activeMs),
      stage: stage.name,
      pool: stage.pool ?? null,
      group: this.group,
      acceptsRuns: stage.acceptsRuns,
      nowMs: clock.now(),
    };
  }

  // --- awaitingCommit: encoded, then queued; `partition.ts` goes on

  commit(record: InFlightRecord<F>): void {
    void this.#encode(record);
  }

  async #encode(record: InFlightRecord<F>): Promise<void> {
    const { partition, step } = record;
    if (step === undefined) return;
    const outgoing = await encodeStep({
      input: step,
      codec: this.#options.codec,
      waitForRegistry: this.#registryWait(`encode the results of ${partitionName(partition.at)}`, record),
      onRefused: (conclusion, error) => {
        this.#reportRefusal(record, conclusion);
        this.#options.observer
          .logOf(null)
          .error(
            `What follows from ${partitionName(partition.at)} offset ${record.offset.toString()} (run ${step.run?.runId ?? 'unknown'}) cannot be encoded; the record is refused.`,
            error,
          );
      },
    });
    if (outgoing !== undefined && isAwaitingCommit(record, partition)) partition.commit(record, outgoing);
  }

  /** Something has ended: more may be fetched, and started. */
  progressed(): void {
    this.#updateLoad();
    this.#startExecutions();
  }

  // --- cancel, backpressure, registry

  #pauseLanes(paused: ReadonlySet<Lane>): void {
    this.#table.pauseLanes(paused);
    this.#fetching.pauseLanes(paused, this.#assignments.all());
  }

  #stopRun(runId: string, revision: number): void {
    if (!this.#options.stage.cancellable) return;
    for (const { task, execution } of this.#table.all())
      if (execution?.accepted === true && task?.run.runId === runId && task.run.revision <= revision)
        execution.stop.abort('cancelled');
  }

  #isStopped({ runId, revision }: RunContext): boolean {
    const { stage, stops } = this.#options;
    return stage.cancellable && stops.isStopped(runId, revision);
  }

  #updateLoad(): void {
    this.#options.observer.loaded(this.#table.load());
    this.#fetching.update(this.#assignments.all());
  }

  /** Waits for the registry for as long as the record is in the state and the partition in which it began to wait. */
  #registryWait(purpose: string, record: InFlightRecord<F>): WaitForRegistry {
    const { observer, clock } = this.#options;
    const { state, partition } = record;
    let tries = 0;
    return async (error) => {
      if (tries % loggedRegistryTry === 0)
        observer
          .logOf(null)
          .error(`Could not ${purpose}; trying again every ${String(registryRetryMs)} ms.`, error);
      tries += 1;
      await sleep(clock, registryRetryMs);
      return record.state === state && record.partition === partition;
    };
  }

  // --- drain

  async drain(limitMs: number): Promise<void> {
    const { clock } = this.#options;
    this.#draining = true;
    this.#membership.close();
    this.#fetching.close(this.#assignments.all());
    this.#assignments.close();
    const cancelLimit = clock.after(limitMs, () => {
      for (const { execution } of this.#table.all()) execution?.stop.abort('moved');
    });
    // Brokers that are away keep commits waiting; what is not committed by then is done again elsewhere.
    await this.#within(limitMs + drainGraceMs, this.#finish());
    cancelLimit();
    this.#assignments.unassign();
    for (const unsubscribe of this.#subscriptions) unsubscribe();
    await this.#within(drainGraceMs, this.#membership.leave());
  }

  async #finish(): Promise<void> {
    await this.#table.idle();
    await Promise.all(this.#assignments.all().map((partition) => partition.commitPosition()));
  }

  /** Waits for `work`, but not longer than `limitMs`. */
  async #within(limitMs: number, work: Promise<void>): Promise<void> {
    try {
      await withTimeout(work, limitMs, { clock: this.#options.clock });
    } catch (error) {
      if (!(error instanceof TimeLimitError)) throw error;
    }
  }
}

const alreadyCancelled: Executed = {
  conclusion: { kind: 'skipped', reason: 'cancelled' },
  accepted: false,
  activeMs: 0,
  parts: [],
};

function isAwaitingCommit<F extends TopicName>(
  record: InFlightRecord<F>,
  partition: OwnedPartition,
): boolean {
  return record.state === 'awaitingCommit' && record.partition === partition;
}
