import { type Clock, partitionName, type TopicPartition } from '@docfleet/domain';
import {
  type CommittedPosition,
  type GroupMember,
  maxMetadataBytes,
  type OutgoingRecord,
  TransactionError,
} from '@docfleet/record-log';
import type { StageObserver } from './observer.ts';
import type { RecordState } from './record-states.ts';
import { decodeFinished, encodeFinished } from './window-metadata.ts';
import { PartitionWindow } from './window.ts';

/** A record as its commit sees it. */
export interface CommittableRecord {
  readonly offset: bigint;
  /** True for a step that is the same whatever has happened since: after a doubt it is committed again as it was. */
  readonly isRepeatable: boolean;
  moveTo(state: RecordState, by: 'partition'): void;
}

/** What a partition reports to whoever assigned it. */
export interface PartitionListener {
  /** Records were committed, or must be executed again: more may be fetched and started. */
  progressed(): void;
  /**
   * The partition was lost, although its epoch has not ended. `fenced`: another owner has initialised its
   * producer. `positionChanged`: the committed position is neither this owner's last nor its next, so somebody else wrote it.
   */
  lost(partition: OwnedPartition, why: 'fenced' | 'positionChanged'): void;
}

export interface PartitionOptions {
  readonly at: TopicPartition;
  readonly epoch: number;
  readonly member: GroupMember;
  readonly clock: Clock;
  readonly observer: StageObserver;
  /** Steps whose commit did not happen are not committed again, unless repeatable: their records are executed again. */
  readonly restartWhenInDoubt: boolean;
  readonly listener: PartitionListener;
}

/** A record whose step is encoded. */
interface ReadyCommit {
  readonly record: CommittableRecord;
  readonly outgoing: readonly OutgoingRecord[];
}

/** Steps that share one transaction at most: about 6 ms of processor time are saved for each that does. */
const maxStepsPerTransaction = 100;

/** Output bytes that share one transaction at most. */
const maxBytesPerTransaction = 4 * 1024 * 1024;

/** Pause before the offset alone is committed, so that lag reaches zero without a transaction per marker. */
const idleCommitDelayMs = 1000;

/** Oldest unfinished record beyond which only the lowest record of the partition is started, in milliseconds. */
const maxWindowAgeMs = 15 * 60 * 1000;

/** Bytes of the metadata reserved for the records that are executing. */
const metadataReserveBytes = 512;

/**
 * A partition while this process owns it: its window, and the one loop through which every commit goes, in order and
 * one at a time. When a commit is in doubt the partition is opened again and the log decides what happened.
 *
 * Moves its records from `awaitingCommit` to `committing`, `done` and `inDoubt`, and from there back.
 */
export class OwnedPartition {
  readonly at: TopicPartition;
  readonly epoch: number;
  readonly #options: PartitionOptions;
  #window = new PartitionWindow(null);
  #ready: ReadyCommit[] = [];
  /** Commits that would make the metadata too long: they wait for the lowest records of the window. */
  #deferred: ReadyCommit[] = [];
  #opened = false;
  #committing: Promise<void> | undefined;
  /** The position as this owner last knew it in the log. */
  #known: CommittedPosition = { offset: null, metadata: '' };
  #cancelIdleCommit: (() => void) | undefined;
  #ended = false;
  #narrow = false;

  constructor(options: PartitionOptions) {
    this.#options = options;
    this.at = options.at;
    this.epoch = options.epoch;
  }

  get window(): PartitionWindow {
    return this.#window;
  }

  get isEnded(): boolean {
    return this.#ended;
  }

  /** True once the committed position is known; nothing may be committed before. */
  get isOpen(): boolean {
    return this.#opened && !this.#ended;
  }

  /**
   * Where the group has never committed, only the first fetch tells the position; what was adopted there waits for it
   * to be committed, so a fetch must not be held back.
   */
  get knowsItsPosition(): boolean {
    return this.#window.base !== null;
  }

  /**
   * Initialises the partition's producer and reads the committed position; undefined when the partition was lost.
   * Nothing is open before `begin`.
   */
  async open(): Promise<CommittedPosition | undefined> {
    try {
      const committed = await this.#options.member.open(this.at, this.epoch);
      return this.#ended ? undefined : committed;
    } catch (error) {
      if (error instanceof TransactionError) return undefined;
      throw error;
    }
  }

  /** Opens the window at the committed position. */
  begin(committed: CommittedPosition): void {
    const finished = committed.offset === null ? [] : decodeFinished(committed.offset, committed.metadata);
    if (finished === undefined) this.#options.observer.unreadableMetadata();
    this.#window = new PartitionWindow(committed.offset, finished ?? []);
    this.#known = committed;
    this.#opened = true;
  }

  /** Begins to fetch from where the window begins. */
  fetch(): void {
    this.#options.member.fetchFrom(this.at, this.epoch, this.#window.base);
  }

  pauseFetching(): void {
    this.#options.member.pause(this.at);
  }

  resumeFetching(): void {
    this.#options.member.resume(this.at);
  }

  /** Whether a record may be started: in a narrow window only the lowest, until the others have caught up. */
  mayStart(offset: bigint): boolean {
    return !this.#narrow || this.#window.lowestOpen() === offset;
  }

  /** Queues a record in `awaitingCommit` with what it writes. */
  commit(record: CommittableRecord, outgoing: readonly OutgoingRecord[]): void {
    if (this.#ended) return;
    this.#ready.push({ record, outgoing });
    this.#startCommitting();
  }

  /** The log was read up to `next`; with nothing in flight the offset alone is committed, after a pause. */
  fetchedTo(next: bigint): void {
    this.#window.fetchedTo(next);
    if (this.#ready.length > 0) this.#startCommitting();
    else this.#planIdleCommit();
  }

  /** Commits the position without records, if it has moved. */
  async commitPosition(): Promise<void> {
    this.#cancelIdleCommit?.();
    await this.#settled();
    if (this.#isBehind()) this.#startCommitting();
    await this.#settled();
  }

  /** The partition is not this owner's any more: nothing is committed from now on. */
  end(): void {
    this.#ended = true;
    this.#cancelIdleCommit?.();
    this.#ready = [];
    this.#deferred = [];
  }

  async #settled(): Promise<void> {
    while (this.#committing !== undefined) await this.#committing;
  }

  #startCommitting(): void {
    this.#committing ??= this.#commitAll().finally(() => {
      this.#committing = undefined;
      if (this.#canCommit()) this.#startCommitting();
    });
  }

  /** Where the group never committed, there is no position to commit before the first fetch. */
  #canCommit(): boolean {
    return !this.#ended && this.#ready.length > 0 && this.#window.positionWith([]) !== null;
  }

  async #commitAll(): Promise<void> {
    do {
      if (!(await this.#commitTogether(this.#nextCommits()))) return;
    } while (this.#canCommit());
    this.#planIdleCommit();
  }

  #nextCommits(): readonly ReadyCommit[] {
    let bytes = 0;
    let count = 0;
    for (const { outgoing } of this.#ready.slice(0, maxStepsPerTransaction)) {
      bytes += outgoing.reduce((sum, { value }) => sum + (value?.length ?? 0), 0);
      if (count > 0 && bytes > maxBytesPerTransaction) break;
      count += 1;
    }
    return this.#ready.splice(0, count);
  }

  /** One transaction. False when the partition has ended, or cannot be committed yet. */
  async #commitTogether(commits: readonly ReadyCommit[]): Promise<boolean> {
    const { member, clock, observer, listener } = this.#options;
    const offsets = commits.map(({ record }) => record.offset);
    const position = this.#window.positionWith(offsets);
    if (position === null) {
      this.#ready.unshift(...commits);
      return false;
    }
    const metadata = encodeFinished(position);
    if (metadata.length > maxMetadataBytes && commits.some((commit) => !this.#isLowest(commit))) {
      for (const commit of commits) (this.#isLowest(commit) ? this.#ready : this.#deferred).push(commit);
      return true;
    }
    const startedAt = clock.now();
    for (const { record } of commits) record.moveTo('committing', 'partition');
    try {
      await member.transact(this.at, this.epoch, {
        records: commits.flatMap(({ outgoing }) => outgoing),
        offset: position.offset,
        metadata,
      });
    } catch (error) {
      if (this.#ended) return false;
      if (error instanceof TransactionError && error.outcome === 'fenced') {
        listener.lost(this, 'fenced');
        return false;
      }
      for (const { record } of commits) record.moveTo('inDoubt', 'partition');
      const happened = await this.#didHappen({ offset: position.offset, metadata });
      if (happened === undefined) return false;
      observer.doubted({ happened });
      if (!happened) {
        this.#tryAgain(commits);
        return true;
      }
    }
    if (this.#ended) return false;
    this.#known = { offset: position.offset, metadata };
    this.#window.finish(offsets);
    this.#measureWindow();
    this.#readmitDeferred();
    for (const { record } of commits) record.moveTo('done', 'partition');
    observer.committed({ steps: commits.length, ms: clock.now() - startedAt });
    listener.progressed();
    return true;
  }

  /** While the metadata has free bytes, everything deferred may try again; else only the lowest open record. */
  #readmitDeferred(): void {
    const readmitted = this.#narrow
      ? this.#deferred.filter((commit) => this.#isLowest(commit))
      : this.#deferred;
    this.#deferred = this.#narrow ? this.#deferred.filter((commit) => !this.#isLowest(commit)) : [];
    this.#ready.push(...readmitted);
  }

  #isLowest({ record }: ReadyCommit): boolean {
    return record.offset === this.#window.lowestOpen();
  }

  /** After a commit that did not happen: committed as it was, or executed again. */
  #tryAgain(commits: readonly ReadyCommit[]): void {
    const { restartWhenInDoubt, listener } = this.#options;
    const repeated = commits.filter(({ record }) => record.isRepeatable || !restartWhenInDoubt);
    for (const { record } of repeated) record.moveTo('awaitingCommit', 'partition');
    this.#ready.unshift(...repeated);
    for (const commit of commits)
      if (!repeated.includes(commit)) commit.record.moveTo('buffered', 'partition');
    if (repeated.length < commits.length) listener.progressed();
  }

  /**
   * Opens the partition again and asks the log: it has the position that was to be committed, or the one from before.
   * Any third position was written by another owner in between (this one slept through a change of the group, or
   * somebody moved the offset): what this owner believes is void. Undefined then, and when the partition was lost.
   */
  async #didHappen(target: CommittedPosition): Promise<boolean | undefined> {
    const { member, observer, listener } = this.#options;
    let found: CommittedPosition;
    try {
      found = await member.open(this.at, this.epoch);
    } catch (error) {
      if (!(error instanceof TransactionError))
        observer
          .logOf(null)
          .error(`Whether a commit of ${partitionName(this.at)} happened could not be looked up.`, error);
      if (!this.#ended) listener.lost(this, 'fenced');
      return undefined;
    }
    if (this.#ended) return undefined;
    if (isSame(found, target)) return true;
    if (isSame(found, this.#known)) return false;
    listener.lost(this, 'positionChanged');
    return undefined;
  }

  #measureWindow(): void {
    const position = this.#window.positionWith([]);
    const bytes = position === null ? 0 : encodeFinished(position).length;
    const tooOld = this.#window.ageMs(this.#options.clock.now()) > maxWindowAgeMs;
    this.#narrow = tooOld || bytes > maxMetadataBytes - metadataReserveBytes;
  }

  #isBehind(): boolean {
    const base = this.#window.base;
    return base !== null && base !== this.#known.offset;
  }

  #planIdleCommit(): void {
    if (this.#ended || this.#window.openCount > 0 || !this.#isBehind()) return;
    this.#cancelIdleCommit?.();
    this.#cancelIdleCommit = this.#options.clock.after(idleCommitDelayMs, () => {
      if (!this.#ended && this.#window.openCount === 0 && this.#isBehind()) this.#startCommitting();
    });
  }
}

function isSame(a: CommittedPosition, b: CommittedPosition): boolean {
  return a.offset === b.offset && a.metadata === b.metadata;
}
