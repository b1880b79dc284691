import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { Stryker } from '@stryker-mutator/core';
import type { MutationProject } from './projects.ts';
import type { Mutant } from './score.ts';

type StrykerResult = Awaited<ReturnType<Stryker['runMutationTest']>>[number];

/**
 * Changes the code of a project, one small change at a time in a copy below `.docfleet`, and runs the tests beside the
 * sources for each.
 *
 * @throws Error when the unchanged code fails its tests.
 */
export async function runMutation(
  root: string,
  { name, files }: MutationProject,
  concurrency: number,
): Promise<readonly Mutant[]> {
  const stryker = new Stryker({
    testRunner: 'vitest',
    plugins: [import.meta.resolve('@stryker-mutator/vitest-runner')],
    vitest: { configFile: 'vitest.config.ts' },
    mutate: [...files.map((file) => `${name}/${file}`), `!${name}/**/*.test.ts`],
    coverageAnalysis: 'perTest',
    concurrency,
    tempDirName: `.docfleet/mutation/${name.replace('/', '-')}`,
    // Tests below `test` are left out of the copy. The option `testFiles` is no way to do it: with it a change of a
    // constant is not active yet when its module is loaded.
    ignorePatterns: ['/.docfleet', '/.nx', 'dist', 'out-tsc', 'coverage', '**/test/**/*.test.ts'],
    reporters: ['progress-append-only'],
    allowConsoleColors: false,
  });
  const results = await stryker.runMutationTest();
  return results.map((result) => mutantOf(root, result));
}

function mutantOf(root: string, result: StrykerResult): Mutant {
  const { fileName, location, replacement } = result;
  const source = readFileSync(fileName, 'utf8');
  return {
    file: relative(root, fileName),
    lineNumber: location.start.line,
    line: (source.split('\n')[location.start.line - 1] ?? '').trim(),
    original: textAt(source, location),
    replacement,
    status: statusOf(result.status),
  };
}

/** A change that ends in an endless loop is noticed, because its tests do not end. */
function statusOf(status: StrykerResult['status']): Mutant['status'] {
  switch (status) {
    case 'Killed':
    case 'Timeout':
      return 'noticed';
    case 'Survived':
    case 'NoCoverage':
      return 'survived';
    case 'Ignored':
    case 'CompileError':
    case 'RuntimeError':
    case 'Pending':
      return 'ignored';
  }
}

/** Lines and columns are from 1. */
function textAt(source: string, { start, end }: StrykerResult['location']): string {
  const lines = source.split('\n').slice(start.line - 1, end.line);
  const last = lines.at(-1) ?? '';
  const whole = [...lines.slice(0, -1), last.slice(0, end.column - 1)].join('\n');
  return whole.slice(start.column - 1);
}
