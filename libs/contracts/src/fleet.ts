import type { DegradationLevel, FleetLevel } from './generated/records.ts';

/** Levels, best first. */
export const degradationLevels: readonly DegradationLevel[] = ['L0', 'L1', 'L2', 'L3', 'L4'];

/** 0 for L0 to 4 for L4. */
export function severityOf(level: DegradationLevel): number {
  return degradationLevels.indexOf(level);
}

/** The worst of some levels; L0 of none. A name that is no level counts as L0. */
export function worstLevel(levels: readonly string[]): DegradationLevel {
  return degradationLevels.findLast((level) => levels.includes(level)) ?? 'L0';
}

/** The fields of a `FleetLevel` that nobody has set. */
export const nothingSet = {
  setBy: null,
  breaker: null,
  until: null,
  models: null,
  previousModels: null,
} as const satisfies Partial<FleetLevel>;

/** Whether an operator's setting applies at `now` (milliseconds since the epoch): not released, and not past its end. */
export function isInForce({ setBy, until }: Pick<FleetLevel, 'setBy' | 'until'>, now: number): boolean {
  return setBy !== null && (until === null || now < until);
}

/** What must be so for a rule of the decision matrix to hold. */
export type DegradationCondition =
  | {
      readonly breaker: string;
      /** States that count as trouble. */
      readonly states: readonly string[];
      /** Share of the processes with this breaker, above 0 to 1. */
      readonly share: number;
    }
  | {
      readonly measure: string;
      readonly above?: number | undefined;
      readonly below?: number | undefined;
      /** Share of the processes that report this measure, above 0 to 1. */
      readonly share: number;
    }
  /** About the mean of a measure over the processes that report it. */
  | { readonly mean: string; readonly above?: number | undefined; readonly below?: number | undefined }
  /** So many different dependencies are in trouble by the other rules. */
  | { readonly dependencies: number };

export interface DegradationRule {
  readonly name: string;
  readonly level: DegradationLevel;
  /** What is in trouble; null for a rule about several. */
  readonly dependency: string | null;
  readonly when: DegradationCondition;
}

/** How the fleet judges itself, from `schemas/fleet/degradation.yaml`. */
export interface DegradationMatrix {
  readonly timing: {
    readonly reportEveryMs: number;
    readonly silentAfterMs: number;
    readonly holdMs: number;
    readonly restateEveryMs: number;
  };
  readonly levels: readonly {
    readonly level: DegradationLevel;
    readonly name: string;
    readonly effect: string;
  }[];
  readonly rules: readonly DegradationRule[];
}
