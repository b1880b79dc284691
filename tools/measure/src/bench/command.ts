import { readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import process from 'node:process';
import { commands, interruptedCode, runCommand, usageError, type ValuesOf } from '@docfleet/command-line';
import {
  countInterrupts,
  explain,
  type Environment,
  layoutOf,
  presetNames,
  Problem,
  reportTo,
  showProgress,
  takeLock,
} from '@docfleet/stack';
import { readEndpoints } from '../endpoints.ts';
import { compare } from './compare.ts';
import { belowFloors, type Figures } from './figures.ts';
import { startOwnFleet } from './own-fleet.ts';
import { renderComparison, renderFigures } from './report.ts';
import { documentKinds, runBench, type BenchOptions, type TracedDocument } from './run-bench.ts';

/** What the command gets from the process it runs in. */
export interface BenchContext {
  /** Root of the repository. */
  readonly root: string;
  /** Folder in which the person typed the command. */
  readonly calledFrom: string;
  readonly environment: Environment;
}

type Values = ValuesOf<typeof commands.bench.options>;

/** What `--save` writes. */
interface Saved {
  readonly takenAt: string;
  readonly preset: string | null;
  readonly kind: string;
  readonly load: BenchOptions['load'];
  readonly processors: number;
  readonly runs: readonly Figures[];
}

function documentsOf(text: string): readonly number[] {
  const counts = text.split(',').map(Number);
  if (counts.every((count) => Number.isInteger(count) && count > 0)) return counts;
  throw usageError(
    commands.bench,
    `--documents takes whole numbers from 1, separated by commas, not '${text}'`,
  );
}

function optionsOf(values: Values, signal: AbortSignal): BenchOptions {
  const kind = documentKinds.find((each) => each === values.kind);
  if (kind === undefined) throw usageError(commands.bench, `--kind is one of ${documentKinds.join(', ')}`);
  return {
    documents: documentsOf(values.documents),
    kind,
    load:
      values.rate === undefined
        ? { atOnce: Number(values['at-once'] ?? 10) }
        : { perHour: Number(values.rate) },
    warmUp: Number(values['warm-up']),
    signal,
    onProgress: (line) => process.stderr.write(`${line}\n`),
  };
}

async function measured(
  { root, environment }: BenchContext,
  values: Values,
  options: BenchOptions,
): Promise<readonly Figures[]> {
  const preset = presetNames.find((name) => name === values.preset);
  if (preset === undefined) {
    const file = environment['DOCFLEET_ENDPOINTS'] ?? layoutOf(root, 'local').endpointsFile;
    return runBench(readEndpoints(file), options);
  }
  const layout = layoutOf(root, 'bench');
  const lock = takeLock(layout.lockFile);
  if ('heldBy' in lock) throw new Problem(`A benchmark is going on here (process ${lock.heldBy.pid}).`);
  const shown = showProgress(process.stderr);
  try {
    const fleet = await startOwnFleet({
      layout,
      preset,
      environment,
      isRoot: process.getuid?.() === 0,
      progress: reportTo(shown.sink),
      signal: options.signal,
    });
    try {
      return await runBench(fleet.target(), options);
    } finally {
      await fleet.stop();
    }
  } finally {
    shown.close();
    lock.release();
  }
}

async function run(context: BenchContext, values: Values, given: BenchOptions): Promise<number> {
  const trace: TracedDocument[] = [];
  const options: BenchOptions = { ...given, onEnded: (document) => trace.push(document) };
  const { calledFrom } = context;
  if (process.platform !== 'linux')
    throw new Problem(
      `Figures are read from /proc, which ${process.platform} does not have. Run it on Linux.`,
    );
  const stored: unknown =
    values.compare === undefined
      ? undefined
      : JSON.parse(readFileSync(resolve(calledFrom, values.compare), 'utf8'));
  const saved: Saved = {
    takenAt: new Date().toISOString(),
    preset: values.preset ?? null,
    kind: options.kind,
    load: options.load,
    processors: availableParallelism(),
    runs: await measured(context, values, options),
  };
  if (values.save !== undefined)
    writeFileSync(resolve(calledFrom, values.save), `${JSON.stringify(saved, null, 2)}\n`);
  if (values.trace !== undefined)
    writeFileSync(resolve(calledFrom, values.trace), `${JSON.stringify(trace)}\n`);
  const text = values.json
    ? JSON.stringify(saved)
    : [
        ...saved.runs.map(renderFigures),
        ...(stored === undefined ? [] : [renderComparison(compare(stored, saved))]),
      ].join('\n\n');
  process.stdout.write(`${text}\n`);
  return values.floors && saved.runs.some((figures) => belowFloors(figures).length > 0) ? 1 : 0;
}

/** `npm run bench`; gives the exit code. */
export async function bench(context: BenchContext, argv: readonly string[]): Promise<number> {
  const interrupts = countInterrupts(
    () => performance.now(),
    () => {
      process.stderr.write('\nInterrupted twice; npm stop ends what may be left.\n');
      process.exit(137);
    },
  );
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, interrupts.interrupt);
  // The launcher's end closes the channel.
  process.on('disconnect', interrupts.interrupt);
  return runCommand(commands.bench, argv, async ({ values }) => {
    const options = optionsOf(values, interrupts.signal);
    try {
      return await run(context, values, options);
    } catch (error) {
      const { aborted } = interrupts.signal;
      process.stderr.write(`\n${aborted ? 'Interrupted; what was started has ended.' : explain(error)}\n`);
      return aborted ? interruptedCode : 1;
    }
  });
}
