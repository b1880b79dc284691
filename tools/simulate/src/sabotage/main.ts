import pLimit from 'p-limit';
import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { playInChildren } from '../children.ts';
import { checkEdits } from './apply-edits.ts';
import { liveSabotages } from './live-sabotages.ts';
import { sabotages, type Sabotage } from './sabotages.ts';
import { failuresOf } from './under-tests.ts';

const usage = `npm run simulate:sabotage -- [options]
Removes guards one by one and plays schedules until one has a violation; if none has, runs the tests that are named
for it. Prints a row for each guard; exits with 1 when the removal of one is not detected.
  --seeds N        schedules to play for each (2000), from seed --from N (1)
  --only TEXT      only those with this text in their name
  --processes N    concurrent guards (one a core)
  --live           guards of the Kafka adapter, with its tests, on the broker of the local stack
                   (npm start -- --servers-only --keep)
`;

const endpoints = resolve(import.meta.dirname, '../../../../.docfleet/endpoints.json');

const { values } = parseArgs({
  options: {
    help: { type: 'boolean', short: 'h', default: false },
    seeds: { type: 'string', default: '2000' },
    from: { type: 'string', default: '1' },
    only: { type: 'string', default: '' },
    processes: { type: 'string', default: String(availableParallelism()) },
    live: { type: 'boolean', default: false },
  },
});

/** How the removal was detected; undefined when it was not. */
type Detection = { readonly by: string; readonly what: string } | undefined;

/** Environment variables of the tests. */
type Environment = Readonly<Record<string, string>>;

let undetected = 0;

function printRow({ name }: Sabotage, detection: Detection): void {
  if (detection === undefined) undetected += 1;
  const { by, what } = detection ?? { by: 'NOT DETECTED', what: '' };
  process.stdout.write(`| ${name} | ${by} | ${what.slice(0, 110)} |\n`);
}

async function underSchedules({ name }: Sabotage): Promise<Detection> {
  const hook = new URL(`./hook.ts?sabotage=${encodeURIComponent(name)}`, import.meta.url);
  const { schedules, failed } = await playInChildren({
    from: Number(values.from),
    to: Number(values.from) + Number(values.seeds),
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

async function playSchedules(chosen: readonly Sabotage[]): Promise<void> {
  const undetectedBySchedules: Sabotage[] = [];
  await pLimit(Number(values.processes)).map(chosen, async (sabotage) => {
    const detection = await underSchedules(sabotage);
    if (detection === undefined && sabotage.tests !== undefined) undetectedBySchedules.push(sabotage);
    else printRow(sabotage, detection);
  });
  await playTests(undetectedBySchedules, {});
}

/** Runs the tests of one sabotage after the other. They must pass without any sabotage, otherwise they prove nothing. */
async function playTests(chosen: readonly Sabotage[], environment: Environment): Promise<void> {
  const tests = [...new Set(chosen.flatMap((sabotage) => sabotage.tests ?? []))];
  const [unrelated] = tests.length === 0 ? [] : await failuresOf(tests, [], environment);
  if (unrelated !== undefined) throw new Error(`Test fails without a sabotage: ${unrelated}`);
  for (const sabotage of chosen) printRow(sabotage, await underTests(sabotage, environment));
}

async function run(): Promise<number> {
  if (values.help) {
    process.stdout.write(usage);
    return 0;
  }
  const all: readonly Sabotage[] = values.live ? liveSabotages : sabotages;
  const chosen = all.filter(({ name }) => name.includes(values.only));
  for (const sabotage of chosen) await checkEdits(sabotage);
  if (values.live) {
    if (!existsSync(endpoints))
      throw new Error('No broker found. Start one: npm start -- --servers-only --keep');
    await playTests(chosen, { DOCFLEET_ENDPOINTS: endpoints });
  } else await playSchedules(chosen);
  return undetected === 0 ? 0 : 1;
}

let code: number;
try {
  code = await run();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  code = 1;
}
process.exit(code);
