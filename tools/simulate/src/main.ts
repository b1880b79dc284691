import { availableParallelism } from 'node:os';
import { commands, runCommand } from '@docfleet/command-line';
import { playInChildren, type Progress } from './children.ts';
import { makePlan } from './plan/make-plan.ts';
import { describe } from './report.ts';
import { runSchedule } from './run-schedule.ts';

/** Failing schedules whose whole history is printed. */
const printedHistories = 1;

process.exitCode = await runCommand(commands.simulate, process.argv.slice(2), async ({ values }) => {
  const { seed, seeds, minutes, processes = String(availableParallelism()), verbose } = values;
  if (seed !== undefined && verbose) return (await playWithHistory(Number(seed))) ? 0 : 1;
  const isClean = await playMany({
    from: Number(seed ?? 1),
    count: seed === undefined ? Number(seeds) : 1,
    processes: Number(processes),
    ...(minutes === undefined ? {} : { limitMs: Number(minutes) * 60_000 }),
  });
  return isClean ? 0 : 1;
});

interface Runs {
  /** First seed. */
  readonly from: number;
  readonly count: number;
  readonly processes: number;
  /** No schedule starts after this time. */
  readonly limitMs?: number;
}

/** Runs the schedules and prints the report; gives whether none has a violation. */
async function playMany({ from, count, ...how }: Runs): Promise<boolean> {
  const startedAt = performance.now();
  const onProgress = progressPrinter(count);
  const tally = await playInChildren({ from, to: from + count, onProgress, ...how });
  print(describe(tally, performance.now() - startedAt));
  const failed = tally.failed.toSorted((a, b) => a.seed - b.seed);
  for (const { seed, violations } of failed)
    print([
      '',
      `seed ${String(seed)}: ${violations.join('\n  ')}`,
      `  to repeat it: npm run simulate -- --seed ${String(seed)} --verbose`,
    ]);
  for (const { seed } of failed.slice(0, printedHistories)) await playWithHistory(seed);
  return failed.length === 0;
}

/** Runs one schedule and prints its plan and its history; gives whether it has no violation. */
async function playWithHistory(seed: number): Promise<boolean> {
  const plan = makePlan(seed);
  const { lines, violations, steps } = await runSchedule(plan, { verbose: true });
  print([`--- seed ${String(seed)}: ${JSON.stringify(plan, null, 1)}`, ...lines, `${String(steps)} steps`]);
  print(violations.map((violation) => `seed ${String(seed)}: ${violation}`));
  return violations.length === 0;
}

/** Prints a line from time to time, to stderr: stdout belongs to the report. */
function progressPrinter(all: number): (progress: Progress) => void {
  const everyMs = process.stderr.isTTY ? 2_000 : 30_000;
  let printedAt = performance.now();
  return ({ schedules, failed }) => {
    if (performance.now() - printedAt < everyMs) return;
    printedAt = performance.now();
    process.stderr.write(
      `  ${String(schedules)} of ${String(all)} schedules, ${String(failed)} with a violation\n`,
    );
  };
}

function print(lines: readonly string[]): void {
  process.stdout.write(`${lines.join('\n')}\n`);
}
