import { resolve } from 'node:path';
import { startVitest, type TestCase } from 'vitest/node';
import { applyEdits } from './apply-edits.ts';
import type { Edit } from './sabotage.ts';

const root = resolve(import.meta.dirname, '../../../..');

/** Applies edits to sources while tests load them. The files on disk are not changed. */
function editPlugin(edits: readonly Edit[]) {
  return {
    name: 'sabotage',
    enforce: 'pre' as const,
    transform: (code: string, id: string) => {
      const own = edits.filter(({ file }) => id.endsWith(`/${file}`));
      return own.length === 0 ? undefined : applyEdits(code, own);
    },
  };
}

function messageOf(test: TestCase): string {
  const { errors = [] } = test.result();
  return errors[0]?.message.split('\n')[0] ?? '';
}

/** Runs test files (paths, or parts of them) on edited sources; returns their failures. */
export async function failuresOf(
  tests: readonly string[],
  edits: readonly Edit[],
  environment: Readonly<Record<string, string>>,
): Promise<readonly string[]> {
  const vitest = await startVitest(
    [...tests],
    {
      root,
      watch: false,
      bail: 1,
      reporters: [{}],
      env: environment,
      teardownTimeout: 30_000,
      // The cache is keyed by the contents of files, so edited code would be reused by the next run.
      fsModuleCache: false,
    },
    { plugins: [editPlugin(edits)] },
  );
  const modules = vitest.state.getTestModules();
  const failed = modules.flatMap((module) => [
    ...module.errors().map(({ message }) => `${module.relativeModuleId}: ${message}`),
    ...[...module.children.allSuites()].flatMap((suite) => suite.errors().map(({ message }) => message)),
    ...[...module.children.allTests('failed')].map((test) => `${test.fullName}: ${messageOf(test)}`),
  ]);
  await vitest.close();
  if (modules.length === 0) throw new Error(`No test file found at ${tests.join(', ')}`);
  return failed;
}
