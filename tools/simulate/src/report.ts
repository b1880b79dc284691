import { stageNames } from '@docfleet/domain';
import { boundariesOf } from './plan/make-plan.ts';

/** Results of many schedules. */
export interface Tally {
  schedules: number;
  steps: number;
  /** Seeds with their violations. */
  readonly failed: { readonly seed: number; readonly violations: readonly string[] }[];
  readonly counts: Map<string, number>;
}

export function emptyTally(): Tally {
  return { schedules: 0, steps: 0, failed: [], counts: new Map() };
}

export function addTally(to: Tally, other: Tally): void {
  to.schedules += other.schedules;
  to.steps += other.steps;
  to.failed.push(...other.failed);
  for (const [name, count] of other.counts) to.counts.set(name, (to.counts.get(name) ?? 0) + count);
}

/** The report as lines of text: totals, faults, boundaries by stage, and other counts. */
export function describe(tally: Tally, elapsedMs: number): readonly string[] {
  const { schedules, steps, failed, counts } = tally;
  const seconds = elapsedMs / 1000;
  const named = (prefix: string): [string, number][] =>
    [...counts]
      .filter(([name]) => name.startsWith(prefix))
      .map(([name, count]): [string, number] => [name.slice(prefix.length), count])
      .sort(([a], [b]) => (a < b ? -1 : 1));
  const rest = [...counts]
    .filter(([name]) => !name.startsWith('fault ') && !name.startsWith('boundary '))
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return [
    `schedules ${schedules}, steps ${steps}, violations in ${failed.length}, ${seconds.toFixed(1)} s, ${Math.round((schedules / seconds) * 60)} schedules a minute`,
    '',
    'faults',
    ...columns(named('fault ')),
    '',
    'processes stopped at each boundary of a step (killed + paused + rebalanced)',
    ...boundaryTable(counts),
    '',
    'other counts',
    ...columns(rest),
  ];
}

function boundaryTable(counts: ReadonlyMap<string, number>): readonly string[] {
  return stageNames.map((stage) => {
    const cells = boundariesOf(stage).map((boundary) => {
      const of = (how: string): number => counts.get(`boundary ${stage} ${boundary} ${how}`) ?? 0;
      return `${boundary} ${of('kill')}+${of('pause')}+${of('rebalance')}`;
    });
    return `  ${stage.padEnd(15)} ${cells.join('  ')}`;
  });
}

function columns(entries: readonly (readonly [string, number])[]): readonly string[] {
  return entries.map(([name, count]) => `  ${name.padEnd(36)} ${count}`);
}
