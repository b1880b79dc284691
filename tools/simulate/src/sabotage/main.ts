import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { playInChildren } from '../children.ts';
import { checkEdits } from './apply-edits.ts';
import { sabotages, type Sabotage } from './sabotages.ts';

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '2000' },
    from: { type: 'string', default: '1' },
    only: { type: 'string' },
    processes: { type: 'string', default: String(availableParallelism()) },
  },
});

interface Catch {
  readonly schedules: number;
  readonly violation: string | null;
}

async function plant(sabotage: Sabotage): Promise<Catch> {
  const hook = new URL(`./hook.ts?sabotage=${encodeURIComponent(sabotage.name)}`, import.meta.url);
  const { schedules, failed } = await playInChildren({
    from: Number(values.from),
    to: Number(values.from) + Number(values.seeds),
    processes: 1,
    untilFailure: true,
    nodeFlags: ['--import', hook.href],
  });
  return { schedules, violation: failed[0]?.violations[0] ?? null };
}

let missed = 0;
const chosen = sabotages.filter(({ name }) => values.only === undefined || name.includes(values.only));
for (const sabotage of chosen) await checkEdits(sabotage);

/** One sabotage after the other; as many of these rows run beside each other as there are processes. */
async function plantNext(queue: Iterator<Sabotage>): Promise<void> {
  for (let next = queue.next(); next.done !== true; next = queue.next()) {
    const { name } = next.value;
    const { schedules, violation } = await plant(next.value);
    if (violation === null) missed += 1;
    const verdict = violation === null ? 'NOT CAUGHT in' : 'caught after';
    process.stdout.write(
      `| ${name} | ${verdict} ${String(schedules)} | ${(violation ?? '').slice(0, 110)} |\n`,
    );
  }
}

const queue = chosen.values();
await Promise.all(Array.from({ length: Number(values.processes) }, () => plantNext(queue)));
process.exitCode = missed === 0 ? 0 : 1;
