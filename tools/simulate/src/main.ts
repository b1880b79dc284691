import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { playInChildren } from './children.ts';
import { makePlan } from './plan/make-plan.ts';
import { describe } from './report.ts';
import { runSchedule } from './run-schedule.ts';

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '1000' },
    seed: { type: 'string' },
    minutes: { type: 'string' },
    processes: { type: 'string', default: String(availableParallelism()) },
    verbose: { type: 'boolean', default: false },
  },
});

const write = (lines: readonly string[]): void => {
  process.stdout.write(`${lines.join('\n')}\n`);
};

/** Failing schedules whose history is printed. */
const toldInFull = 1;

/** Plays a seed again with its history. */
async function tell(seed: number): Promise<boolean> {
  const plan = makePlan(seed);
  const { lines, violations, steps } = await runSchedule(plan, { verbose: true });
  write([`--- seed ${String(seed)}: ${JSON.stringify(plan, null, 1)}`, ...lines, `${String(steps)} steps`]);
  write(violations.map((violation) => `seed ${String(seed)}: ${violation}`));
  return violations.length === 0;
}

async function playMany(from: number): Promise<boolean> {
  const startedAt = performance.now();
  const tally = await playInChildren({
    from,
    to: from + Number(values.seeds),
    processes: Number(values.processes),
    ...(values.minutes === undefined ? {} : { limitMs: Number(values.minutes) * 60_000 }),
  });
  write(describe(tally, performance.now() - startedAt));
  const failed = tally.failed.toSorted((a, b) => a.seed - b.seed);
  for (const { seed, violations } of failed)
    write([
      '',
      `seed ${String(seed)}: ${violations.join('\n  ')}`,
      `  again: npm run simulate -- --seed ${String(seed)} --verbose`,
    ]);
  for (const { seed } of failed.slice(0, toldInFull)) await tell(seed);
  return failed.length === 0;
}

const held =
  values.seed !== undefined && values.verbose
    ? await tell(Number(values.seed))
    : await playMany(Number(values.seed ?? 1));
process.exitCode = held ? 0 : 1;
