import { setTimeout as pause } from 'node:timers/promises';
import { stageNames } from '@docfleet/domain';
import { serviceNames, type ServiceName } from '@docfleet/stack';
import type { FaultKind } from '../plan/faults.ts';
import type { Member } from '../world/members.ts';
import type { Rig } from '../world/rig.ts';
import { isReady, stepsOf } from './observe.ts';

/** One fault and the recovery time of the fleet. */
export interface Recovery {
  readonly kind: FaultKind;
  /** Time from the end of the fault until every affected service is ready and commits again; null: not within the limit. */
  readonly ms: number | null;
}

/** Time limit of a recovery, in milliseconds. */
const recoveryTimeoutMs = 120_000;

const commits = new Set<ServiceName>(stageNames);

/** Committed steps of the affected services before the fault, by member. */
export type Before = ReadonlyMap<string, number | undefined>;

export async function stepsBefore(rig: Rig, services: readonly ServiceName[]): Promise<Before> {
  const members = services.flatMap((service) => rig.members.of(service));
  return new Map(await Promise.all(members.map(async (each) => [each.name, await stepsOf(each)] as const)));
}

/**
 * Waits until every affected service is ready again and has committed a step since, or nothing is in flight. Returns the
 * time in milliseconds.
 */
export async function untilRecovered(options: {
  readonly rig: Rig;
  readonly services: readonly ServiceName[];
  readonly before: Before;
  readonly since: number;
  readonly inFlight: () => number;
  readonly signal: AbortSignal;
}): Promise<number | null> {
  const { rig, services, before, since, inFlight, signal } = options;
  const pending = new Set<ServiceName>(services);
  const hasCommitted = async (member: Member): Promise<boolean> => {
    const steps = await stepsOf(member);
    return steps !== undefined && steps > 0 && steps !== before.get(member.name);
  };
  while (performance.now() - since < recoveryTimeoutMs) {
    signal.throwIfAborted();
    for (const service of pending) {
      const members = rig.members.of(service);
      if (!(await Promise.all(members.map(isReady))).every(Boolean)) continue;
      const moving = !commits.has(service) || inFlight() === 0 || (await anyOf(members, hasCommitted));
      if (moving) pending.delete(service);
    }
    if (pending.size === 0) return performance.now() - since;
    await pause(200);
  }
  return null;
}

async function anyOf<T>(values: readonly T[], test: (value: T) => Promise<boolean>): Promise<boolean> {
  return (await Promise.all(values.map(test))).includes(true);
}

/** Every service of the pipeline. */
export const allServices: readonly ServiceName[] = serviceNames;
