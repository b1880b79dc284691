import { severityOf, worstLevel, type DegradationCondition, type DegradationRule } from './fleet.ts';
import type { DegradationLevel, FleetHealth } from './generated/records.ts';

/** Result of the decision matrix for some processes. */
export interface Judgement {
  readonly level: DegradationLevel;
  /** Names of all rules that apply, in the order of the matrix. */
  readonly reasons: readonly string[];
}

type Report = Pick<FleetHealth, 'breakers' | 'measures'>;

/** Applies every rule to the reports of processes; the level is the worst of rules that apply, else L0. */
export function judgeFleet(reports: readonly Report[], rules: readonly DegradationRule[]): Judgement {
  const simple = rules.filter(({ when }) => applies(reports, when));
  const inTrouble = new Set(simple.map(({ dependency }) => dependency)).size;
  const applying = rules.filter(({ when }) =>
    'dependencies' in when ? inTrouble >= when.dependencies : applies(reports, when),
  );
  return { level: worstLevel(applying.map(({ level }) => level)), reasons: applying.map(({ name }) => name) };
}

function applies(reports: readonly Report[], when: DegradationCondition): boolean {
  if ('dependencies' in when) return false;
  if ('mean' in when) return isMeanTroubled(reports, when);
  const troubled = reports.map((report) => isTroubled(report, when)).filter((is) => is !== undefined);
  const share = troubled.filter(Boolean).length / troubled.length;
  return troubled.length > 0 && share >= when.share;
}

/** False without a process that reports the measure. */
function isMeanTroubled(
  reports: readonly Report[],
  when: Extract<DegradationCondition, { readonly mean: string }>,
): boolean {
  const values = reports.flatMap(({ measures }) => measures[when.mean] ?? []);
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return values.length > 0 && isOutside(mean, when);
}

function isOutside(
  value: number,
  { above, below }: { readonly above?: number | undefined; readonly below?: number | undefined },
): boolean {
  return value > (above ?? Number.POSITIVE_INFINITY) || value < (below ?? Number.NEGATIVE_INFINITY);
}

/** Undefined when the process does not report it. */
function isTroubled(
  { breakers, measures }: Report,
  when: Exclude<DegradationCondition, { readonly dependencies: number } | { readonly mean: string }>,
): boolean | undefined {
  if ('breaker' in when) {
    const own = breakers.filter(({ name }) => name === when.breaker);
    return own.length === 0 ? undefined : own.some(({ state }) => when.states.includes(state));
  }
  const value = measures[when.measure];
  return value === undefined ? undefined : isOutside(value, when);
}

/** A level with the times that `holdLevel` needs. */
export interface HeldLevel extends Judgement {
  /** Start of the level, in milliseconds since the epoch. */
  readonly since: number;
  /** Time of the last judgement of this level or a worse one, in milliseconds since the epoch. */
  readonly neededAt: number;
}

/** Worse at once, better only after `holdMs` without a judgement of the level, so a level stays at least that long. */
export function holdLevel(
  held: HeldLevel,
  judged: Judgement,
  { now, holdMs }: { readonly now: number; readonly holdMs: number },
): HeldLevel {
  const change = severityOf(judged.level) - severityOf(held.level);
  if (change === 0) return { ...held, reasons: judged.reasons, neededAt: now };
  if (change < 0 && now - held.neededAt < holdMs) return held;
  return { ...judged, since: now, neededAt: now };
}
