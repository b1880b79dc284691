import type { TopicName } from '@docfleet/contracts';
import { type Clock, partitionName, type TopicPartition } from '@docfleet/domain';
import { type GroupMember } from '@docfleet/record-log';
import type { FetchControl } from './fetch-control.ts';
import type { InFlightRecord, InFlightTable } from './in-flight.ts';
import type { StageObserver } from './observer.ts';
import { OwnedPartition, type PartitionListener } from './partition.ts';

/** What the assignments ask of the runner. */
export interface AssignmentsListener<F extends TopicName> {
  /** An adopted record is in `awaitingCommit` again: its step is to be encoded and queued. */
  commit(record: InFlightRecord<F>): void;
  /** More may be fetched, and started. */
  progressed(): void;
}

export interface AssignmentsOptions<F extends TopicName> {
  readonly clock: Clock;
  readonly observer: StageObserver;
  readonly table: InFlightTable<F>;
  readonly fetching: FetchControl<F>;
  readonly restartWhenInDoubt: boolean;
  /** How long a fenced partition waits for the next assignment before it is opened again, in milliseconds. */
  readonly fencedReopenDelayMs: number;
  readonly listener: AssignmentsListener<F>;
}

/**
 * The partitions that this process owns, and what becomes of their records when they come, go, or are fenced. Moves
 * records to `adopted`, `stopping` and `released`; nobody else gives a record up.
 */
export class PartitionAssignments<F extends TopicName> implements PartitionListener {
  readonly #options: AssignmentsOptions<F>;
  readonly #partitions = new Map<string, OwnedPartition>();
  #member: GroupMember | undefined;
  #isClosed = false;

  constructor(options: AssignmentsOptions<F>) {
    this.#options = options;
  }

  find(at: TopicPartition): OwnedPartition | undefined {
    return this.#partitions.get(partitionName(at));
  }

  all(): readonly OwnedPartition[] {
    return [...this.#partitions.values()];
  }

  /** A new assignment, complete. What is executing goes on where its partition stays this process's. */
  assign(member: GroupMember, epoch: number, partitions: readonly TopicPartition[]): void {
    this.#member = member;
    this.#endAll(partitions);
    for (const at of partitions) this.#take(at, epoch, member);
  }

  /** Nothing is this process's until the next assignment. */
  unassign(): void {
    this.#endAll([]);
  }

  /** The handler handed its record back: nothing was decided. */
  release(record: InFlightRecord<F>): void {
    record.moveTo('released', 'assignments');
  }

  /** Releases what waits for its turn, and opens no fenced partition again. What is executing goes on. */
  close(): void {
    this.#isClosed = true;
    for (const record of this.#options.table.all()) if (isWaiting(record)) this.#giveUp(record);
  }

  // --- PartitionListener

  progressed(): void {
    this.#options.listener.progressed();
  }

  /**
   * When it was fenced, the group is usually about to say who owns it now; but it may have been a member that slept and
   * does not know yet that the partition is not its own any more. Then it is opened again.
   */
  lost(partition: OwnedPartition, why: 'fenced' | 'positionChanged'): void {
    const { clock, table, fencedReopenDelayMs } = this.#options;
    if (!this.#isCurrent(partition) || partition.isEnded) return;
    partition.end();
    for (const record of table.of(partition.at)) this.#giveUp(record);
    if (why === 'positionChanged') this.#openAgain(partition);
    else
      clock.after(fencedReopenDelayMs, () => {
        this.#openAgain(partition);
      });
  }

  /** Ends every partition. Records that were started are adopted where the partition is assigned again. */
  #endAll(assignedAgain: readonly TopicPartition[]): void {
    for (const partition of this.#partitions.values()) partition.end();
    this.#partitions.clear();
    const names = new Set(assignedAgain.map(partitionName));
    for (const record of this.#options.table.all()) {
      if (!isWorthAdopting(record) || !names.has(partitionName(record.logRecord))) this.#giveUp(record);
      else if (record.state !== 'adopted' && record.state !== 'stopping')
        record.moveTo('adopted', 'assignments');
    }
  }

  #take(at: TopicPartition, epoch: number, member: GroupMember): void {
    const { clock, observer, restartWhenInDoubt, table } = this.#options;
    const partition = new OwnedPartition({
      at,
      epoch,
      member,
      clock,
      observer,
      restartWhenInDoubt,
      listener: this,
    });
    this.#partitions.set(partitionName(at), partition);
    for (const record of table.of(at)) if (record.state === 'adopted') record.partition = partition;
    void this.#open(partition);
  }

  /** Opens a partition, goes on with the records that it adopts, and fetches from its committed position. */
  async #open(partition: OwnedPartition): Promise<void> {
    const { observer, table, fetching, listener } = this.#options;
    try {
      const committed = await partition.open();
      if (committed === undefined || !this.#isCurrent(partition)) return;
      partition.begin(committed);
    } catch (error) {
      observer.logOf(null).error(`Partition ${partitionName(partition.at)} could not be opened.`, error);
      this.lost(partition, 'fenced');
      return;
    }
    for (const record of table.of(partition.at))
      if (record.state === 'adopted') this.#goOn(record, partition);
    partition.fetch();
    fetching.apply(partition);
    listener.progressed();
  }

  /** An adopted record whose partition is open. */
  #goOn(record: InFlightRecord<F>, partition: OwnedPartition): void {
    const { clock, restartWhenInDoubt, listener } = this.#options;
    if (partition.window.isFinished(record.offset) || restartWhenInDoubt) {
      this.#giveUp(record);
      return;
    }
    partition.window.register(record.offset, clock.now());
    if (record.step === undefined) {
      record.moveTo('executing', 'assignments');
    } else {
      record.moveTo('awaitingCommit', 'assignments');
      listener.commit(record);
    }
  }

  /** The record is not this process's any more. Its run stays busy until its handler has ended. */
  #giveUp(record: InFlightRecord<F>): void {
    const { execution, state } = record;
    if (state === 'stopping') return;
    const isRunning = (state === 'executing' || state === 'adopted') && execution?.hasEnded === false;
    record.moveTo(isRunning ? 'stopping' : 'released', 'assignments');
    execution?.stop.abort('moved');
  }

  /** Takes a partition over once more in the same epoch, from what the log says, unless it is somebody else's by now. */
  #openAgain(partition: OwnedPartition): void {
    if (this.#isClosed || this.#member === undefined || !this.#isCurrent(partition)) return;
    this.#take(partition.at, partition.epoch, this.#member);
  }

  #isCurrent(partition: OwnedPartition): boolean {
    return this.find(partition.at) === partition;
  }
}

/** Whether the record waits for its first or its next start. */
function isWaiting<F extends TopicName>({ state }: InFlightRecord<F>): boolean {
  return state === 'received' || state === 'waitingUntilDue' || state === 'buffered';
}

/** What only waits, or was refused, is as good when it is fetched again. */
function isWorthAdopting<F extends TopicName>(record: InFlightRecord<F>): boolean {
  return record.execution !== undefined && !isWaiting(record);
}
