import { lanes, stageNames, type Lane } from '@docfleet/domain';
import type { Random } from '@docfleet/samples';
import { serverNames, serviceNames, type ServerName, type ServiceName } from '@docfleet/stack';
import { boundariesOf } from './boundaries.ts';

/** A fault. Times in milliseconds. */
export type Fault =
  /** SIGKILL at a random moment. */
  | { readonly kind: 'kill'; readonly service: ServiceName }
  /** SIGKILL between two steps. */
  | { readonly kind: 'kill-at'; readonly service: ServiceName; readonly boundary: string }
  /** SIGSTOP for longer than the session timeout, then SIGCONT. */
  | { readonly kind: 'freeze'; readonly service: ServiceName; readonly forMs: number }
  /** Members of a stage join and leave. */
  | { readonly kind: 'rebalance-storm'; readonly service: ServiceName; readonly rounds: number }
  /** The broker is killed while a stage holds a transaction open. */
  | { readonly kind: 'broker-killed'; readonly service: ServiceName; readonly broker: number }
  | { readonly kind: 'broker-cut'; readonly forMs: number }
  | { readonly kind: 'broker-silent'; readonly forMs: number }
  | { readonly kind: 'redis-gone'; readonly forMs: number }
  | { readonly kind: 'redis-flushed' }
  | { readonly kind: 'redis-full'; readonly forMs: number }
  | { readonly kind: 'redis-garbage'; readonly forMs: number }
  | { readonly kind: 'postgres-gone'; readonly forMs: number }
  | { readonly kind: 'postgres-killed' }
  | { readonly kind: 'store-slow'; readonly forMs: number; readonly delayMs: number }
  | { readonly kind: 'store-unavailable'; readonly forMs: number }
  | { readonly kind: 'registry-gone'; readonly forMs: number }
  /** A run is cancelled while the registry is away and a stage starts, which reads the stop without its schema. */
  | { readonly kind: 'cancel-without-registry'; readonly service: ServiceName; readonly forMs: number }
  /** Records that no stage and no store can take are written to a lane. */
  | { readonly kind: 'poison-record'; readonly lane: Lane }
  /** Records whose object has a key that the store refuses (400) are written to a lane. */
  | { readonly kind: 'bad-key'; readonly lane: Lane; readonly records: number }
  /** All processes are killed; servers and services are started in this order. */
  | { readonly kind: 'cold-start'; readonly order: readonly (ServerName | ServiceName)[] };

export type FaultKind = Fault['kind'];

export interface PlannedFault {
  readonly fault: Fault;
  /** Whether the next fault does not wait for the recovery from this one. */
  readonly hurried: boolean;
}

/** Services whose transactions carry a run: a broker dies in the middle of one of theirs. */
const consumers = [...stageNames, 'ledger'] as const;

/** Where runs and their batches end, and where a receiver has a message that nobody has noted yet. */
const ofEveryRun: readonly Fault[] = [
  { kind: 'kill-at', service: 'ledger', boundary: 'transaction.inside' },
  { kind: 'kill-at', service: 'webhooks', boundary: 'note.before' },
];

/**
 * Half of the kills are at boundaries: the two of every run, then each boundary once before any repeats. Half as many other
 * faults are added.
 */
export function planFaults(
  random: Random,
  options: { readonly kills: number; readonly brokers: 1 | 3 },
): readonly PlannedFault[] {
  const { kills, brokers } = options;
  const atBoundary = Math.ceil(kills / 2);
  const faults: Fault[] = [
    ...[...ofEveryRun, ...cycle(random, allBoundaries(), atBoundary)].slice(0, atBoundary),
    ...cycle(random, serviceNames, kills - atBoundary).map((service) => ({ kind: 'kill' as const, service })),
    ...cycle(random, makers(random, options), Math.ceil(kills / 2)).map((make) => make()),
  ];
  if (kills >= 20) faults.push(...Array.from({ length: Math.ceil(kills / 60) }, () => coldStart(random)));
  return shuffled(random, faults).map((fault) => ({
    fault: brokers === 1 && fault.kind === 'broker-killed' ? { ...fault, broker: 0 } : fault,
    hurried: random.next() < 0.25,
  }));
}

function allBoundaries(): readonly Fault[] {
  return serviceNames.flatMap((service) =>
    boundariesOf(service).map((boundary) => ({ kind: 'kill-at' as const, service, boundary })),
  );
}

/** Times are short in short runs; in a run of 20 kills or more Postgres is unavailable for up to a minute. */
function makers(random: Random, { kills }: { readonly kills: number }): readonly (() => Fault)[] {
  const long = kills >= 20;
  const seconds = (low: number, high: number): number => 1000 * random.integer(low, high);
  let postgresGoneFor = long ? 60_000 : seconds(5, 10);
  return [
    () => ({ kind: 'freeze', service: random.pick(consumers), forMs: seconds(8, 12) }),
    () => ({ kind: 'rebalance-storm', service: random.pick(stageNames), rounds: random.integer(2, 3) }),
    () => ({ kind: 'broker-killed', service: random.pick(stageNames), broker: random.integer(0, 2) }),
    () => ({ kind: 'broker-cut', forMs: seconds(2, long ? 15 : 5) }),
    () => ({ kind: 'broker-silent', forMs: seconds(2, long ? 20 : 5) }),
    () => ({ kind: 'redis-gone', forMs: seconds(2, 8) }),
    () => ({ kind: 'redis-flushed' }),
    () => ({ kind: 'redis-full', forMs: seconds(2, 8) }),
    () => ({ kind: 'redis-garbage', forMs: seconds(2, 8) }),
    () => {
      const forMs = postgresGoneFor;
      postgresGoneFor = seconds(3, long ? 30 : 10);
      return { kind: 'postgres-gone', forMs };
    },
    () => ({ kind: 'postgres-killed' }),
    () => ({ kind: 'store-slow', forMs: seconds(3, 10), delayMs: random.integer(50, 1_000) }),
    () => ({ kind: 'store-unavailable', forMs: seconds(2, long ? 12 : 4) }),
    () => ({ kind: 'registry-gone', forMs: seconds(3, 12) }),
    () => ({ kind: 'poison-record', lane: random.pick(lanes) }),
    () => ({ kind: 'bad-key', lane: random.pick(lanes), records: random.integer(3, 8) }),
    () => ({ kind: 'cancel-without-registry', service: random.pick(stageNames), forMs: seconds(3, 8) }),
  ];
}

function coldStart(random: Random): Fault {
  return { kind: 'cold-start', order: shuffled(random, [...serverNames, ...serviceNames]) };
}

/** `count` choices in random order, each once before any repeats. */
function cycle<T>(random: Random, choices: readonly T[], count: number): T[] {
  const chosen: T[] = [];
  while (chosen.length < count) chosen.push(...shuffled(random, choices));
  return chosen.slice(0, count);
}

function shuffled<T>(random: Random, values: readonly T[]): T[] {
  return values
    .map((value) => ({ value, at: random.next() }))
    .sort((a, b) => a.at - b.at)
    .map(({ value }) => value);
}

/** The fault as one line of text. */
export function describeFault(fault: Fault): string {
  const { kind, ...facts } = fault;
  const shown = Object.entries(facts).map(([name, value]) =>
    name === 'forMs' ? `for ${String(Number(value) / 1000)} s` : String(value).replaceAll(',', ', '),
  );
  return [kind, ...shown].join(' ');
}
