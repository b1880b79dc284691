import type { TopicName } from '@docfleet/contracts';
import { partitionName, type Clock, type TopicPartition } from '@docfleet/domain';
import type { Bench, Work } from './bench.ts';
import type { Hand } from './hand.ts';
import type { StageObserver } from './observer.ts';
import { OwnedPartition } from './partition.ts';
import type { GroupMember } from '@docfleet/record-log';
import type { Stage } from './stage.ts';

export interface HoldingsOptions<F extends TopicName> {
  readonly stage: Stage<F>;
  readonly clock: Clock;
  readonly observer: StageObserver;
  readonly hand: Hand<F>;
  readonly bench: Bench<F>;
  /** The present membership; undefined while there is none, or none is wanted any more. */
  readonly member: () => GroupMember | undefined;
  /** Whether a partition that is taken over begins paused. */
  readonly isFetchingPaused: () => boolean;
  /** Work that was adopted has a step to commit, perhaps. */
  readonly onAdopted: (work: Work<F>) => void;
  /** Something was committed, put back or taken over: more may be fetched, and started. */
  readonly onMoved: () => void;
  /** How long a fenced partition waits for the group to tell who owns it before it is opened again; default 3,000 ms. */
  readonly fencedReopenDelayMs?: number;
}

/** The partitions that this process owns, and what becomes of hand and bench when they come, go, or are fenced. */
export class Holdings<F extends TopicName> {
  readonly #options: HoldingsOptions<F>;
  readonly #partitions = new Map<string, OwnedPartition>();

  constructor(options: HoldingsOptions<F>) {
    this.#options = options;
  }

  find(at: TopicPartition): OwnedPartition | undefined {
    return this.#partitions.get(partitionName(at));
  }

  all(): readonly OwnedPartition[] {
    return [...this.#partitions.values()];
  }

  /** Whether what was begun for the partition is still this process's. */
  isOwned(partition: OwnedPartition): boolean {
    return this.#isCurrent(partition) && !partition.isEnded;
  }

  /** A new assignment, complete. Work goes on where its partition stays this process's. */
  assign(member: GroupMember, epoch: number, partitions: readonly TopicPartition[]): void {
    this.disown(partitions);
    for (const at of partitions) this.#own(at, epoch, member);
  }

  /** Ends every partition and what waits for its turn, and the work on those that are not kept. */
  disown(kept: readonly TopicPartition[]): void {
    const { hand, bench } = this.#options;
    hand.forgetWaiting(() => true);
    for (const partition of this.#partitions.values()) partition.end();
    this.#partitions.clear();
    const mine = new Set(kept.map(partitionName));
    for (const work of bench.all()) if (!mine.has(partitionName(work.item.record))) bench.abandon(work);
  }

  #own(at: TopicPartition, epoch: number, member: GroupMember): void {
    const { clock, observer, stage, bench, hand, onMoved } = this.#options;
    const partition: OwnedPartition = new OwnedPartition({
      at,
      epoch,
      member,
      clock,
      observer,
      restartWhenInDoubt: stage.restartWhenInDoubt,
      onCommitted: (offsets) => {
        for (const work of this.#worksOf(at, offsets)) bench.end(work);
        onMoved();
      },
      onStartOver: (offsets) => {
        for (const work of this.#worksOf(at, offsets)) {
          bench.remove(work);
          hand.putBack(work.item);
        }
        onMoved();
      },
      onFenced: () => {
        this.#fenced(partition);
      },
      onMovedBySomebody: () => {
        this.#giveUp(partition);
        this.#openAgain(partition);
      },
    });
    this.#partitions.set(partitionName(at), partition);
    void this.#takeOver(partition, member);
  }

  /** Opens a partition, adopts what is still at work for it, and fetches from where it stands. */
  async #takeOver(partition: OwnedPartition, member: GroupMember): Promise<void> {
    const { observer, clock, stage, bench, isFetchingPaused, onAdopted, onMoved } = this.#options;
    try {
      if (!(await partition.open()) || !this.#isCurrent(partition)) return;
    } catch (error) {
      observer.logOf(null).error(`taking ${partitionName(partition.at)} over failed`, error);
      this.#fenced(partition);
      return;
    }
    for (const work of bench.of(partition.at)) {
      const { offset } = work.item.record;
      if (partition.window.isFinished(offset)) bench.abandon(work);
      else if (stage.restartWhenInDoubt) bench.abandon(work);
      else {
        partition.window.register(offset, clock.now());
        onAdopted(work);
      }
    }
    member.fetchFrom(partition.at, partition.epoch, partition.window.base);
    // Said either way: opened again in the same epoch it may still be paused from before.
    if (isFetchingPaused() && partition.knowsItsPosition) member.pause(partition.at);
    else member.resume(partition.at);
    onMoved();
  }

  /**
   * The partition's producer belongs to somebody else. Usually the group is about to say so; but it may have been a
   * member that slept and does not know yet that the partition is not its own any more. Then it is opened again.
   */
  #fenced(partition: OwnedPartition): void {
    const { clock, fencedReopenDelayMs = 3_000 } = this.#options;
    this.#giveUp(partition);
    clock.after(fencedReopenDelayMs, () => {
      if (this.#isCurrent(partition)) this.#openAgain(partition);
    });
  }

  /** Nothing that is in hand for the partition counts any more. */
  #giveUp(partition: OwnedPartition): void {
    const { hand, bench } = this.#options;
    partition.end();
    hand.forgetWaiting(({ record }) => partitionName(record) === partitionName(partition.at));
    for (const work of bench.of(partition.at)) bench.abandon(work);
  }

  /** Takes a partition over once more in the same epoch, from what the log says. */
  #openAgain({ at, epoch }: OwnedPartition): void {
    const member = this.#options.member();
    if (member !== undefined) this.#own(at, epoch, member);
  }

  #isCurrent(partition: OwnedPartition): boolean {
    return this.find(partition.at) === partition;
  }

  #worksOf(at: TopicPartition, offsets: readonly bigint[]): readonly Work<F>[] {
    const wanted = new Set(offsets);
    return this.#options.bench.of(at).filter(({ item }) => wanted.has(item.record.offset));
  }
}
