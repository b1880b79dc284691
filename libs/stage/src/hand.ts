import type { RunContext, TopicName, TopicValues } from '@docfleet/contracts';
import { partitionName, type Clock, type Delivery, type TopicPartition } from '@docfleet/domain';
import type { LogRecord } from '@docfleet/record-log';
import { Scheduler, type SchedulerOptions, type Waiting } from './scheduler.ts';

/** A record in hand that can be worked. */
export interface Item<F extends TopicName> extends Waiting {
  readonly record: LogRecord;
  readonly delivery: Delivery;
  readonly task: TopicValues[F];
  readonly run: RunContext;
  readonly bytes: number;
}

export interface HandOptions {
  readonly clock: Clock;
  readonly scheduler: SchedulerOptions;
  /** Work may have become startable. */
  readonly onReady: () => void;
  /** A record of this partition is not due yet: what follows in a retry topic is due even later. */
  readonly onDelayed: (at: TopicPartition) => void;
  /** Nothing of this partition is held back any more. */
  readonly onAllDue: (at: TopicPartition) => void;
}

/**
 * The records a process has taken in and not let go of: being decoded, held back until they are due, waiting for their
 * turn, or at work. Counts them and their bytes, so that a backlog stays in the log (M-08).
 */
export class Hand<F extends TopicName> {
  readonly #options: HandOptions;
  readonly #scheduler: Scheduler;
  /** Waiting, or held back. */
  readonly #items = new Map<string, Item<F>>();
  /** By partition: what is not due yet, with how to forget it. */
  readonly #delayed = new Map<string, Map<Item<F>, () => void>>();
  #bytes = 0;
  /** Records that are being decoded: with the registry away there can be many. */
  #decoding = 0;

  constructor(options: HandOptions) {
    this.#options = options;
    this.#scheduler = new Scheduler(options.scheduler);
  }

  /** Bytes of everything in hand. */
  get bytes(): number {
    return this.#bytes;
  }

  /**
   * Records that wait for their turn. What a retry topic holds back is bounded by its partitions' pauses, and must not
   * hold up the lanes for so long. What is at work is bounded by its own limits; counted here, it could keep the fetch
   * away that its commit waits for.
   */
  get waiting(): number {
    const delayed = [...this.#delayed.values()].reduce((sum, items) => sum + items.size, 0);
    return this.#items.size + this.#decoding - delayed;
  }

  /** Runs at work. */
  get working(): number {
    return this.#scheduler.workingCount;
  }

  /** A record has arrived and is being decoded; `add` or `dismiss` says what came of it. */
  receive(bytes: number): void {
    this.#bytes += bytes;
    this.#decoding += 1;
  }

  /** What was received will not be worked. */
  dismiss(bytes: number): void {
    this.#bytes -= bytes;
    this.#decoding -= 1;
  }

  /** What was received waits for its turn, from the moment it is due. */
  add(item: Item<F>): void {
    this.#decoding -= 1;
    this.#items.set(item.id, item);
    const { clock, onDelayed } = this.#options;
    const waitMs = item.delivery.dueAtMs - clock.now();
    if (waitMs <= 0) {
      this.#offer(item);
      return;
    }
    const cancel = clock.after(waitMs, () => {
      this.#undelay(item);
      this.#offer(item);
    });
    const name = partitionName(item.record);
    const delayed = this.#delayed.get(name) ?? new Map<Item<F>, () => void>();
    this.#delayed.set(name, delayed.set(item, cancel));
    onDelayed(item.record);
  }

  /** Whether something of this partition is not due yet. */
  isDelaying(at: TopicPartition): boolean {
    return this.#delayed.has(partitionName(at));
  }

  /** The next one whose turn it is. It holds a slot until `finished`, its run and its bytes until `letGo`. */
  take(nowMs: number, mayStart: (item: Item<F>) => boolean): Item<F> | undefined {
    const taken = this.#scheduler.take(nowMs, ({ id }) => {
      const item = this.#items.get(id);
      return item !== undefined && mayStart(item);
    });
    const item = taken === undefined ? undefined : this.#items.get(taken.id);
    if (item !== undefined) this.#items.delete(item.id);
    return item;
  }

  /** The work on it has ended after so many seconds of processing: its slot is free. */
  finished(item: Item<F>, seconds: number): void {
    this.#scheduler.finished(item.id, seconds);
  }

  /** Nothing is left to do with what was taken: its run may be worked again. */
  letGo(item: Item<F>): void {
    this.#bytes -= item.bytes;
    this.#scheduler.released(item.runId);
  }

  /** What was taken must be worked again from the start. */
  putBack(item: Item<F>): void {
    this.#scheduler.released(item.runId);
    this.#items.set(item.id, item);
    this.#scheduler.offer(item);
  }

  /** Lets go of what waits and is no longer this process's. */
  forgetWaiting(isGone: (item: Item<F>) => boolean): void {
    for (const item of [...this.#items.values()].filter(isGone)) {
      this.#undelay(item);
      this.#items.delete(item.id);
      this.#bytes -= item.bytes;
    }
    this.#scheduler.drop(({ id }) => !this.#items.has(id));
  }

  #offer(item: Item<F>): void {
    this.#scheduler.offer(item);
    this.#options.onReady();
  }

  #undelay(item: Item<F>): void {
    const name = partitionName(item.record);
    const delayed = this.#delayed.get(name);
    const cancel = delayed?.get(item);
    if (delayed === undefined || cancel === undefined) return;
    cancel();
    delayed.delete(item);
    if (delayed.size > 0) return;
    this.#delayed.delete(name);
    this.#options.onAllDue(item.record);
  }
}
