import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Environment } from '../command.ts';
import { closingLine, countTests, slowestTests, sumOf } from '../counts.ts';
import { environmentOf } from '../endpoints.ts';
import { layoutOf, type Layout } from '../layout.ts';
import { takeLock } from '../lock.ts';
import { Problem } from '../problem.ts';
import { forgetInstance } from '../forget.ts';
import { bringBrowser } from '../provision/prerequisites.ts';
import { endLeftovers } from '../running.ts';
import { bringUp } from './bring-up.ts';
import type { Context } from './context.ts';
import { checkMachine } from './start.ts';

/** Projects of vitest.config.ts; `long` runs by name only, or for the console in a browser. */
type Tier = 'unit' | 'servers' | 'long';

/**
 * `npm test`: all tests, with servers of their own on empty data; gives the exit code. Without arguments the unit tests
 * run first, because their coverage has a floor and that of the other tests, most of which run in processes, has none.
 */
export async function test(context: Context, vitest: readonly string[]): Promise<number> {
  const layout = layoutOf(context.root, 'test');
  const lock = takeLock(layout.lockFile);
  if ('heldBy' in lock) throw new Problem(`Tests are running here already (process ${lock.heldBy.pid}).`);
  try {
    if (vitest.length > 0)
      return summarise(context, [await withServers(context, layout, ['unit', 'servers'], vitest)]);
    const units = await runVitest(context, layout, {
      tiers: ['unit'],
      arguments: ['--coverage'],
      environment: {},
    });
    return summarise(context, [units, await withServers(context, layout, ['servers'], [])]);
  } finally {
    lock.release();
  }
}

/** `npm run test:browser`: the console in a real browser, all of it; `npm test` runs the shorter part. */
export async function testBrowser(context: Context, vitest: readonly string[]): Promise<number> {
  const layout = layoutOf(context.root, 'test');
  const lock = takeLock(layout.lockFile);
  if ('heldBy' in lock) throw new Problem(`Tests are running here already (process ${lock.heldBy.pid}).`);
  try {
    // Each file has a fleet of its own: one at a time.
    const paths = ['services/console/test', '--no-file-parallelism', ...vitest];
    return summarise(context, [await withServers(context, layout, ['servers', 'long'], paths)]);
  } finally {
    lock.release();
  }
}

/** `npm run test:unit`: the tests that need no servers. */
export async function testUnits(context: Context, vitest: readonly string[]): Promise<number> {
  const layout = layoutOf(context.root, 'test');
  return summarise(context, [
    await runVitest(context, layout, { tiers: ['unit'], arguments: vitest, environment: {} }),
  ]);
}

async function withServers(
  context: Context,
  layout: Layout,
  tiers: readonly Tier[],
  vitest: readonly string[],
): Promise<FinishedRun> {
  await checkMachine(context, layout);
  await bringBrowser(context, (line) => {
    context.progress.note(line);
  });
  await endLeftovers(layout.processesFile);
  forgetInstance(layout, context.isRoot);
  const stack = await bringUp(context, layout, []);
  try {
    return await runVitest(context, layout, {
      tiers,
      arguments: vitest,
      environment: {
        ...environmentOf(stack.endpoints, layout.models),
        DOCFLEET_ENDPOINTS: layout.endpointsFile,
      },
    });
  } finally {
    await stack.stop();
    forgetInstance(layout, context.isRoot);
  }
}

interface VitestRun {
  readonly tiers: readonly Tier[];
  readonly arguments: readonly string[];
  readonly environment: Environment;
}

interface FinishedRun {
  /** The JSON report; undefined when none was written. */
  readonly report: unknown;
  readonly exitCode: number;
}

/** Prints the slowest tests and the closing line after everything else has ended; gives the exit code. */
function summarise(context: Context, runs: readonly FinishedRun[]): number {
  const counts = sumOf(runs.map(({ report, exitCode }) => countTests(report, exitCode)));
  for (const line of slowestTests(
    runs.map(({ report }) => report),
    context.root,
  ))
    context.atEnd(line);
  context.atEnd(closingLine(counts));
  return counts.failed === 0 && runs.every(({ exitCode }) => exitCode === 0) ? 0 : 1;
}

/** One vitest run over the workspace. */
async function runVitest(context: Context, layout: Layout, run: VitestRun): Promise<FinishedRun> {
  mkdirSync(layout.folder, { recursive: true });
  const reportFile = join(layout.folder, 'vitest.json');
  rmSync(reportFile, { force: true });
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${reportFile}`];
  const projects = run.tiers.map((tier) => `--project=${tier}`);
  const program = join(context.root, 'node_modules/vitest/vitest.mjs');
  const argv = [program, 'run', ...reporters, ...projects, ...run.arguments];
  const child = spawn(process.execPath, argv, {
    cwd: context.root,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...context.environment, ...run.environment },
  });
  context.onKill(() => child.kill('SIGKILL'));
  context.interrupted.addEventListener('abort', () => child.kill('SIGTERM'));
  const exitCode = await new Promise<number>((resolve) => {
    child.on('error', () => {
      resolve(1);
    });
    child.on('exit', (code) => {
      resolve(code ?? 1);
    });
  });
  return { report: readReport(reportFile), exitCode };
}

function readReport(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as unknown;
  } catch {
    return undefined;
  }
}
