import { poolsAmong, type TopicName } from '@docfleet/contracts';
import { sleep, type StageQueue } from '@docfleet/domain';
import { startStage } from './runner.ts';
import type { RunnerOptions, RunningStage } from './runner-options.ts';

/** Interval at which the topics of pools are looked for, in milliseconds. */
const lookEveryMs = 30_000;

/** Tasks of one removed pool that a process executes at the same time: what is left there comes behind its own work. */
const slotsPerPool = 1;

/** Records of one removed pool in a process at most. */
const recordsPerPool = 100;

/** Bytes of records of one removed pool in a process at most. */
const bytesPerPool = 4 * 1024 * 1024;

/**
 * Starts a common process of a stage with pools: it joins the stage's group, and that of every pool which has topics on
 * the log and is not `configured`. So what is left in the topics of a removed pool is worked off by whatever common
 * process there is, under the pool's own group: the position is the pool's, and its last processes may still be there.
 */
export async function startCommonStage<F extends TopicName>(
  options: RunnerOptions<F>,
  configured: readonly string[],
): Promise<RunningStage> {
  const own = await startStage(options);
  const removed = new RemovedPools(options, new Set(configured));
  void removed.follow();
  return {
    group: own.group,
    // Of its own work alone: a removed pool whose topics are being deleted does not end the process.
    idleMs: () => own.idleMs(),
    load: () => {
      const loads = [own, ...removed.running()].map((each) => each.load());
      return {
        working: loads.reduce((sum, { working }) => sum + working, 0),
        records: loads.reduce((sum, { records }) => sum + records, 0),
      };
    },
    waiting: () => {
      const queues = [own, ...removed.running()].flatMap((each) => [...each.waiting()]);
      const sums = new Map<StageQueue, number>();
      for (const [queue, count] of queues) sums.set(queue, (sums.get(queue) ?? 0) + count);
      return sums;
    },
    drain: async (limitMs) => {
      await Promise.all([own.drain(limitMs), removed.end(limitMs)]);
    },
  };
}

/** Follows which removed pools have topics. */
class RemovedPools<F extends TopicName> {
  readonly #options: RunnerOptions<F>;
  readonly #configured: ReadonlySet<string>;
  readonly #running = new Map<string, RunningStage>();
  readonly #ending = new AbortController();

  constructor(options: RunnerOptions<F>, configured: ReadonlySet<string>) {
    this.#options = options;
    this.#configured = configured;
  }

  running(): readonly RunningStage[] {
    return [...this.#running.values()];
  }

  async end(limitMs: number): Promise<void> {
    this.#ending.abort(new Error('the process drains'));
    await Promise.all(this.running().map((each) => each.drain(limitMs)));
  }

  /** Looks for pools until the process drains. */
  async follow(): Promise<void> {
    const { clock, observer } = this.#options;
    const { signal } = this.#ending;
    while (!this.#isEnding()) {
      try {
        await this.#look();
      } catch (error) {
        if (this.#isEnding()) return;
        observer.logOf(null).error('Pools could not be looked for; the next try is in 30 s.', error);
      }
      await sleep(clock, lookEveryMs, signal).catch(() => undefined);
    }
  }

  async #look(): Promise<void> {
    const { log, observer } = this.#options;
    const existing = new Set(poolsAmong(await log.topicNames()));
    for (const pool of existing) {
      if (this.#configured.has(pool) || this.#running.has(pool) || this.#isEnding()) continue;
      observer.logOf(null).info('Reads the topics of a pool that is not configured any more.', { pool });
      const started = await this.#start(pool);
      if (this.#isEnding()) await started.drain(0);
      else this.#running.set(pool, started);
    }
    for (const [pool, running] of this.#running) {
      if (existing.has(pool)) continue;
      this.#running.delete(pool);
      await running.drain(0);
    }
  }

  #isEnding(): boolean {
    return this.#ending.signal.aborted;
  }

  #start(pool: string): Promise<RunningStage> {
    const { stage, maxRecords = recordsPerPool, maxBytes = bytesPerPool } = this.#options;
    return startStage({
      ...this.#options,
      stage: { ...stage, pool, maxConcurrentRuns: slotsPerPool },
      maxRecords: Math.min(maxRecords, recordsPerPool),
      maxBytes: Math.min(maxBytes, bytesPerPool),
    });
  }
}
