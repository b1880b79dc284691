import type { RunContext, TopicName, TopicValues } from '@docfleet/contracts';
import {
  type Delivery,
  type Lane,
  laneOfTopic,
  lanes,
  partitionName,
  type StageQueue,
  type TopicPartition,
} from '@docfleet/domain';
import { heldBytesOf, type LogRecord } from '@docfleet/record-log';
import type { CommittableRecord, OwnedPartition } from './partition.ts';
import { checkTransition, type RecordState, type StateOwner } from './record-states.ts';
import { Scheduler, type SchedulerOptions } from './scheduler.ts';
import type { StepInput } from './step.ts';

/** What a record decodes to. */
export interface DecodedTask<F extends TopicName> {
  readonly value: TopicValues[F];
  readonly run: RunContext;
  readonly lane: Lane;
}

/** One execution of a record's handler; a record that is executed again gets another one. */
export interface Execution {
  /** Aborts with a `StopReason`. */
  readonly stop: AbortController;
  /** False while the run is not known to be this record's: until then the run's stop is not for this execution. */
  accepted: boolean;
  hasEnded: boolean;
}

/** A record between its fetch and its commit. Its state changes by `moveTo` alone. */
export class InFlightRecord<F extends TopicName> implements CommittableRecord {
  /** Unique in this process: a record that was released may still be executing when it is fetched again. */
  readonly id: string;
  readonly logRecord: LogRecord;
  readonly delivery: Delivery;
  /** Size of key and value, and about what is kept beside them. */
  readonly bytes: number;
  /** The partition that answers for it; another one after its adoption. */
  partition: OwnedPartition;
  /** Undefined until it is decoded, and for what cannot be decoded. */
  task: DecodedTask<F> | undefined;
  /** Undefined until its first execution. */
  execution: Execution | undefined;
  /** What it writes, once that is decided. */
  step: StepInput | undefined;
  /** Cancels the timer of a record that is not due yet. */
  cancelTimer: (() => void) | undefined;
  #state: RecordState = 'received';
  readonly #onMoved: (from: RecordState) => void;

  constructor(
    facts: Pick<InFlightRecord<F>, 'id' | 'logRecord' | 'delivery' | 'bytes' | 'partition'>,
    onMoved: (record: InFlightRecord<F>, from: RecordState) => void,
  ) {
    this.id = facts.id;
    this.logRecord = facts.logRecord;
    this.delivery = facts.delivery;
    this.bytes = facts.bytes;
    this.partition = facts.partition;
    this.#onMoved = (from) => {
      onMoved(this, from);
    };
  }

  get state(): RecordState {
    return this.#state;
  }

  get offset(): bigint {
    return this.logRecord.offset;
  }

  /** A record that was refused writes the same whatever has happened since. */
  get isRepeatable(): boolean {
    return this.execution === undefined;
  }

  /** @throws Error for a transition that does not exist, or is another owner's */
  moveTo(state: RecordState, by: StateOwner): void {
    const from = this.#state;
    checkTransition(from, state, by);
    this.#state = state;
    this.#onMoved(from);
  }
}

/** What this process has taken in, in figures. */
export interface InFlightLoad {
  /**
   * Records that wait for their turn. What is not due yet is bounded by the pause of its partition and must not hold up
   * the lanes; what is executing is bounded by its own limits, and must not keep the fetch away that its commit waits for.
   */
  readonly records: number;
  /** Bytes of everything in flight. */
  readonly bytes: number;
  /** Handlers that run. */
  readonly working: number;
}

/** Records that wait for their turn in some lanes, and their bytes. */
export interface BufferedLoad {
  readonly records: number;
  readonly bytes: number;
}

/** States that end at the commit: nothing may be left in them when the process leaves its group. */
const uncommitted: ReadonlySet<RecordState> = new Set([
  'executing',
  'awaitingCommit',
  'committing',
  'inDoubt',
  'adopted',
]);

/**
 * The table of every record in flight, with the scheduler that decides whose turn it is. Counts and the scheduler
 * follow from the states, so that nothing has to be given back by hand.
 */
export class InFlightTable<F extends TopicName> {
  readonly #scheduler: Scheduler;
  readonly #records = new Map<string, InFlightRecord<F>>();
  /** By partition: how many are not due yet. */
  readonly #notDue = new Map<string, number>();
  /** Records whose run nobody else may execute, because they have been started. */
  readonly #holdingTheirRun = new Set<InFlightRecord<F>>();
  /** By lane: what is decoded and waits for its turn. */
  readonly #buffered = new Map<Lane, BufferedLoad>();
  #sequence = 0;
  #waiting = 0;
  #bytes = 0;
  #uncommitted = 0;
  /** Whether the scheduler still has records that were released. */
  #hasReleased = false;
  #idleWaiters: (() => void)[] = [];

  readonly #isPaced: (record: LogRecord) => boolean;

  constructor(scheduler: SchedulerOptions, isPaced: (record: LogRecord) => boolean = () => false) {
    this.#scheduler = new Scheduler(scheduler);
    this.#isPaced = isPaced;
  }

  /** Takes a record in: `received`. */
  receive(logRecord: LogRecord, delivery: Delivery, partition: OwnedPartition): InFlightRecord<F> {
    const bytes = heldBytesOf(logRecord);
    this.#sequence += 1;
    const record = new InFlightRecord<F>(
      { id: String(this.#sequence), logRecord, delivery, bytes, partition },
      (moved, from) => {
        this.#follow(moved, from);
      },
    );
    this.#records.set(record.id, record);
    this.#waiting += 1;
    this.#bytes += bytes;
    return record;
  }

  /** The next record whose turn it is, now `executing`; its slot is taken until `executionEnded`. */
  startNext(
    nowMs: number,
    mayStart: (record: InFlightRecord<F>) => boolean,
    isHeld: (tenantId: string) => boolean = () => false,
  ): InFlightRecord<F> | undefined {
    this.#dropReleased();
    const mayStartItem = ({ id }: { readonly id: string }): boolean => {
      const record = this.#records.get(id);
      return record !== undefined && mayStart(record);
    };
    const taken = this.#scheduler.take(nowMs, mayStartItem, isHeld);
    const record = taken === undefined ? undefined : this.#records.get(taken.id);
    record?.moveTo('executing', 'runner');
    return record;
  }

  /** The handler has ended after so many seconds of processing: its slot is free. */
  executionEnded(record: InFlightRecord<F>, seconds: number): void {
    if (record.execution !== undefined) record.execution.hasEnded = true;
    this.#scheduler.finished(record.id, seconds);
  }

  all(): readonly InFlightRecord<F>[] {
    return [...this.#records.values()];
  }

  /** Records that were not started, by lane; those of retry topics, due or not, under `retry`. */
  waitingByQueue(): ReadonlyMap<StageQueue, number> {
    const counts = new Map<StageQueue, number>([...lanes, 'retry' as const].map((queue) => [queue, 0]));
    for (const { state, logRecord } of this.#records.values()) {
      if (!isWaiting(state) && state !== 'waitingUntilDue') continue;
      const queue = laneOfTopic(logRecord.topic) ?? 'retry';
      counts.set(queue, (counts.get(queue) ?? 0) + 1);
    }
    return counts;
  }

  of(at: TopicPartition): readonly InFlightRecord<F>[] {
    const name = partitionName(at);
    return this.all().filter(({ logRecord }) => partitionName(logRecord) === name);
  }

  load(): InFlightLoad {
    return { records: this.#waiting, bytes: this.#bytes, working: this.#scheduler.workingCount };
  }

  /** What is decoded and waits for its turn in these lanes; it is part of `load`. */
  bufferedIn(lanes: ReadonlySet<Lane>): BufferedLoad {
    const loads = [...lanes].map((lane) => this.#buffered.get(lane) ?? { records: 0, bytes: 0 });
    return {
      records: loads.reduce((sum, { records }) => sum + records, 0),
      bytes: loads.reduce((sum, { bytes }) => sum + bytes, 0),
    };
  }

  /** Starts nothing of these lanes any more; what is executing goes on. */
  pauseLanes(lanes: ReadonlySet<Lane>): void {
    this.#scheduler.pauseLanes(lanes);
  }

  /** Whether something of this partition is not due yet. */
  hasNotDue(at: TopicPartition): boolean {
    return this.#notDue.has(partitionName(at));
  }

  /** Records that were started and are not committed yet. */
  get uncommittedCount(): number {
    return [...this.#holdingTheirRun].filter(({ state }) => uncommitted.has(state)).length;
  }

  /** Resolves when nothing is executing and nothing waits for its commit. */
  idle(): Promise<void> {
    if (this.#uncommitted === 0) return Promise.resolve();
    return new Promise((resolve) => this.#idleWaiters.push(resolve));
  }

  /** Keeps scheduler and figures as the states say. */
  #follow(record: InFlightRecord<F>, from: RecordState): void {
    const { state } = record;
    this.#waiting += Number(isWaiting(state)) - Number(isWaiting(from));
    this.#uncommitted += Number(uncommitted.has(state)) - Number(uncommitted.has(from));
    if (from === 'waitingUntilDue') {
      this.#countNotDue(record, -1);
      record.cancelTimer?.();
    }
    if (state === 'waitingUntilDue') this.#countNotDue(record, 1);
    if (state === 'executing') this.#holdingTheirRun.add(record);
    if (from === 'buffered') this.#countBuffered(record, -1);
    if (state === 'buffered') this.#countBuffered(record, 1);
    if (isOver(state) || state === 'buffered') this.#freeRun(record);
    if (state === 'buffered') this.#offer(record);
    if (isOver(state)) {
      this.#records.delete(record.id);
      this.#bytes -= record.bytes;
      if (from === 'buffered') this.#hasReleased = true;
    }
    if (this.#uncommitted === 0) for (const wake of this.#idleWaiters.splice(0)) wake();
  }

  #freeRun(record: InFlightRecord<F>): void {
    if (this.#holdingTheirRun.delete(record)) this.#scheduler.released(taskOf(record).run.runId);
  }

  /** All at once: one by one the scheduler would look through everything each time. */
  #dropReleased(): void {
    if (!this.#hasReleased) return;
    this.#hasReleased = false;
    this.#scheduler.drop(({ id }) => !this.#records.has(id));
  }

  #offer(record: InFlightRecord<F>): void {
    const { lane, run } = taskOf(record);
    this.#dropReleased();
    this.#scheduler.offer({
      id: record.id,
      lane,
      tenantId: run.tenantId,
      runId: run.runId,
      arrivedAtMs: record.logRecord.timestampMs,
      isPaced: this.#isPaced(record.logRecord),
    });
  }

  #countBuffered(record: InFlightRecord<F>, change: 1 | -1): void {
    const { lane } = taskOf(record);
    const { records, bytes } = this.bufferedIn(new Set([lane]));
    this.#buffered.set(lane, { records: records + change, bytes: bytes + change * record.bytes });
  }

  #countNotDue({ logRecord }: InFlightRecord<F>, change: 1 | -1): void {
    const name = partitionName(logRecord);
    const count = (this.#notDue.get(name) ?? 0) + change;
    if (count === 0) this.#notDue.delete(name);
    else this.#notDue.set(name, count);
  }
}

function isWaiting(state: RecordState): boolean {
  return state === 'received' || state === 'buffered';
}

function isOver(state: RecordState): boolean {
  return state === 'done' || state === 'released';
}

/** @throws Error for a record that is not decoded, or could not be */
export function taskOf<F extends TopicName>({ id, task }: InFlightRecord<F>): DecodedTask<F> {
  if (task === undefined) throw new Error(`record ${id} is not decoded`);
  return task;
}
