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
import { ledgerTopics, nothing, readRecord } from '../core/facts.ts';
import { consumerName, type Book, type Entry } from './book.ts';

/** Records of one partition that wait to be booked; above this the partition is paused. */
const maxWaiting = 5_000;

/** Records that are booked in one transaction at most. */
const maxAtOnce = 500;

const firstPauseMs = 250;
const longestPauseMs = 15_000;

/** How often the group's offsets are moved, for those who watch the lag; they are never read. */
const commitEveryMs = 15_000;

export interface ReaderOptions {
  readonly recordLog: RecordLog;
  readonly codec: RecordCodec;
  readonly book: Book;
  readonly clock: Clock;
  readonly log: Log;
  readonly onUndecodable: () => void;
  /** Second endings of a revision. */
  readonly onDoubled: (runIds: readonly string[]) => void;
  readonly onLost: (error: Error) => void;
}

/** Reads the ledger's topics into the book. */
export interface Reader {
  /** Reasons why nothing can be booked now. */
  trouble(): readonly string[];
  idleMs(): number;
  /** Finishes the batch at work, moves the group's offsets a last time, and leaves the group. */
  close(): Promise<void>;
}

/** A partition of this member in one epoch. */
interface Reading {
  readonly at: TopicPartition;
  readonly epoch: number;
  /** Where the book stands; undefined until it was asked. */
  position: bigint | null | undefined;
  batches: FetchedBatch[];
  paused: boolean;
  /** What the group was told last. */
  committed: bigint | null;
  opened: boolean;
}

/** Joins the group and books for ever; one batch at a time, whatever partition it is from. */
export async function startReader(options: ReaderOptions): Promise<Reader> {
  const reader = new LedgerReader(options);
  await reader.start();
  return reader;
}

class LedgerReader implements Reader {
  readonly #options: ReaderOptions;
  readonly #stopping = new AbortController();
  #member: GroupMember | undefined;
  #readings = new Map<string, Reading>();
  #assigned = false;
  #clusterId = '';
  #trouble: string | undefined;
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

  trouble(): readonly string[] {
    const joining = this.#assigned ? undefined : 'the ledger is not in its group yet';
    return [joining, this.#trouble].filter((reason) => reason !== undefined);
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
    this.#readings = new Map(
      partitions.map((at) => [
        partitionName(at),
        { at, epoch, position: undefined, batches: [], paused: false, committed: null, opened: false },
      ]),
    );
    this.#wake();
  }

  #take(batch: FetchedBatch): void {
    const reading = this.#readings.get(partitionName(batch));
    if (reading?.epoch !== batch.epoch) return;
    // A fetch that was on its way when the partition was set to another place.
    if (reading.position !== null && reading.position !== undefined && batch.nextOffset <= reading.position)
      return;
    reading.batches.push(batch);
    if (!reading.paused && waitingIn(reading) > maxWaiting) {
      reading.paused = true;
      this.#member?.pause(reading.at);
    }
    this.#wake();
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    let pauseMs = firstPauseMs;
    while (!signal.aborted) {
      try {
        if (!(await this.#step())) await this.#nextWake();
        this.#trouble = undefined;
        pauseMs = firstPauseMs;
      } catch (error) {
        this.#trouble = `nothing can be booked: ${toFailure(error).message}`;
        this.#options.log.error('the batch waits and will be tried again', error, { pauseMs });
        await sleep(this.#options.clock, pauseMs, signal).catch(() => undefined);
        pauseMs = Math.min(pauseMs * 2, longestPauseMs);
      }
    }
  }

  /** One piece of work; false when there is none. */
  async #step(): Promise<boolean> {
    const readings = [...this.#readings.values()];
    const fresh = readings.find(({ position }) => position === undefined);
    if (fresh !== undefined) {
      await this.#begin(fresh);
      return true;
    }
    const waiting = readings.filter(({ batches }) => batches.length > 0);
    for (const reading of waiting) await this.#book(reading);
    if (this.#options.clock.now() >= this.#commitDue) await this.#commit();
    return waiting.length > 0;
  }

  /** Starts to read a partition where the book stands, not where the group does. */
  async #begin(reading: Reading): Promise<void> {
    const position = await this.#options.book.nextOffset(reading.at);
    reading.position = position;
    this.#member?.fetchFrom(reading.at, reading.epoch, position);
  }

  async #book(reading: Reading): Promise<void> {
    const { book, onDoubled } = this.#options;
    const batches = firstBatches(reading.batches);
    const last = batches.at(-1);
    if (last === undefined) return;
    const from = reading.position ?? null;
    const records = batches
      .flatMap((batch) => batch.records)
      .filter(({ offset }) => from === null || offset >= from);
    const entries = await Promise.all(records.map((record) => this.#entryOf(record)));
    const booked = await book.book(reading.at, { from, entries, nextOffset: last.nextOffset });
    if (this.#readings.get(partitionName(reading.at)) !== reading) return;
    if (booked.kind === 'elsewhere') {
      reading.batches = [];
      reading.position = booked.nextOffset;
      this.#member?.fetchFrom(reading.at, reading.epoch, booked.nextOffset);
    } else {
      reading.batches.splice(0, batches.length);
      reading.position = last.nextOffset;
      if (booked.folded.doubled.length > 0) onDoubled(booked.folded.doubled);
    }
    if (reading.paused && waitingIn(reading) <= maxWaiting / 2) {
      reading.paused = false;
      this.#member?.resume(reading.at);
    }
  }

  async #entryOf(record: LogRecord): Promise<Entry> {
    const { offset } = record;
    try {
      return { offset, ...(await readRecord(this.#options.codec, record, this.#clusterId)) };
    } catch (error) {
      if (!(error instanceof FailureError) || error.code !== 'RECORD_UNDECODABLE') throw error;
      const { topic, partition } = record;
      this.#options.log.error('a record is left out: no schema reads it', error, {
        topic,
        partition,
        offset: String(offset),
      });
      this.#options.onUndecodable();
      return { offset, ...nothing };
    }
  }

  /** Tells the group how far the book is, for the lag that scaling and alerts watch. A failure does no harm. */
  async #commit(): Promise<void> {
    const member = this.#member;
    this.#commitDue = this.#options.clock.now() + commitEveryMs;
    for (const reading of this.#readings.values()) {
      const { at, epoch, position } = reading;
      if (member === undefined || position === undefined || position === null) continue;
      if (position === reading.committed) continue;
      try {
        if (!reading.opened) await member.open(at, epoch);
        reading.opened = true;
        await member.transact(at, epoch, { records: [], offset: position, metadata: '' });
        reading.committed = position;
      } catch (error) {
        reading.opened = false;
        this.#options.log.warn('the lag could not be noted', { ...at, reason: String(error) });
      }
    }
  }

  /** Until something happens, or offsets are due. */
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
    return [...this.#readings.values()].some(
      ({ position, batches }) => position === undefined || batches.length > 0,
    );
  }
}

/** The first batches, as many as fit into one transaction, at least one. */
function firstBatches(batches: readonly FetchedBatch[]): readonly FetchedBatch[] {
  let records = 0;
  const end = batches.findIndex((batch, index) => {
    records += batch.records.length;
    return index > 0 && records > maxAtOnce;
  });
  return end === -1 ? batches.slice() : batches.slice(0, end);
}

function waitingIn(reading: Reading): number {
  return reading.batches.reduce((sum, { records }) => sum + records.length, 0);
}
