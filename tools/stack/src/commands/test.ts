import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Environment } from '../command.ts';
import { closingLine, countTests } from '../counts.ts';
import { environmentOf } from '../endpoints.ts';
import { layoutOf, type Layout } from '../layout.ts';
import { takeLock } from '../lock.ts';
import { Problem } from '../problem.ts';
import { forgetInstance } from '../forget.ts';
import { endLeftovers } from '../running.ts';
import { bringUp } from './bring-up.ts';
import type { Context } from './context.ts';
import { checkMachine } from './start.ts';

/** `npm test`: all tests, with servers of their own on empty data; gives the exit code. */
export async function test(context: Context, vitest: readonly string[]): Promise<number> {
  const layout = layoutOf(context.root, 'test');
  const lock = takeLock(layout.lockFile);
  if ('heldBy' in lock) throw new Problem(`Tests are running here already (process ${lock.heldBy.pid}).`);
  try {
    await checkMachine(context, layout);
    await endLeftovers(layout.processesFile);
    forgetInstance(layout, context.isRoot);
    const stack = await bringUp(context, layout, []);
    try {
      return await runVitest(context, layout, {
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
  } finally {
    lock.release();
  }
}

/** `npm run test:unit`: the tests beside the sources, which need nothing. */
export function testUnits(context: Context, vitest: readonly string[]): Promise<number> {
  const layout = layoutOf(context.root, 'test');
  return runVitest(context, layout, { arguments: ['/src/', ...vitest], environment: {} });
}

interface VitestRun {
  readonly arguments: readonly string[];
  readonly environment: Environment;
}

/** One vitest run over the workspace. Prints the closing line after everything else has ended. */
async function runVitest(context: Context, layout: Layout, run: VitestRun): Promise<number> {
  mkdirSync(layout.folder, { recursive: true });
  const reportFile = join(layout.folder, 'vitest.json');
  rmSync(reportFile, { force: true });
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${reportFile}`];
  const program = join(context.root, 'node_modules/vitest/vitest.mjs');
  const child = spawn(process.execPath, [program, 'run', ...reporters, ...run.arguments], {
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
  const counts = countTests(readReport(reportFile), exitCode);
  context.atEnd(closingLine(counts));
  return counts.failed === 0 && exitCode === 0 ? 0 : 1;
}

function readReport(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as unknown;
  } catch {
    return undefined;
  }
}
