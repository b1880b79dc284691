import { lanes, laneWeights, type Lane } from '@docfleet/domain';

/** A run that waits for execution in a process. */
interface Waiting {
  readonly lane: Lane;
  readonly tenantId: string;
  readonly arrivedAtMs: number;
}

/** Service of two queues when both began to wait. */
interface Baseline {
  readonly a: number;
  readonly b: number;
}

/** Age up to which fairness is guaranteed, in milliseconds: the age bound of the scheduler less a margin. */
const fairnessAgeMs = 100_000;

/** Lowest initial estimate of the scheduler for a task, in milliseconds. */
const initialEstimateMs = 500;

/**
 * M-06, M-07: of two lanes, or of two tenants in a lane, that both wait at the same time, none receives much more
 * service by weight than the other. Input: received records, starts of tasks and their durations.
 */
export class FairnessMonitor {
  readonly #slots: number;
  readonly #waiting = new Map<string, Waiting>();
  readonly #seen = new Set<string>();
  /** Milliseconds of service by queue, divided by the weight of lanes. */
  readonly #received = new Map<string, number>();
  readonly #baselines = new Map<string, Baseline>();
  #longestMs = initialEstimateMs;
  #paused: ReadonlySet<Lane> = new Set();

  constructor(slots: number) {
    this.#slots = slots;
  }

  /**
   * A record of a run was received; null when it waits for something else than its execution. Only the first of a run
   * counts: later ones may have to wait for it.
   */
  arrived(runId: string, waiting: Waiting | null, nowMs: number): void {
    const isFirst = !this.#seen.has(runId);
    this.#seen.add(runId);
    if (!isFirst || waiting === null) return;
    this.#waiting.set(runId, waiting);
    this.#compare(nowMs);
  }

  /** A run starts. */
  began(runId: string, nowMs: number): void {
    if (this.#waiting.delete(runId)) this.#compare(nowMs);
  }

  /** A task has ended after `ms`; returns a description of a violation. */
  ended(
    { lane, tenantId }: Pick<Waiting, 'lane' | 'tenantId'>,
    ms: number,
    nowMs: number,
  ): string | undefined {
    this.#longestMs = Math.max(this.#longestMs, ms);
    this.#add(lane, ms / laneWeights[lane]);
    this.#add(`${lane}/${tenantId}`, ms);
    this.#compare(nowMs);
    // Each slot may have executed the longest task at both ends of the period, and estimates may be wrong by as much.
    const bound = 4 * this.#slots * this.#longestMs;
    for (const [pair, before] of this.#baselines) {
      const [a = '', b = ''] = pair.split(' ');
      const difference = this.#receivedBy(a) - before.a - (this.#receivedBy(b) - before.b);
      if (Math.abs(difference) > bound)
        return `${a} received ${String(Math.round(difference))} ms more than ${b} while both waited, allowed are ${String(bound)}`;
    }
    return undefined;
  }

  /** Lanes that are not to be executed: nothing is owed to what waits in them. */
  pauseLanes(paused: ReadonlySet<Lane>): void {
    this.#paused = paused;
    this.#baselines.clear();
  }

  /** Clears all state when partitions have changed. */
  clear(): void {
    this.#waiting.clear();
    this.#seen.clear();
    this.#baselines.clear();
  }

  #add(queue: string, amount: number): void {
    this.#received.set(queue, this.#receivedBy(queue) + amount);
  }

  #receivedBy(queue: string): number {
    return this.#received.get(queue) ?? 0;
  }

  /** Keeps a baseline for every two queues that both wait, from the time at which both do. */
  #compare(nowMs: number): void {
    const present = new Set<string>();
    for (const { lane, tenantId, arrivedAtMs } of this.#waiting.values()) {
      if (nowMs - arrivedAtMs > fairnessAgeMs) {
        this.#baselines.clear();
        return;
      }
      if (!this.#paused.has(lane)) present.add(lane).add(`${lane}/${tenantId}`);
    }
    const pairs = new Set([...comparablePairs(present)].map(([a, b]) => `${a} ${b}`));
    for (const pair of this.#baselines.keys()) if (!pairs.has(pair)) this.#baselines.delete(pair);
    for (const pair of pairs) {
      if (this.#baselines.has(pair)) continue;
      const [a = '', b = ''] = pair.split(' ');
      this.#baselines.set(pair, { a: this.#receivedBy(a), b: this.#receivedBy(b) });
    }
  }
}

/** Every two comparable queues: two lanes, or two tenants of a lane. */
function* comparablePairs(queues: ReadonlySet<string>): Generator<readonly [string, string]> {
  for (const a of queues) for (const b of queues) if (a < b && parentOf(a) === parentOf(b)) yield [a, b];
}

function parentOf(queue: string): string {
  return lanes.find((lane) => queue.startsWith(`${lane}/`)) ?? '';
}
