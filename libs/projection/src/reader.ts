import type { TopicName } from '@docfleet/contracts';
import { sleep, toFailure, partitionName, type Clock, type TopicPartition } from '@docfleet/domain';
import {
  heldBytesOf,
  type FetchedBatch,
  type GroupMember,
  type LogRecord,
  type RecordLog,
} from '@docfleet/record-log';
import type { Log } from '@docfleet/telemetry';
import type { Part } from './isolate.ts';
import { PartitionBuffer } from './partition-buffer.ts';

const firstPauseMs = 250;
const longestPauseMs = 15_000;

/** Interval at which the group's offsets are committed, for lag metrics; the reader never reads them. */
const commitIntervalMs = 15_000;

/** What became of a part. */
export type PartResult =
  | { readonly kind: 'written' }
  /** Nothing was written: another process has moved the partition's offset meanwhile. Continue from `nextOffset`. */
  | { readonly kind: 'offset-moved'; readonly nextOffset: bigint };

export interface ReaderOptions {
  readonly recordLog: RecordLog;
  /** Consumer group that assigns the partitions. */
  readonly group: string;
  readonly topics: readonly (readonly [TopicName])[];
  /** What is written, for messages: "the read model". */
  readonly what: string;
  /** The stored offset of a partition; null before its first part. */
  readonly nextOffset: (at: TopicPartition) => Promise<bigint | null>;
  /** Stores records and the offset behind them in one transaction. */
  readonly write: (at: TopicPartition, part: Part<LogRecord>) => Promise<PartResult>;
  readonly clock: Clock;
  readonly log: Log;
  /** Called when the group membership has ended and cannot be restored. */
  readonly onLost: (error: Error) => void;
}

/** Reads topics into tables. The stored offsets decide from where; the group only assigns partitions. */
export interface Reader {
  /** Why nothing is written at the moment; empty when all is well. */
  problems(): readonly string[];
  /** Milliseconds since the fetch loop last did something. */
  idleMs(): number;
  /**
   * Since when the oldest unread record of any partition has waited without its position moving, in milliseconds since
   * the epoch; undefined when everything is read.
   */
  waitingSinceMs(): number | undefined;
  /** The partitions that this process reads at the moment. */
  assigned(): readonly TopicPartition[];
  /** Finishes the current batch, commits the group's offsets a last time, and leaves the group. */
  close(): Promise<void>;
}

/** An assigned partition in one epoch. */
interface AssignedPartition {
  readonly at: TopicPartition;
  readonly epoch: number;
  /** The offset stored with the tables; undefined until it was read. */
  position: bigint | null | undefined;
  readonly buffer: PartitionBuffer<FetchedBatch>;
  /** When the position last moved, or the partition was assigned, in milliseconds since the epoch. */
  movedAt: number;
  paused: boolean;
  /** The offset last committed to the group. */
  committed: bigint | null;
  opened: boolean;
}

/** Joins the group and writes until it is closed; one batch at a time over all partitions. */
export async function startReader(options: ReaderOptions): Promise<Reader> {
  const reader = new TableReader(options);
  await reader.start();
  return reader;
}

class TableReader implements Reader {
  readonly #options: ReaderOptions;
  readonly #stopping = new AbortController();
  #member: GroupMember | undefined;
  #partitions = new Map<string, AssignedPartition>();
  #assigned = false;
  #writeProblem: string | undefined;
  #wake: () => void = () => undefined;
  #work: Promise<void> = Promise.resolve();
  #commitDue = 0;

  constructor(options: ReaderOptions) {
    this.#options = options;
  }

  async start(): Promise<void> {
    const { recordLog, group, topics, onLost } = this.#options;
    this.#member = await recordLog.join({
      group,
      topics,
      listener: {
        assigned: (epoch, partitions) => {
          this.#assign(epoch, partitions);
        },
        revoking: () => undefined,
        fetched: (batch) => {
          this.#take(batch);
        },
        lost: onLost,
      },
    });
    this.#work = this.#run();
  }

  problems(): readonly string[] {
    const joining = this.#assigned ? undefined : `consumer group ${this.#options.group} not joined yet`;
    return [joining, this.#writeProblem].filter((reason) => reason !== undefined);
  }

  idleMs(): number {
    return this.#member?.idleMs() ?? 0;
  }

  waitingSinceMs(): number | undefined {
    const since = [...this.#partitions.values()].flatMap((partition) => waitingSince(partition) ?? []);
    return since.length === 0 ? undefined : Math.min(...since);
  }

  assigned(): readonly TopicPartition[] {
    return [...this.#partitions.values()].map(({ at }) => at);
  }

  async close(): Promise<void> {
    this.#stopping.abort(new Error('stopping'));
    this.#wake();
    await this.#work;
    await this.#commit();
    await this.#member?.leave();
  }

  #assign(epoch: number, partitions: readonly TopicPartition[]): void {
    this.#assigned = true;
    this.#partitions = new Map(
      partitions.map((at) => [
        partitionName(at),
        {
          at,
          epoch,
          position: undefined,
          buffer: new PartitionBuffer<FetchedBatch>(heldBytesOf),
          movedAt: this.#options.clock.now(),
          paused: false,
          committed: null,
          opened: false,
        },
      ]),
    );
    this.#wake();
  }

  #take(batch: FetchedBatch): void {
    const partition = this.#partitions.get(partitionName(batch));
    if (partition?.epoch !== batch.epoch) return;
    // Fetched before the partition's position was changed.
    if (
      partition.position !== null &&
      partition.position !== undefined &&
      batch.nextOffset <= partition.position
    )
      return;
    partition.buffer.add(batch, this.#options.clock.now());
    if (!partition.paused && partition.buffer.isFull) {
      partition.paused = true;
      this.#member?.pause(partition.at);
    }
    this.#wake();
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    let pauseMs = firstPauseMs;
    while (!signal.aborted) {
      try {
        if (!(await this.#step())) await this.#nextWake();
        this.#writeProblem = undefined;
        pauseMs = firstPauseMs;
      } catch (error) {
        this.#writeProblem = `${this.#options.what} cannot be written: ${toFailure(error).message}`;
        if (!this.#hasWork())
          this.#options.log.error('The stored offsets cannot be read; trying again', error, { pauseMs });
        await sleep(this.#options.clock, pauseMs, signal).catch(() => undefined);
        pauseMs = Math.min(pauseMs * 2, longestPauseMs);
      }
    }
  }

  /** Does one unit of work; false when there is none. */
  async #step(): Promise<boolean> {
    const partitions = [...this.#partitions.values()];
    const fresh = partitions.find(({ position }) => position === undefined);
    if (fresh !== undefined) {
      await this.#begin(fresh);
      return true;
    }
    const waiting = partitions.filter(({ buffer }) => !buffer.isEmpty);
    await this.#writeEach(waiting);
    if (this.#options.clock.now() >= this.#commitDue) await this.#commit();
    return waiting.length > 0;
  }

  /** Starts to fetch a partition at the stored offset, not at the group's. */
  async #begin(partition: AssignedPartition): Promise<void> {
    const position = await this.#options.nextOffset(partition.at);
    partition.position = position;
    partition.movedAt = this.#options.clock.now();
    this.#member?.fetchFrom(partition.at, partition.epoch, position);
  }

  /** Writes a part of every partition: a failure in one must not keep the others waiting. */
  async #writeEach(partitions: readonly AssignedPartition[]): Promise<void> {
    const failures: unknown[] = [];
    for (const partition of partitions) {
      try {
        await this.#write(partition);
      } catch (error) {
        failures.push(error);
        this.#options.log.error('Batch could not be written; trying again', error, {
          ...partition.at,
          fromOffset: String(partition.position),
        });
      }
    }
    if (failures.length > 0) throw failures[0];
  }

  async #write(partition: AssignedPartition): Promise<void> {
    const { write, clock } = this.#options;
    const { at, buffer } = partition;
    const batches = buffer.first();
    const last = batches.at(-1);
    if (last === undefined) return;
    const from = partition.position ?? null;
    const entries = batches
      .flatMap((batch) => batch.records)
      .filter(({ offset }) => from === null || offset >= from);
    const result = await write(at, { from, entries, nextOffset: last.nextOffset });
    if (this.#partitions.get(partitionName(at)) !== partition) return;
    if (result.kind === 'offset-moved') {
      buffer.clear();
      partition.position = result.nextOffset;
      this.#member?.fetchFrom(at, partition.epoch, result.nextOffset);
    } else {
      buffer.drop(batches.length);
      partition.position = last.nextOffset;
    }
    partition.movedAt = clock.now();
    if (partition.paused && buffer.hasRoom) {
      partition.paused = false;
      this.#member?.resume(at);
    }
  }

  /** Commits the stored offsets to the group, for lag metrics and alerts. A failure has no other effect. */
  async #commit(): Promise<void> {
    const member = this.#member;
    this.#commitDue = this.#options.clock.now() + commitIntervalMs;
    for (const partition of this.#partitions.values()) {
      const { at, epoch, position } = partition;
      if (member === undefined || position === undefined || position === null) continue;
      if (position === partition.committed) continue;
      try {
        if (!partition.opened) await member.open(at, epoch);
        partition.opened = true;
        await member.transact(at, epoch, { records: [], offset: position, metadata: '' });
        partition.committed = position;
      } catch (error) {
        partition.opened = false;
        this.#options.log.warn('Group offset could not be committed; lag metrics are stale', {
          ...at,
          reason: String(error),
        });
      }
    }
  }

  /** Resolves when there is work, or the group's offsets are due. */
  #nextWake(): Promise<void> {
    return new Promise((resolve) => {
      const delayMs = Math.max(50, this.#commitDue - this.#options.clock.now());
      const cancel = this.#options.clock.after(delayMs, () => {
        this.#wake();
      });
      this.#wake = () => {
        cancel();
        this.#wake = () => undefined;
        resolve();
      };
      if (this.#stopping.signal.aborted || this.#hasWork()) this.#wake();
    });
  }

  #hasWork(): boolean {
    return [...this.#partitions.values()].some(
      ({ position, buffer }) => position === undefined || !buffer.isEmpty,
    );
  }
}

function waitingSince({ position, buffer, movedAt }: AssignedPartition): number | undefined {
  if (position === undefined) return movedAt;
  return buffer.oldestAt === undefined ? undefined : Math.max(buffer.oldestAt, movedAt);
}
