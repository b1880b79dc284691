import type { IntakePreset } from './presets.ts';

/** The multiplier of a rate is never below and never above. */
export const multiplierBounds = { least: 0.2, most: 2 } as const;

/** Shares of the target backlog: above the first a rate is cut, below the second it is raised. */
const cutAbove = 0.8;
const raiseBelow = 0.3;

const raiseBy = 1.2;

/**
 * The next multiplier of a rate (M-20). `fill` is the backlog as a share of its target. Between the two bounds nothing
 * changes, so that a rate which fits does not swing.
 */
export function nextMultiplier(
  multiplier: number,
  fill: number,
  { cutTo }: Pick<IntakePreset, 'cutTo'>,
): number {
  if (fill > cutAbove) return Math.max(multiplierBounds.least, multiplier * cutTo);
  if (fill < raiseBelow) return Math.min(multiplierBounds.most, multiplier * raiseBy);
  return multiplier;
}

/** What waits, as it was measured. */
export interface Backlog {
  /** Estimated seconds until everything that waits is done. */
  readonly seconds: number;
  /** The same without the first stage. */
  readonly secondsBehindIntake: number;
  /** Documents of each tenant that were accepted and have not ended. */
  readonly openByTenant: ReadonlyMap<string, number>;
}

/** The rates of a fleet, as one process decides them and all others read them. */
export interface IntakeRates {
  /** When they were decided, in milliseconds since the epoch. */
  readonly at: number;
  /** Multiplier of the fleet's rate. */
  readonly fleet: number;
  /** Multipliers of the tenants that have work in progress or were cut; of all others it is 1. */
  readonly tenants: Readonly<Record<string, number>>;
  /** Backlog as a share of its target. */
  readonly fill: number;
  /** The same without the first stage. */
  readonly fillBehindIntake: number;
}

/** Before anything was measured. */
export const initialRates: IntakeRates = { at: 0, fleet: 1, tenants: {}, fill: 0, fillBehindIntake: 0 };

export function multiplierOf({ tenants }: Pick<IntakeRates, 'tenants'>, tenantId: string): number {
  return (Object.hasOwn(tenants, tenantId) ? tenants[tenantId] : undefined) ?? 1;
}

/**
 * Decides the next rates. The fleet is judged by its whole backlog, a tenant by its part of it against an equal share of the
 * target: whoever causes a backlog is cut before anybody else is.
 */
export function controlRates(
  rates: IntakeRates,
  backlog: Backlog,
  options: {
    readonly at: number;
    /** Backlog that the fleet should stay below, in seconds. */
    readonly targetSeconds: number;
    readonly fleetPreset: IntakePreset;
    readonly presetOf: (tenantId: string) => IntakePreset;
  },
): IntakeRates {
  const { at, targetSeconds, fleetPreset, presetOf } = options;
  const fill = backlog.seconds / targetSeconds;
  const working = [...backlog.openByTenant].filter(([, open]) => open > 0);
  const total = working.reduce((sum, [, open]) => sum + open, 0);
  const openOf = new Map(working);
  const followed = new Set([...openOf.keys(), ...Object.keys(rates.tenants)]);
  const tenants = [...followed].flatMap((tenantId): readonly [string, number][] => {
    const share = total === 0 ? 0 : (openOf.get(tenantId) ?? 0) / total;
    const tenantFill = fill * share * working.length;
    const next = nextMultiplier(multiplierOf(rates, tenantId), tenantFill, presetOf(tenantId));
    // One that is idle and not cut is as if it were unknown, so that the list stays as short as the work in progress.
    return openOf.has(tenantId) || next < 1 ? [[tenantId, next]] : [];
  });
  return {
    at,
    fleet: nextMultiplier(rates.fleet, fill, fleetPreset),
    tenants: Object.fromEntries(tenants),
    fill,
    fillBehindIntake: backlog.secondsBehindIntake / targetSeconds,
  };
}
