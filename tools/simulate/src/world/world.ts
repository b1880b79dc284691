import { localCodec, topics, type Pool, type RecordCodec } from '@docfleet/contracts';
import { FailureError, type Clock } from '@docfleet/domain';
import { MemoryOutcomes } from '@docfleet/integration';
import { createMemoryCluster, type MemoryCluster } from '@docfleet/memory-log';
import { seededRandom } from '@docfleet/testing/seeded-random';
import { virtualClock, type VirtualClock } from '@docfleet/testing/virtual-clock';
import type { Plan, PlannedDocument } from '../plan/plan.ts';
import { Gates } from './gates.ts';
import { History } from './history.ts';
import { Objects } from './memory-store.ts';
import { ReviewTasks } from './review-tasks.ts';
import { Server } from './server.ts';
import { Breakpoints } from './breakpoints.ts';

/** Start time of every schedule, in milliseconds since the epoch. */
const startMs = Date.UTC(2026, 0, 1);

/** State that all processes share. */
export interface World {
  readonly plan: Plan;
  readonly startMs: number;
  readonly clock: VirtualClock;
  readonly cluster: MemoryCluster;
  readonly codec: RecordCodec;
  readonly database: Server;
  readonly outcomes: MemoryOutcomes;
  readonly reviewTasks: ReviewTasks;
  readonly storeServer: Server;
  readonly objects: Objects;
  readonly breakpoints: Breakpoints;
  readonly gates: Gates;
  readonly history: History;
  /** By stage: allowed repetitions of steps, because faults moved offsets or removed metadata. */
  readonly replays: Map<string, number>;
  /** Pools of the deployment: what a process that starts now is configured with. */
  pools: readonly Pool[];
  /** True while processes cannot reach the schema registry. */
  registryDown: boolean;
  /** True while brokers do not answer. */
  brokersDown: boolean;
  /** Time at which the brokers came up last, in milliseconds since the epoch; 0 when they were never down. */
  brokersUpAtMs: number;
  /** The same for the schema registry. */
  registryUpAtMs: number;
  documentOf(name: string | null): PlannedDocument | undefined;
  /** Number of earlier calls with the same name. */
  nextAttempt(name: string): number;
}

export function createWorld(plan: Plan, options: { readonly verbose: boolean }): World {
  const clock = virtualClock(startMs);
  const random = seededRandom(plan.seed ^ 0x5bd1e995);
  const [min, max] = plan.latencyMs;
  const latency = (): number => min + Math.floor(random() * (max - min));
  const storeLatency = (): number => latency() + Math.floor(random() * plan.storeSlowMs);
  const outcomes = new MemoryOutcomes();
  const attempts = new Map<string, number>();
  const documents = new Map(plan.documents.map((document) => [document.name, document]));
  return {
    plan,
    startMs,
    clock,
    cluster: createMemoryCluster({
      clock: wholeMilliseconds(clock),
      random,
      latencyMs: plan.latencyMs,
      maxFetchRecords: plan.maxFetchRecords,
      topics: Object.fromEntries(
        topics.map(({ name, partitions }) => [name, Math.min(partitions.local, plan.partitions)]),
      ),
    }),
    codec: localCodec(),
    database: new Server({ clock, latency, failure: 'DATABASE_UNAVAILABLE' }),
    outcomes,
    reviewTasks: new ReviewTasks(outcomes),
    storeServer: new Server({ clock, latency: storeLatency, failure: 'STORE_UNAVAILABLE' }),
    objects: new Objects(),
    breakpoints: new Breakpoints(),
    gates: new Gates(),
    history: new History(() => clock.now() - startMs, options.verbose),
    replays: new Map(),
    pools: [],
    registryDown: false,
    brokersDown: false,
    brokersUpAtMs: 0,
    registryUpAtMs: 0,
    documentOf: (name) => documents.get(name ?? ''),
    nextAttempt: (name) => {
      const count = attempts.get(name) ?? 0;
      attempts.set(name, count + 1);
      return count;
    },
  };
}

/** Rounds delays: drawn latencies are fractions, but clocks count whole milliseconds as the real one does. */
function wholeMilliseconds(clock: Clock): Clock {
  return { now: () => clock.now(), after: (delayMs, action) => clock.after(Math.round(delayMs), action) };
}

/** The codec of processes, which needs the registry. */
export function registryCodec(world: World): RecordCodec {
  const assertReachable = (): void => {
    if (world.registryDown) throw new FailureError('REGISTRY_UNAVAILABLE');
  };
  return {
    encode: async (topic, value) => {
      assertReachable();
      return world.codec.encode(topic, value);
    },
    decode: async (topic, bytes) => {
      assertReachable();
      return world.codec.decode(topic, bytes);
    },
  };
}
