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
Takes guards away one by one and plays schedules until one has a violation; where none has, runs the tests that are
named for it. Prints a row for each guard; ends non-zero when one is missed by nobody.
  --seeds N        schedules to play for each (2000), from seed --from N (1)
  --only TEXT      those with this in their name
  --processes N    guards at a time (one a core)
  --live           guards of the Kafka adapter, by its tests, before the broker of the local stack
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

/** Who noticed, and how; undefined when nobody did. */
type Notice = { readonly by: string; readonly what: string } | undefined;

/** What the tests find in theirs. */
type Environment = Readonly<Record<string, string>>;

let missed = 0;

function tell({ name }: Sabotage, notice: Notice): void {
  if (notice === undefined) missed += 1;
  const { by, what } = notice ?? { by: 'NOT NOTICED', what: '' };
  process.stdout.write(`| ${name} | ${by} | ${what.slice(0, 110)} |\n`);
}

async function underSchedules({ name }: Sabotage): Promise<Notice> {
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

async function underTests({ tests = [], edits }: Sabotage, environment: Environment): Promise<Notice> {
  const [what] = tests.length === 0 ? [] : await failuresOf(tests, edits, environment);
  return what === undefined ? undefined : { by: 'a test', what };
}

async function playSchedules(chosen: readonly Sabotage[]): Promise<void> {
  const missedThere: Sabotage[] = [];
  const queue = chosen.values();
  const row = async (): Promise<void> => {
    for (let next = queue.next(); next.done !== true; next = queue.next()) {
      const notice = await underSchedules(next.value);
      if (notice === undefined && next.value.tests !== undefined) missedThere.push(next.value);
      else tell(next.value, notice);
    }
  };
  await Promise.all(Array.from({ length: Number(values.processes) }, row));
  await playTests(missedThere, {});
}

/** The tests of one sabotage after the other. They must hold while nothing is taken away: else they prove nothing. */
async function playTests(chosen: readonly Sabotage[], environment: Environment): Promise<void> {
  const tests = [...new Set(chosen.flatMap((sabotage) => sabotage.tests ?? []))];
  const [unrelated] = tests.length === 0 ? [] : await failuresOf(tests, [], environment);
  if (unrelated !== undefined) throw new Error(`fails with every guard in its place: ${unrelated}`);
  for (const sabotage of chosen) tell(sabotage, await underTests(sabotage, environment));
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
    if (!existsSync(endpoints)) throw new Error('no broker: npm start -- --servers-only --keep');
    await playTests(chosen, { DOCFLEET_ENDPOINTS: endpoints });
  } else await playSchedules(chosen);
  return missed === 0 ? 0 : 1;
}

let code: number;
try {
  code = await run();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  code = 1;
}
process.exit(code);
