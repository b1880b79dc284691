import { lanes, laneWeights, type Lane } from '@docfleet/domain';

/** A run that waits in a process, as far as turns are concerned. */
interface Waiting {
  readonly lane: Lane;
  readonly tenantId: string;
  readonly arrivedAtMs: number;
}

/** What two queues had received when both began to wait. */
interface Baseline {
  readonly a: number;
  readonly b: number;
}

/** Time after which age counts before turns, less a margin, in milliseconds: no fairness is promised to what is older. */
const youngMs = 100_000;

/** What work is charged before it is known what it takes, at least, in milliseconds: the scheduler's first guess. */
const guessMs = 500;

/**
 * M-06, M-07: of two lanes, or of two tenants in a lane, that both had work in hand for the same time, none receives
 * much more than the other by weight. Told from outside: what a process took in, when work began, and how long it took.
 */
export class Turns {
  readonly #slots: number;
  readonly #waiting = new Map<string, Waiting>();
  readonly #seen = new Set<string>();
  /** Milliseconds of service by queue, divided by the weight of lanes. */
  readonly #received = new Map<string, number>();
  readonly #baselines = new Map<string, Baseline>();
  #longestMs = guessMs;

  constructor(slots: number) {
    this.#slots = slots;
  }

  /**
   * A record of a run was taken in; null when it waits for something else than its turn. Only the first of a run counts:
   * what repeats a run that is here may not be startable.
   */
  arrived(runId: string, waiting: Waiting | null, nowMs: number): void {
    const isFirst = !this.#seen.has(runId);
    this.#seen.add(runId);
    if (!isFirst || waiting === null) return;
    this.#waiting.set(runId, waiting);
    this.#compare(nowMs);
  }

  /** It is a run's turn. */
  began(runId: string, nowMs: number): void {
    if (this.#waiting.delete(runId)) this.#compare(nowMs);
  }

  /** Work has ended after so long; gives what is not as promised. */
  ended(
    { lane, tenantId }: Pick<Waiting, 'lane' | 'tenantId'>,
    ms: number,
    nowMs: number,
  ): string | undefined {
    this.#longestMs = Math.max(this.#longestMs, ms);
    this.#add(lane, ms / laneWeights[lane]);
    this.#add(`${lane}/${tenantId}`, ms);
    this.#compare(nowMs);
    // Each slot may have had the longest work in hand at both ends of the time, and a guess may be wrong by as much.
    const bound = 4 * this.#slots * this.#longestMs;
    for (const [pair, before] of this.#baselines) {
      const [a = '', b = ''] = pair.split(' ');
      const difference = this.#receivedBy(a) - before.a - (this.#receivedBy(b) - before.b);
      if (Math.abs(difference) > bound)
        return `${a} received ${String(Math.round(difference))} ms more than ${b} while both waited, allowed are ${String(bound)}`;
    }
    return undefined;
  }

  /** Nothing waits here any more: the partitions have changed. */
  forget(): void {
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

  /** Keeps a baseline for every two queues that both wait, from the moment both do. */
  #compare(nowMs: number): void {
    const present = new Set<string>();
    for (const { lane, tenantId, arrivedAtMs } of this.#waiting.values()) {
      if (nowMs - arrivedAtMs > youngMs) {
        this.#baselines.clear();
        return;
      }
      present.add(lane).add(`${lane}/${tenantId}`);
    }
    const pairs = new Set([...rivals(present)].map(([a, b]) => `${a} ${b}`));
    for (const pair of this.#baselines.keys()) if (!pairs.has(pair)) this.#baselines.delete(pair);
    for (const pair of pairs) {
      if (this.#baselines.has(pair)) continue;
      const [a = '', b = ''] = pair.split(' ');
      this.#baselines.set(pair, { a: this.#receivedBy(a), b: this.#receivedBy(b) });
    }
  }
}

/** Every two of the queues that share something: two lanes, or two tenants of a lane. */
function* rivals(queues: ReadonlySet<string>): Generator<readonly [string, string]> {
  for (const a of queues) for (const b of queues) if (a < b && parentOf(a) === parentOf(b)) yield [a, b];
}

function parentOf(queue: string): string {
  return lanes.find((lane) => queue.startsWith(`${lane}/`)) ?? '';
}
