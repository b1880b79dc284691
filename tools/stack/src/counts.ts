import { relative } from 'node:path';
import { z } from 'zod';

const resultsSchema = z.object({
  numPassedTests: z.int(),
  numFailedTests: z.int(),
  numPendingTests: z.int(),
  numTodoTests: z.int(),
  testResults: z.array(
    z.object({
      name: z.string(),
      status: z.string(),
      assertionResults: z.array(
        z.object({ fullName: z.string(), status: z.string(), duration: z.number().nullish() }),
      ),
    }),
  ),
});

export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/**
 * Counts of a run from vitest's JSON report. A file that could not even be loaded counts as one failed test, and
 * so does a run that failed without naming a test (an unhandled rejection, no report at all).
 */
export function countTests(report: unknown, exitCode: number): Counts {
  const { data } = resultsSchema.safeParse(report);
  if (data === undefined) return { passed: 0, failed: 1, skipped: 0 };
  const broken = data.testResults.filter(
    (file) => file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'),
  );
  const failed = data.numFailedTests + broken.length;
  return {
    passed: data.numPassedTests,
    failed: failed === 0 && exitCode !== 0 ? 1 : failed,
    skipped: data.numPendingTests + data.numTodoTests,
  };
}

/** Counts of several runs together. */
export function sumOf(counts: readonly Counts[]): Counts {
  return {
    passed: counts.reduce((sum, { passed }) => sum + passed, 0),
    failed: counts.reduce((sum, { failed }) => sum + failed, 0),
    skipped: counts.reduce((sum, { skipped }) => sum + skipped, 0),
  };
}

const slowestCount = 10;

/**
 * A heading and a line for each of the ten tests that took longest, over vitest's JSON reports; nothing when no test
 * ran. Paths are shown below `root`.
 */
export function slowestTests(reports: readonly unknown[], root: string): readonly string[] {
  const tests = reports
    .flatMap((report) => resultsSchema.safeParse(report).data?.testResults ?? [])
    .flatMap(({ name, assertionResults }) =>
      assertionResults.map(({ fullName, duration }) => ({
        seconds: (duration ?? 0) / 1000,
        test: `${relative(root, name)} > ${fullName}`,
      })),
    )
    .filter(({ seconds }) => seconds > 0)
    .sort((a, b) => b.seconds - a.seconds)
    .slice(0, slowestCount);
  if (tests.length === 0) return [];
  return [
    'Slowest tests, in seconds:',
    ...tests.map(({ seconds, test }) => `${seconds.toFixed(1).padStart(7)}  ${test}`),
  ];
}

/** `12 passed, 0 failed, 1 skipped`: the closing line of a test run. */
export function closingLine({ passed, failed, skipped }: Counts): string {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}
