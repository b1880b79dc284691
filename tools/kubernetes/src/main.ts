import { randomInt } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { commands, interruptedCode, runCommand } from '@docfleet/command-line';
import {
  countInterrupts,
  endLeftovers,
  explain,
  forgetInstance,
  layoutOf,
  Problem,
  reportTo,
  showProgress,
  takeLock,
} from '@docfleet/stack';
import { buildAll } from './build/build-all.ts';
import { chooseParts, closingLine, exitCodeOf, Tally } from './checks/tally.ts';
import { allParts } from './parts/all-parts.ts';
import { withCluster } from './with-cluster.ts';

const root = process.env['DOCFLEET_ROOT'] ?? resolve(import.meta.dirname, '../../..');
const layout = layoutOf(root, 'kubernetes');
const isRoot = process.getuid?.() === 0;
const interrupts = countInterrupts(
  () => performance.now(),
  () => {
    process.stderr.write('\nInterrupted twice: every process was killed.\n');
    process.exit(137);
  },
);
interrupts.signal.addEventListener('abort', () => {
  process.stderr.write('\nInterrupted: ending what was started. Ctrl-C once more ends it at once.\n');
});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, interrupts.interrupt);
// The launcher's end closes the channel.
process.on('disconnect', interrupts.interrupt);

const partNames = allParts.map(({ name }) => name);

interface Given {
  readonly words: readonly string[];
  readonly seed: number;
  readonly build: boolean;
}

async function run({ words, seed, build }: Given): Promise<number> {
  const lock = takeLock(layout.lockFile);
  if ('heldBy' in lock)
    throw new Problem(
      `Such a run is going on here (process ${lock.heldBy.pid}). Wait until it has ended, or end it: kill ${lock.heldBy.pid}`,
    );
  const shown = showProgress(process.stdout);
  const progress = reportTo(shown.sink);
  const { signal } = interrupts;
  try {
    const abort = new AbortController();
    const machine = {
      root,
      servers: layout.servers,
      environment: process.env,
      isRoot,
      progress,
      signal: AbortSignal.any([signal, abort.signal]),
      abortOthers: (reason: unknown) => {
        abort.abort(reason);
      },
    };
    const { wanted, others } = chooseParts(allParts, words);
    if (wanted.length === 0)
      throw new Problem(`No part has such a name. The parts: ${partNames.join(', ')}.`);
    const programs = await buildAll(machine);
    if (build) return 0;
    progress.note(`seed ${seed}; logs: ${layout.logs}`);
    for (const record of [layout.processesFile, join(layout.folder, 'cluster.json')])
      await endLeftovers(record);
    const tally = new Tally(progress, explain);
    for (const { checks } of others) tally.skip(checks);
    await withCluster(
      {
        layout,
        isRoot,
        environment: process.env,
        programs,
        seed,
        progress,
        signal,
        onKill: interrupts.onSecond,
      },
      { tally, parts: wanted },
    );
    signal.throwIfAborted();
    shown.close();
    const failed = tally.failed().map((name) => `failed: ${name}\n`);
    process.stdout.write(`\n${failed.join('')}${closingLine(tally.counts())}\n`);
    return exitCodeOf(tally.counts());
  } finally {
    shown.close();
    forgetInstance(layout, isRoot);
    rmSync(join(layout.folder, 'cluster'), { recursive: true, force: true });
    lock.release();
  }
}

async function runOrExplain(given: Given): Promise<number> {
  try {
    return await run(given);
  } catch (error) {
    process.stderr.write(
      `\n${interrupts.signal.aborted ? 'Interrupted; everything has ended.' : explain(error)}\n`,
    );
    return interrupts.signal.aborted ? interruptedCode : 1;
  }
}

process.exit(
  await runCommand(commands.k8s, process.argv.slice(2), ({ values, operands }) => {
    if (values.list) {
      process.stdout.write(`${partNames.join('\n')}\n`);
      return Promise.resolve(0);
    }
    const seed = values.seed === undefined ? randomInt(1, 1_000_000) : Number(values.seed);
    return runOrExplain({ words: operands, seed, build: values.build });
  }),
);
