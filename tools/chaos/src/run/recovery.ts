import { setTimeout as pause } from 'node:timers/promises';
import { stageNames } from '@docfleet/domain';
import { serviceNames, type ServiceName } from '@docfleet/stack';
import type { FaultKind } from '../plan/faults.ts';
import type { Member } from '../world/members.ts';
import type { Rig } from '../world/rig.ts';
import { isReady, stepsOf } from './observe.ts';

/** One fault and how long the fleet needed. */
export interface Recovery {
  readonly kind: FaultKind;
  /** From the fault's end until every affected service is ready and works again; null when that was not seen. */
  readonly ms: number | null;
}

/** A recovery that takes longer is not waited for, in milliseconds. */
const patienceMs = 120_000;

const commits = new Set<ServiceName>(stageNames);

/** What the affected services had committed before the fault. */
export type Before = ReadonlyMap<string, number | undefined>;

export async function stepsBefore(rig: Rig, services: readonly ServiceName[]): Promise<Before> {
  const members = services.flatMap((service) => rig.members.of(service));
  return new Map(await Promise.all(members.map(async (each) => [each.name, await stepsOf(each)] as const)));
}

/**
 * Waits until every affected service is ready again and has committed a step since, or there is nothing in flight
 * that it could commit. Gives the time this took.
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
  const waiting = new Set<ServiceName>(services);
  const works = async (member: Member): Promise<boolean> => {
    const steps = await stepsOf(member);
    return steps !== undefined && steps > 0 && steps !== before.get(member.name);
  };
  while (performance.now() - since < patienceMs) {
    signal.throwIfAborted();
    for (const service of waiting) {
      const members = rig.members.of(service);
      if (!(await Promise.all(members.map(isReady))).every(Boolean)) continue;
      const moving = !commits.has(service) || inFlight() === 0 || (await anyOf(members, works));
      if (moving) waiting.delete(service);
    }
    if (waiting.size === 0) return performance.now() - since;
    await pause(200);
  }
  return null;
}

async function anyOf<T>(values: readonly T[], test: (value: T) => Promise<boolean>): Promise<boolean> {
  return (await Promise.all(values.map(test))).includes(true);
}

/** Every service of the pipeline. */
export const allServices: readonly ServiceName[] = serviceNames;
