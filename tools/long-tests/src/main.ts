import { join, resolve } from 'node:path';
import { commands, runCommand, usageError } from '@docfleet/command-line';
import { longRuns, runsNamed, type LongRun } from './long-runs.ts';
import { runCommands } from './run-commands.ts';

const root = resolve(import.meta.dirname, '../../..');

// For the tests that use servers; the runs inherit it.
process.env['DOCFLEET_ENDPOINTS'] ??= join(root, '.docfleet/endpoints.json');

const listOf = (runs: readonly LongRun[]): string =>
  `${runs.map(({ name, takes, checks }) => `${name.padEnd(14)} ${takes.padEnd(10)} ${checks}`).join('\n')}\n`;

const write = (text: string): void => {
  process.stdout.write(text);
};

process.exitCode = await runCommand(commands.long, process.argv.slice(2), async ({ values, operands }) => {
  const runs = longRuns(root);
  if (values.list) {
    write(listOf(runs));
    return 0;
  }
  return (await runAll(selected(runs, operands))) ? 0 : 1;
});

/** @throws UsageError for a name that no run has */
function selected(runs: readonly LongRun[], names: readonly string[]): readonly LongRun[] {
  const unknown = names.find((name) => !runs.some((run) => run.name === name));
  if (unknown !== undefined)
    throw usageError(
      commands.long,
      `there is no long run '${unknown}', but ${runs.map(({ name }) => name).join(', ')}`,
    );
  return runsNamed(runs, names);
}

async function runAll(chosen: readonly LongRun[]): Promise<boolean> {
  const interrupted = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.on(signal, () => {
      interrupted.abort();
    });
  const rows: string[] = [];
  let passed = true;
  for (const run of chosen) {
    if (interrupted.signal.aborted) break;
    write(`\n== ${run.name} (about ${run.takes}): ${run.checks}\n`);
    const startedAt = performance.now();
    const succeeded = await runCommands(root, run, interrupted.signal);
    passed &&= succeeded;
    const minutes = (performance.now() - startedAt) / 60_000;
    rows.push(`${run.name.padEnd(14)} ${succeeded ? 'passed' : 'FAILED'} in ${minutes.toFixed(1)} min`);
  }
  write(`\n${rows.join('\n')}\n`);
  return passed && rows.length === chosen.length;
}
