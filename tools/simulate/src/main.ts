import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { playInChildren, type Progress } from './children.ts';
import { makePlan } from './plan/make-plan.ts';
import { describe } from './report.ts';
import { runSchedule } from './run-schedule.ts';

const usage = `npm run simulate -- [options]
Plays the whole fleet on the log in memory and a virtual clock, with the faults of each seed, and checks the final
state. Exits with 1 after any violation; a failing seed prints its history.
  --seeds N        schedules, from seed 1 (1000)
  --seed N         only this schedule; with --verbose its plan and its whole history
  --minutes N      start no further schedule after this time
  --processes N    concurrent child processes (one a core)
`;

const options = {
  help: { type: 'boolean', short: 'h', default: false },
  seeds: { type: 'string', default: '1000' },
  seed: { type: 'string' },
  minutes: { type: 'string' },
  processes: { type: 'string', default: String(availableParallelism()) },
  verbose: { type: 'boolean', default: false },
} as const;

type Values = ReturnType<typeof parse>;

function parse() {
  return parseArgs({ options }).values;
}

const write = (lines: readonly string[]): void => {
  process.stdout.write(`${lines.join('\n')}\n`);
};

/** Number of failing schedules whose history is printed. */
const maxPrintedHistories = 1;

/** Plays a seed and prints its history. */
async function printSeed(seed: number): Promise<boolean> {
  const plan = makePlan(seed);
  const { lines, violations, steps } = await runSchedule(plan, { verbose: true });
  write([`--- seed ${String(seed)}: ${JSON.stringify(plan, null, 1)}`, ...lines, `${String(steps)} steps`]);
  write(violations.map((violation) => `seed ${String(seed)}: ${violation}`));
  return violations.length === 0;
}

/** Prints progress periodically to stderr, since stdout has only the report. */
function printProgress(all: number): (progress: Progress) => void {
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

async function playMany(values: Values, from: number, count: number): Promise<boolean> {
  const startedAt = performance.now();
  const tally = await playInChildren({
    from,
    to: from + count,
    processes: Number(values.processes),
    onProgress: printProgress(count),
    ...(values.minutes === undefined ? {} : { limitMs: Number(values.minutes) * 60_000 }),
  });
  write(describe(tally, performance.now() - startedAt));
  const failed = tally.failed.toSorted((a, b) => a.seed - b.seed);
  for (const { seed, violations } of failed)
    write([
      '',
      `seed ${String(seed)}: ${violations.join('\n  ')}`,
      `  repeat: npm run simulate -- --seed ${String(seed)} --verbose`,
    ]);
  for (const { seed } of failed.slice(0, maxPrintedHistories)) await printSeed(seed);
  return failed.length === 0;
}

async function run(): Promise<boolean> {
  const values = parse();
  if (values.help) {
    process.stdout.write(usage);
    return true;
  }
  const count = values.seed === undefined ? wholeNumber('seeds', values.seeds) : 1;
  const from = wholeNumber('seed', values.seed ?? '1');
  return values.seed !== undefined && values.verbose ? printSeed(from) : playMany(values, from, count);
}

function wholeNumber(name: string, text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new Error(`--${name} ${text}: expected a whole number from 1.`);
  return Number(text);
}

try {
  process.exitCode = (await run()) ? 0 : 1;
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
