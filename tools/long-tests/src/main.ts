import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { longRuns, runsNamed, type LongRun } from './long-runs.ts';
import { runCommands } from './run-commands.ts';

const root = resolve(import.meta.dirname, '../../..');

const usage = (runs: readonly LongRun[]): string => `npm run test:long [-- <name> ...]
Runs the tests that take too long for npm test, one after another; without a name all of them. Ends non-zero when one
fails. Times are those of two cores.

${runs.map(({ name, takes, checks }) => `  ${name.padEnd(14)} ${takes.padEnd(10)} ${checks}`).join('\n')}
`;

const write = (text: string): void => {
  process.stdout.write(text);
};

async function main(): Promise<boolean> {
  const { values, positionals } = parseArgs({
    options: { help: { type: 'boolean', short: 'h', default: false } },
    allowPositionals: true,
  });
  const runs = longRuns(root);
  if (values.help) {
    write(usage(runs));
    return true;
  }
  const selected = runsNamed(runs, positionals);
  const interrupted = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.on(signal, () => {
      interrupted.abort();
    });
  const rows: string[] = [];
  let passed = true;
  for (const run of selected) {
    if (interrupted.signal.aborted) break;
    write(`\n== ${run.name} (about ${run.takes}): ${run.checks}\n`);
    const startedAt = performance.now();
    const succeeded = await runCommands(root, run, interrupted.signal);
    passed &&= succeeded;
    const minutes = (performance.now() - startedAt) / 60_000;
    rows.push(`${run.name.padEnd(14)} ${succeeded ? 'passed' : 'FAILED'} in ${minutes.toFixed(1)} min`);
  }
  write(`\n${rows.join('\n')}\n`);
  return passed && rows.length === selected.length;
}

try {
  process.exitCode = (await main()) ? 0 : 1;
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
