import { localCodec, topics, type RecordCodec } from '@docfleet/contracts';
import { FailureError, type Clock } from '@docfleet/domain';
import { createMemoryCluster, type MemoryCluster } from '@docfleet/memory-log';
import { seededRandom } from '@docfleet/testing/seeded-random';
import { virtualClock, type VirtualClock } from '@docfleet/testing/virtual-clock';
import type { Plan, PlannedDocument } from '../plan/plan.ts';
import { Gates } from './gates.ts';
import { History } from './history.ts';
import { Objects } from './memory-store.ts';
import { Outcomes } from './outcomes.ts';
import { Server } from './server.ts';
import { Traps } from './traps.ts';

/** When every schedule begins, in milliseconds since the epoch. */
const startMs = Date.UTC(2026, 0, 1);

/** Everything that processes share. */
export interface World {
  readonly plan: Plan;
  readonly startMs: number;
  readonly clock: VirtualClock;
  readonly cluster: MemoryCluster;
  readonly codec: RecordCodec;
  readonly database: Server;
  readonly outcomes: Outcomes;
  readonly storeServer: Server;
  readonly objects: Objects;
  readonly traps: Traps;
  readonly gates: Gates;
  readonly history: History;
  /** By stage: times by which steps may be repeated from outside, because offsets were moved or metadata taken. */
  readonly replays: Map<string, number>;
  /** True while processes cannot reach the schema registry. */
  registryAway: boolean;
  /** Milliseconds since the epoch until which the brokers were away at some time; 0 when they never were. */
  brokersBackAtMs: number;
  documentOf(name: string | null): PlannedDocument | undefined;
  /** How often this was asked for by the same name before. */
  nextTry(name: string): number;
}

export function createWorld(plan: Plan, options: { readonly verbose: boolean }): World {
  const clock = virtualClock(startMs);
  const random = seededRandom(plan.seed ^ 0x5bd1e995);
  const [min, max] = plan.latencyMs;
  const latency = (): number => min + Math.floor(random() * (max - min));
  const storeLatency = (): number => latency() + Math.floor(random() * plan.storeSlowMs);
  const tries = new Map<string, number>();
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
    outcomes: new Outcomes(),
    storeServer: new Server({ clock, latency: storeLatency, failure: 'STORE_UNAVAILABLE' }),
    objects: new Objects(),
    traps: new Traps(),
    gates: new Gates(),
    history: new History(() => clock.now() - startMs, options.verbose),
    replays: new Map(),
    registryAway: false,
    brokersBackAtMs: 0,
    documentOf: (name) => documents.get(name ?? ''),
    nextTry: (name) => {
      const tried = tries.get(name) ?? 0;
      tries.set(name, tried + 1);
      return tried;
    },
  };
}

/** Latencies are drawn as fractions; clocks count whole milliseconds, as the real one does. */
function wholeMilliseconds(clock: Clock): Clock {
  return { now: () => clock.now(), after: (delayMs, action) => clock.after(Math.round(delayMs), action) };
}

/** The codec as processes have it: it needs the registry. */
export function registryCodec(world: World): RecordCodec {
  const reachable = (): void => {
    if (world.registryAway) throw new FailureError('REGISTRY_UNAVAILABLE');
  };
  return {
    encode: async (topic, value) => {
      reachable();
      return world.codec.encode(topic, value);
    },
    decode: async (topic, bytes) => {
      reachable();
      return world.codec.decode(topic, bytes);
    },
  };
}
