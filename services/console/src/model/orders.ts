import type { Client, FleetOrder, Lag } from '@docfleet/client';

/** An order as the API takes it. */
export type Order = Parameters<Client['orderFleet']>[0]['body']['order'];

type Stage = Lag['stages'][number]['stage'];
const stages = [
  'preprocess',
  'ocr',
  'classification',
  'extraction',
  'validation',
  'review',
  'integration',
] as const satisfies readonly Stage[];
const lanes = ['urgent', 'high', 'normal'] as const;

/** Whether an order pauses the whole stage. */
export function isPaused(orders: readonly FleetOrder[], stage: string): boolean {
  return orders.some(({ kind, what, isSet }) => kind === 'pause' && what === stage && isSet);
}

/** The order that releases what another one set; undefined for models, which are pinned and rolled back elsewhere. */
export function releaseOf({ kind, what }: Pick<FleetOrder, 'kind' | 'what'>): Order | undefined {
  const [first = '', second] = what.split(' ');
  switch (kind) {
    case 'level':
      return { kind, level: null };
    case 'breaker':
      return { kind, breaker: first, state: null };
    case 'pause': {
      const stage = stages.find((known) => known === first);
      const lane = lanes.find((known) => known === second) ?? null;
      return stage === undefined ? undefined : { kind, stage, lane, paused: false };
    }
    case 'drain':
      return { kind, process: what, drained: false };
    case 'models':
      return undefined;
  }
}

export interface BreakerStates {
  readonly name: string;
  /** State by process. */
  readonly processes: readonly { readonly process: string; readonly state: string }[];
}

/** The breakers of all processes, by their name. */
export function breakersOf(
  processes: readonly {
    readonly process: string;
    readonly breakers: readonly { readonly name: string; readonly state: string }[];
  }[],
): readonly BreakerStates[] {
  const byName = Map.groupBy(
    processes.flatMap(({ process, breakers }) =>
      breakers.map(({ name, state }) => ({ name, process, state })),
    ),
    ({ name }) => name,
  );
  return [...byName]
    .map(([name, found]) => ({ name, processes: found.map(({ process, state }) => ({ process, state })) }))
    .sort((a, b) => a.name.localeCompare(b.name));
}
