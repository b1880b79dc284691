import pLimit from 'p-limit';
import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { commands, runCommand, usageError } from '@docfleet/command-line';
import { playInChildren } from '../children.ts';
import { checkEdits } from './apply-edits.ts';
import { liveSabotages } from './live-sabotages.ts';
import type { Sabotage } from './sabotage.ts';
import { sabotages } from './sabotages.ts';
import { failuresOf } from './under-tests.ts';

const endpoints = resolve(import.meta.dirname, '../../../../.docfleet/endpoints.json');

/** How the removal was detected; undefined when it was not. */
type Detection = { readonly by: string; readonly what: string } | undefined;

/** Environment variables of the tests, beside those of this process. */
type Environment = Readonly<Record<string, string>>;

interface Settings {
  /** Schedules for each guard, from seed `from`. */
  readonly seeds: number;
  readonly from: number;
  /** Guards at the same time. */
  readonly processes: number;
}

let undetected = 0;

function printRow({ name }: Sabotage, detection: Detection): void {
  if (detection === undefined) undetected += 1;
  const { by, what } = detection ?? { by: 'NOT DETECTED', what: '' };
  process.stdout.write(`| ${name} | ${by} | ${what.slice(0, 110)} |\n`);
}

async function underSchedules({ name }: Sabotage, { from, seeds }: Settings): Promise<Detection> {
  const hook = new URL(`./hook.ts?sabotage=${encodeURIComponent(name)}`, import.meta.url);
  const { schedules, failed } = await playInChildren({
    from,
    to: from + seeds,
    processes: 1,
    untilFailure: true,
    nodeFlags: ['--import', hook.href],
  });
  const what = failed[0]?.violations[0];
  return what === undefined ? undefined : { by: `schedule ${String(schedules)}`, what };
}

async function underTests({ tests = [], edits }: Sabotage, environment: Environment): Promise<Detection> {
  const [what] = tests.length === 0 ? [] : await failuresOf(tests, edits, environment);
  return what === undefined ? undefined : { by: 'a test', what };
}

async function playSchedules(chosen: readonly Sabotage[], settings: Settings): Promise<void> {
  const undetectedBySchedules: Sabotage[] = [];
  await pLimit(settings.processes).map(chosen, async (sabotage) => {
    const detection = await underSchedules(sabotage, settings);
    if (detection === undefined && sabotage.tests !== undefined) undetectedBySchedules.push(sabotage);
    else printRow(sabotage, detection);
  });
  await playTests(undetectedBySchedules, {});
}

/** The tests of one sabotage after the other. They must hold while nothing is taken away: else they prove nothing. */
async function playTests(chosen: readonly Sabotage[], environment: Environment): Promise<void> {
  const tests = [...new Set(chosen.flatMap((sabotage) => sabotage.tests ?? []))];
  const [unrelated] = tests.length === 0 ? [] : await failuresOf(tests, [], environment);
  if (unrelated !== undefined) throw new Error(`fails with every guard in its place: ${unrelated}`);
  for (const sabotage of chosen) printRow(sabotage, await underTests(sabotage, environment));
}

const code = await runCommand(commands.sabotage, process.argv.slice(2), async ({ values }) => {
  const { live, only = '', seeds, from, processes = String(availableParallelism()) } = values;
  const all: readonly Sabotage[] = live ? liveSabotages : sabotages;
  const chosen = all.filter(({ name }) => name.includes(only));
  if (chosen.length === 0) throw usageError(commands.sabotage, `no guard has '${only}' in its name`);
  for (const sabotage of chosen) await checkEdits(sabotage);
  if (!live) {
    await playSchedules(chosen, { seeds: Number(seeds), from: Number(from), processes: Number(processes) });
  } else if (existsSync(endpoints)) await playTests(chosen, { DOCFLEET_ENDPOINTS: endpoints });
  else throw new Error(`No broker runs here (${endpoints} is missing): npm start -- --servers-only --keep`);
  return undetected === 0 ? 0 : 1;
});
// Vitest may hold the process open.
process.exit(code);
