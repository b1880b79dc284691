import { randomInt } from 'node:crypto';
import { join, resolve } from 'node:path';
import { commands, interruptedCode, runCommand } from '@docfleet/command-line';
import {
  checkResources,
  countInterrupts,
  endLeftovers,
  explain,
  forgetInstance,
  layoutOf,
  measureResources,
  Problem,
  reportTo,
  showProgress,
  takeLock,
} from '@docfleet/stack';
import { argumentsOf, type Arguments } from './arguments.ts';
import { runFuzz } from './fuzz/run-fuzz.ts';
import { renderReport, summaryOf, type Report } from './report.ts';
import { runFaults } from './run/run-faults.ts';
import type { RunOptions } from './run/run-options.ts';
import { runRestart } from './run/run-restart.ts';
import { runFairness } from './stub/run-fairness.ts';
import { runLeaders } from './stub/run-leaders.ts';
import { runScaling } from './stub/run-scaling.ts';
import { runSoak } from './stub/run-soak.ts';

const root = process.env['DOCFLEET_ROOT'] ?? resolve(import.meta.dirname, '../../..');
const layout = layoutOf(root, 'chaos');
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

interface Outcome {
  readonly text: string;
  readonly violations: number;
}

const inJson = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

function outcomeOf(given: Arguments, report: Report): Outcome {
  const text = given.json ? inJson(summaryOf(report)) : `\n${renderReport(report)}`;
  return { text, violations: report.violations.length };
}

function asJson(report: { readonly violations: readonly unknown[] }): Outcome {
  return { text: inJson(report), violations: report.violations.length };
}

async function execute(given: Arguments, options: RunOptions): Promise<Outcome> {
  switch (given.kind) {
    case 'faults':
      return outcomeOf(given, await runFaults(given, options));
    case 'restart':
      return outcomeOf(given, await runRestart(given, options));
    case 'fairness':
      return asJson(await runFairness(options));
    case 'scaling':
      return asJson(await runScaling(options));
    case 'leaders':
      return asJson(await runLeaders(options));
    case 'soak':
      return asJson(await runSoak(options));
    case 'fuzz':
      return asJson(await runFuzz(given, options));
  }
}

async function run(given: Arguments): Promise<number> {
  const lock = takeLock(layout.lockFile);
  if ('heldBy' in lock)
    throw new Problem(
      `A fault run is going on here (process ${lock.heldBy.pid}). Wait until it has ended, or end it: kill ${lock.heldBy.pid}`,
    );
  const shown = showProgress(given.json ? process.stderr : process.stdout);
  try {
    checkResources(measureResources(layout.folder));
    await endLeftovers(layout.processesFile);
    const outcome = await execute(given, {
      layout,
      isRoot,
      environment: process.env,
      progress: reportTo(shown.sink),
      signal: interrupts.signal,
      onRig: (rig) => {
        interrupts.onSecond(() => {
          rig.kill();
        });
      },
      realFolder: process.env['DOCFLEET_SHARED'] ?? join(root, '../shared/data'),
    });
    shown.close();
    process.stdout.write(outcome.text);
    return outcome.violations === 0 ? 0 : 1;
  } finally {
    shown.close();
    forgetInstance(layout, isRoot);
    lock.release();
  }
}

async function runOrExplain(given: Arguments): Promise<number> {
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
  await runCommand(commands.chaos, process.argv.slice(2), ({ values }) =>
    runOrExplain(argumentsOf(values, () => randomInt(1, 1_000_000))),
  ),
);
