import type { RecordCodec } from '@docfleet/contracts';
import {
  FailureError,
  sleep,
  toFailure,
  partitionName,
  type Clock,
  type TopicPartition,
} from '@docfleet/domain';
import type { FetchedBatch, GroupMember, LogRecord, RecordLog } from '@docfleet/record-log';
import type { Log } from '@docfleet/telemetry';
import { decodeRecord, emptyRecord, ledgerTopics } from './decode-record.ts';
import { consumerName, type DecodedEntry, type ReadModelWriter } from './read-model-writer.ts';

/** Buffered records of one partition; above this the partition is paused. */
const maxBuffered = 5_000;

/** Records written in one transaction at most, unless a single fetched batch has more. */
const maxPerTransaction = 500;

const firstPauseMs = 250;
const longestPauseMs = 15_000;

/** Interval at which the group's offsets are committed, for lag metrics; the ledger never reads them. */
const commitIntervalMs = 15_000;

export interface ReaderOptions {
  readonly recordLog: RecordLog;
  readonly codec: RecordCodec;
  readonly writer: ReadModelWriter;
  readonly clock: Clock;
  readonly log: Log;
  readonly onUndecodable: () => void;
  /** Called with the runs that have a second terminal event for one revision. */
  readonly onDoubled: (runIds: readonly string[]) => void;
  /** Called when the group membership has ended and cannot be restored. */
  readonly onLost: (error: Error) => void;
}

/** Reads the ledger's topics into the read model. */
export interface Reader {
  /** Why nothing is written at the moment; empty when all is well. */
  problems(): readonly string[];
  /** Milliseconds since the fetch loop last did something. */
  idleMs(): number;
  /** Finishes the current batch, commits the group's offsets a last time, and leaves the group. */
  close(): Promise<void>;
}

/** An assigned partition in one epoch. */
interface AssignedPartition {
  readonly at: TopicPartition;
  readonly epoch: number;
  /** The offset stored with the read model; undefined until it was read. */
  position: bigint | null | undefined;
  batches: FetchedBatch[];
  paused: boolean;
  /** The offset last committed to the group. */
  committed: bigint | null;
  opened: boolean;
}

/** Joins the group and writes until it is closed; one batch at a time over all partitions. */
export async function startReader(options: ReaderOptions): Promise<Reader> {
  const reader = new LedgerReader(options);
  await reader.start();
  return reader;
}

class LedgerReader implements Reader {
  readonly #options: ReaderOptions;
  readonly #stopping = new AbortController();
  #member: GroupMember | undefined;
  #partitions = new Map<string, AssignedPartition>();
  #assigned = false;
  #clusterId = '';
  #writeProblem: string | undefined;
  #wake: () => void = () => undefined;
  #work: Promise<void> = Promise.resolve();
  #commitDue = 0;

  constructor(options: ReaderOptions) {
    this.#options = options;
  }

  async start(): Promise<void> {
    const { recordLog, onLost } = this.#options;
    this.#clusterId = await recordLog.clusterId();
    this.#member = await recordLog.join({
      group: consumerName,
      topics: ledgerTopics,
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
    const joining = this.#assigned ? undefined : 'consumer group ledger not joined yet';
    return [joining, this.#writeProblem].filter((reason) => reason !== undefined);
  }

  idleMs(): number {
    return this.#member?.idleMs() ?? 0;
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
        { at, epoch, position: undefined, batches: [], paused: false, committed: null, opened: false },
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
    partition.batches.push(batch);
    if (!partition.paused && bufferedRecords(partition) > maxBuffered) {
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
        this.#writeProblem = `read model cannot be written: ${toFailure(error).message}`;
        this.#options.log.error('Batch could not be written; trying again', error, { pauseMs });
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
    const waiting = partitions.filter(({ batches }) => batches.length > 0);
    for (const partition of waiting) await this.#write(partition);
    if (this.#options.clock.now() >= this.#commitDue) await this.#commit();
    return waiting.length > 0;
  }

  /** Starts to fetch a partition at the read model's offset, not at the group's. */
  async #begin(partition: AssignedPartition): Promise<void> {
    const position = await this.#options.writer.nextOffset(partition.at);
    partition.position = position;
    this.#member?.fetchFrom(partition.at, partition.epoch, position);
  }

  async #write(partition: AssignedPartition): Promise<void> {
    const { writer, onDoubled } = this.#options;
    const batches = firstBatches(partition.batches);
    const last = batches.at(-1);
    if (last === undefined) return;
    const from = partition.position ?? null;
    const records = batches
      .flatMap((batch) => batch.records)
      .filter(({ offset }) => from === null || offset >= from);
    const entries = await Promise.all(records.map((record) => this.#entryOf(record)));
    const result = await writer.write(partition.at, { from, entries, nextOffset: last.nextOffset });
    if (this.#partitions.get(partitionName(partition.at)) !== partition) return;
    if (result.kind === 'offset-moved') {
      partition.batches = [];
      partition.position = result.nextOffset;
      this.#member?.fetchFrom(partition.at, partition.epoch, result.nextOffset);
    } else {
      partition.batches.splice(0, batches.length);
      partition.position = last.nextOffset;
      if (result.folded.doubled.length > 0) onDoubled(result.folded.doubled);
    }
    if (partition.paused && bufferedRecords(partition) <= maxBuffered / 2) {
      partition.paused = false;
      this.#member?.resume(partition.at);
    }
  }

  async #entryOf(record: LogRecord): Promise<DecodedEntry> {
    const { offset } = record;
    try {
      return { offset, ...(await decodeRecord(this.#options.codec, record, this.#clusterId)) };
    } catch (error) {
      if (!(error instanceof FailureError) || error.code !== 'RECORD_UNDECODABLE') throw error;
      const { topic, partition } = record;
      this.#options.log.error('Record could not be decoded; skipped', error, {
        topic,
        partition,
        offset: String(offset),
      });
      this.#options.onUndecodable();
      return { offset, ...emptyRecord };
    }
  }

  /** Commits the read model's offsets to the group, for lag metrics and alerts. A failure has no other effect. */
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
      ({ position, batches }) => position === undefined || batches.length > 0,
    );
  }
}

/** As many of the first batches as fit into one transaction, at least one. */
function firstBatches(batches: readonly FetchedBatch[]): readonly FetchedBatch[] {
  let records = 0;
  const end = batches.findIndex((batch, index) => {
    records += batch.records.length;
    return index > 0 && records > maxPerTransaction;
  });
  return end === -1 ? batches.slice() : batches.slice(0, end);
}

function bufferedRecords(partition: AssignedPartition): number {
  return partition.batches.reduce((sum, { records }) => sum + records.length, 0);
}
