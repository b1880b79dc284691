import type { Clock, TopicPartition } from '@docfleet/domain';
import type { StageObserver } from './observer.ts';
import {
  maxMetadataBytes,
  TransactionError,
  type CommittedPosition,
  type GroupMember,
  type OutgoingRecord,
} from '@docfleet/record-log';
import { decodeFinished, encodeFinished } from './window-metadata.ts';
import { PartitionWindow } from './window.ts';

/** The finished step of one record, ready to be committed. */
export interface ReadyStep {
  readonly offset: bigint;
  readonly records: readonly OutgoingRecord[];
  /** True for a step that is the same whatever has happened since: it is committed again also where steps start over. */
  readonly repeatable: boolean;
}

export interface PartitionOptions {
  readonly at: TopicPartition;
  readonly epoch: number;
  readonly member: GroupMember;
  readonly clock: Clock;
  readonly observer: StageObserver;
  /** Steps in doubt are not committed again, unless repeatable: their records are handed to `onStartOver`. */
  readonly restartWhenInDoubt: boolean;
  readonly onCommitted: (offsets: readonly bigint[]) => void;
  readonly onStartOver: (offsets: readonly bigint[]) => void;
  /** Another owner has taken the partition over, although this epoch has not been told to end. */
  readonly onFenced: () => void;
  /** The position is neither this owner's last nor its next: everything in hand must be looked at again. */
  readonly onMovedBySomebody: () => void;
}

/** Steps that share one transaction at most: about 6 ms of processor time are saved for each that does. */
const maxStepsPerTransaction = 100;

/** Output bytes that share one transaction at most. */
const maxBytesPerTransaction = 4 * 1024 * 1024;

/** Pause before the offset alone is committed, so that lag reaches zero without a transaction per marker. */
const idleCommitDelayMs = 1000;

/** Oldest unfinished record beyond which only the lowest record of the partition is started, in milliseconds. */
const maxWindowAgeMs = 15 * 60 * 1000;

/** Room kept in the metadata for the steps that are at work. */
const metadataReserveBytes = 512;

/**
 * A partition while this process owns it: its window, and the one loop through which every commit goes, in order and
 * one at a time. When a commit is in doubt the partition is opened again and the log decides what happened.
 */
export class OwnedPartition {
  readonly at: TopicPartition;
  readonly epoch: number;
  readonly #options: PartitionOptions;
  #window = new PartitionWindow(null);
  #ready: ReadyStep[] = [];
  /** Steps that would make the metadata too long: they wait for the lowest records of the window. */
  #held: ReadyStep[] = [];
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

  /** True from the moment at which it is known where the partition stands; nothing may be committed before. */
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

  /** Takes the partition over. False when it has been lost meanwhile. */
  async open(): Promise<boolean> {
    try {
      const committed = await this.#options.member.open(this.at, this.epoch);
      if (this.#ended) return false;
      this.#window = this.#windowOf(committed);
      this.#known = committed;
      this.#opened = true;
      return true;
    } catch (error) {
      if (error instanceof TransactionError) return false;
      throw error;
    }
  }

  /** Whether a record may be started: in a narrow window only the lowest, until the others have caught up. */
  mayStart(offset: bigint): boolean {
    return !this.#narrow || this.#window.lowestOpen() === offset;
  }

  /** Queues a step for commit. */
  commit(step: ReadyStep): void {
    if (this.#ended) return;
    this.#ready.push(step);
    this.#startCommitting();
  }

  /** The log was read up to `next`; with nothing in hand the offset alone is committed, after a pause. */
  fetchedTo(next: bigint): void {
    this.#window.fetchedTo(next);
    if (this.#ready.length > 0) this.#startCommitting();
    else this.#planIdleCommit(idleCommitDelayMs);
  }

  /** Resolves when every step queued so far is committed or given up. */
  async settled(): Promise<void> {
    while (this.#committing !== undefined) await this.#committing;
  }

  /** Commits the position without records, if it has moved. */
  async commitPosition(): Promise<void> {
    this.#cancelIdleCommit?.();
    await this.settled();
    if (this.#isBehind()) this.#startCommitting();
    await this.settled();
  }

  /** The partition is not this owner's any more: nothing is committed from now on. */
  end(): void {
    this.#ended = true;
    this.#cancelIdleCommit?.();
    this.#ready = [];
    this.#held = [];
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
      const steps = this.#nextBundle();
      if (!(await this.#commitBundle(steps))) return;
    } while (this.#canCommit());
    this.#planIdleCommit(idleCommitDelayMs);
  }

  #nextBundle(): readonly ReadyStep[] {
    let bytes = 0;
    let count = 0;
    for (const step of this.#ready.slice(0, maxStepsPerTransaction)) {
      bytes += step.records.reduce((sum, record) => sum + record.value.length, 0);
      if (count > 0 && bytes > maxBytesPerTransaction) break;
      count += 1;
    }
    return this.#ready.splice(0, count);
  }

  /** False when the partition has ended. */
  async #commitBundle(steps: readonly ReadyStep[]): Promise<boolean> {
    const { member, clock, observer } = this.#options;
    const offsets = steps.map((step) => step.offset);
    const position = this.#window.positionWith(offsets);
    if (position === null) {
      this.#ready.unshift(...steps);
      return false;
    }
    const metadata = encodeFinished(position);
    if (metadata.length > maxMetadataBytes && steps.some((step) => !this.#isLowest(step))) {
      for (const step of steps) (this.#isLowest(step) ? this.#ready : this.#held).push(step);
      return true;
    }
    const startedAt = clock.now();
    try {
      await member.transact(this.at, this.epoch, {
        records: steps.flatMap((step) => step.records),
        offset: position.offset,
        metadata,
      });
    } catch (error) {
      if (this.#ended) return false;
      if (error instanceof TransactionError && error.outcome === 'fenced') {
        this.#options.onFenced();
        return false;
      }
      const happened = await this.#didHappen({ offset: position.offset, metadata });
      if (happened === undefined) return false;
      observer.doubted({ happened });
      if (!happened) {
        this.#tryAgain(steps);
        return true;
      }
    }
    if (this.#ended) return false;
    this.#known = { offset: position.offset, metadata };
    this.#window.finish(offsets);
    this.#measureWindow();
    this.#releaseHeld();
    observer.committed({ steps: steps.length, ms: clock.now() - startedAt });
    this.#options.onCommitted(offsets);
    return true;
  }

  /** With room in the metadata all that was held may try again; without, only what holds the window back. */
  #releaseHeld(): void {
    const released = this.#narrow ? this.#held.filter((step) => this.#isLowest(step)) : this.#held;
    this.#held = this.#narrow ? this.#held.filter((step) => !this.#isLowest(step)) : [];
    this.#ready.push(...released);
  }

  #isLowest(step: ReadyStep): boolean {
    return step.offset === this.#window.lowestOpen();
  }

  /** After a commit that did not happen: as it was, or from the start. */
  #tryAgain(steps: readonly ReadyStep[]): void {
    const { restartWhenInDoubt, onStartOver } = this.#options;
    this.#ready.unshift(...steps.filter((step) => step.repeatable || !restartWhenInDoubt));
    if (restartWhenInDoubt) onStartOver(steps.filter((step) => !step.repeatable).map((step) => step.offset));
  }

  /**
   * Opens the partition again and asks the log: it has the position that was to be committed, or the one from before.
   * Any third position was written by another owner in between (this one slept through a change of the group, or
   * somebody moved the offset): what this owner believes is void. Undefined then, and when the partition was lost.
   */
  async #didHappen(target: CommittedPosition): Promise<boolean | undefined> {
    const { member, observer } = this.#options;
    let found: CommittedPosition;
    try {
      found = await member.open(this.at, this.epoch);
    } catch (error) {
      if (!(error instanceof TransactionError))
        observer.logOf(null).error('a commit in doubt cannot be looked up', error);
      if (!this.#ended) this.#options.onFenced();
      return undefined;
    }
    if (this.#ended) return undefined;
    if (isSame(found, target)) return true;
    if (isSame(found, this.#known)) return false;
    this.#options.onMovedBySomebody();
    return undefined;
  }

  #windowOf(committed: CommittedPosition): PartitionWindow {
    const finished = committed.offset === null ? [] : decodeFinished(committed.offset, committed.metadata);
    if (finished === undefined) this.#options.observer.unreadableMetadata();
    return new PartitionWindow(committed.offset, finished ?? []);
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

  #planIdleCommit(delayMs: number): void {
    if (this.#ended || this.#window.openCount > 0 || !this.#isBehind()) return;
    this.#cancelIdleCommit?.();
    this.#cancelIdleCommit = this.#options.clock.after(delayMs, () => {
      if (!this.#ended && this.#window.openCount === 0 && this.#isBehind()) this.#startCommitting();
    });
  }
}

function isSame(a: CommittedPosition, b: CommittedPosition): boolean {
  return a.offset === b.offset && a.metadata === b.metadata;
}
