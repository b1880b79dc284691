import type { TopicName } from '@docfleet/contracts';
import { partitionName, type Clock, type FailureCode, type TopicPartition } from '@docfleet/domain';
import type { Item } from './hand.ts';
import type { StageObserver } from './observer.ts';
import type { OwnedPartition } from './partition.ts';
import type { Stage, Stops } from './stage.ts';
import type { Conclusion, StepFacts, StepInput } from './step.ts';
import { workRecord, type Worked } from './work.ts';

/** A record at work, or worked and waiting for its commit. */
export interface Work<F extends TopicName> {
  readonly item: Item<F>;
  readonly stop: AbortController;
  /** Whether its handler has ended. */
  settled: boolean;
  /** False while the record is not known to be its run's: until then the run's stop is not for this work. */
  accepted: boolean;
  /** What it came to, once it has. */
  step: StepInput | undefined;
  /** The partition that was given the step, so that none is given it twice. */
  submittedTo: OwnedPartition | undefined;
}

export interface BenchOptions<F extends TopicName> {
  readonly stage: Stage<F>;
  readonly clock: Clock;
  readonly observer: StageObserver;
  readonly stops: Stops;
  readonly retryDelaysMs: readonly number[];
  readonly stepOf: (facts: StepFacts) => StepInput;
  /** The handler has ended: the slot is free, after so many milliseconds of processing. */
  readonly onSettled: (item: Item<F>, activeMs: number) => void;
  /** Its step is ready to be committed. */
  readonly onConcluded: (work: Work<F>) => void;
  /** Nothing is left of it here: committed, or somebody else's. */
  readonly onGone: (item: Item<F>) => void;
}

/** Where records are worked: begins, stops and keeps them until their step is committed or they are given up. */
export class Bench<F extends TopicName> {
  readonly #options: BenchOptions<F>;
  readonly #works = new Map<string, Work<F>>();
  readonly #forgetStops: () => void;
  #idleWaiters: (() => void)[] = [];

  constructor(options: BenchOptions<F>) {
    this.#options = options;
    const { stops, stage } = options;
    this.#forgetStops = stops.onStop((order) => {
      if (!stage.cancellable) return;
      for (const work of this.#works.values()) {
        const { runId, revision } = work.item.run;
        if (work.accepted && runId === order.runId && revision <= order.revision)
          work.stop.abort('cancelled');
      }
    });
  }

  /** Works here, also those that wait for their commit. */
  get size(): number {
    return this.#works.size;
  }

  has(work: Work<F>): boolean {
    return this.#works.has(work.item.id);
  }

  all(): readonly Work<F>[] {
    return [...this.#works.values()];
  }

  of(at: TopicPartition): readonly Work<F>[] {
    return this.all().filter(({ item }) => partitionName(item.record) === partitionName(at));
  }

  /** Works one record to its conclusion, or until it is given up. */
  async begin(item: Item<F>): Promise<void> {
    const { stage, clock, observer } = this.#options;
    const work: Work<F> = {
      item,
      stop: new AbortController(),
      settled: false,
      accepted: !stage.acceptsRuns,
      step: undefined,
      submittedTo: undefined,
    };
    this.#works.set(item.id, work);
    const queuedMs = Math.max(0, clock.now() - Math.max(item.arrivedAtMs, item.delivery.dueAtMs));
    observer.started({ lane: item.lane, queuedMs });
    const stopped = work.accepted && this.#isStopped(work);
    const { worked, traceparent } = await observer.inSpan(
      item.run,
      item.delivery.traceparent,
      async (span) => ({
        traceparent: span,
        worked: stopped ? alreadyStopped : await this.#workInTime(work),
      }),
    );
    work.settled = true;
    this.#conclude(work, worked, { queuedMs, traceparent });
    this.#options.onSettled(item, worked.activeMs);
  }

  #conclude(
    work: Work<F>,
    { conclusion, accepted, activeMs }: Worked,
    facts: Pick<StepFacts, 'queuedMs' | 'traceparent'>,
  ): void {
    const { observer, stepOf, onConcluded } = this.#options;
    const { record, delivery, run, lane } = work.item;
    if (conclusion.kind === 'handedBack' || !this.has(work)) {
      observer.handedBack({ lane });
      this.end(work);
      return;
    }
    observer.concluded({ lane, kind: conclusion.kind, code: codeOf(conclusion), activeMs, worked: true });
    work.step = stepOf({ ...facts, record, delivery, run, accepted, conclusion, activeMs });
    onConcluded(work);
  }

  /** Work that is nobody's any more: it is told to stop, and its run stays busy until it has. */
  abandon(work: Work<F>): void {
    this.#works.delete(work.item.id);
    work.stop.abort('moved');
    if (work.settled) this.end(work);
  }

  /** Tells everything that is at work to hand its record back. */
  stopAll(): void {
    for (const work of this.#works.values()) work.stop.abort('moved');
  }

  /** Nothing is left to do for it here. */
  end(work: Work<F>): void {
    this.#options.onGone(work.item);
    this.remove(work);
  }

  /** Takes a work off whose record goes back into hand. */
  remove(work: Work<F>): void {
    this.#works.delete(work.item.id);
    if (this.#works.size === 0) for (const wake of this.#idleWaiters.splice(0)) wake();
  }

  /** Resolves when nothing is at work and nothing waits for its commit. */
  idle(): Promise<void> {
    if (this.#works.size === 0) return Promise.resolve();
    return new Promise((resolve) => this.#idleWaiters.push(resolve));
  }

  close(): void {
    this.#forgetStops();
  }

  #isStopped(work: Work<F>): boolean {
    const { stage, stops } = this.#options;
    return stage.cancellable && stops.isStopped(work.item.run.runId, work.item.run.revision);
  }

  #workInTime(work: Work<F>): Promise<Worked> {
    const { stage, clock, observer, retryDelaysMs } = this.#options;
    const { task, run, delivery, record } = work.item;
    return workRecord({
      stage,
      task,
      run,
      delivery,
      receivedFrom: { topic: record.topic, partition: record.partition },
      retryDelaysMs,
      clock,
      log: observer.logOf(run),
      stop: work.stop.signal,
      onAccepted: () => {
        work.accepted = true;
        if (this.#isStopped(work)) work.stop.abort('cancelled');
      },
    });
  }
}

const alreadyStopped: Worked = {
  conclusion: { kind: 'skipped', reason: 'cancelled' },
  accepted: false,
  activeMs: 0,
};

function codeOf(conclusion: Conclusion): FailureCode | null {
  switch (conclusion.kind) {
    case 'rejected':
    case 'retryTopic':
    case 'deadLetter':
      return conclusion.failure.code;
    case 'endRun':
      return conclusion.ending.failure?.code ?? null;
    case 'expired':
      return 'RUN_EXPIRED';
    case 'done':
    case 'skipped':
    case 'duplicate':
    case 'moved':
      return null;
  }
}
