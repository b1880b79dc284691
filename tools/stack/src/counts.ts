import { z } from 'zod';

const resultsSchema = z.object({
  numPassedTests: z.int(),
  numFailedTests: z.int(),
  numPendingTests: z.int(),
  numTodoTests: z.int(),
  testResults: z.array(
    z.object({ status: z.string(), assertionResults: z.array(z.object({ status: z.string() })) }),
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

/** `12 passed, 0 failed, 1 skipped`: the closing line of a test run. */
export function closingLine({ passed, failed, skipped }: Counts): string {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}
