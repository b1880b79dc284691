import { makePlan } from './plan/make-plan.ts';
import { emptyTally, type Tally } from './report.ts';
import { runSchedule } from './run-schedule.ts';

/** Plays the schedules of seeds one after the other, while `shouldContinue` returns true. */
export async function playSeeds(
  seeds: Iterable<number>,
  shouldContinue: (tally: Tally) => boolean = () => true,
): Promise<Tally> {
  const tally = emptyTally();
  for (const seed of seeds) {
    if (!shouldContinue(tally)) break;
    const { steps, violations, counts } = await runSchedule(makePlan(seed), { verbose: false });
    tally.schedules += 1;
    tally.steps += steps;
    if (violations.length > 0) tally.failed.push({ seed, violations });
    for (const [name, count] of counts) tally.counts.set(name, (tally.counts.get(name) ?? 0) + count);
  }
  return tally;
}

/** `from`, `from + step`, ... as many as fit below `to`. */
export function* everyNth(from: number, to: number, step: number): Generator<number> {
  for (let seed = from; seed < to; seed += step) yield seed;
}
