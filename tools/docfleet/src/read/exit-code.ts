import type { FileResult } from './result.ts';

/** Exit codes beside those of every command, as the usage text has them. */
export const exitCodes = { approved: 0, review: 3, failed: 4 } as const;

/** The worst that became of the files. */
export function exitCodeOf(results: readonly Pick<FileResult, 'verdict'>[]): number {
  // Only a run that failed, or a file that was none, has no verdict.
  if (results.some(({ verdict }) => verdict === null)) return exitCodes.failed;
  return results.every(({ verdict }) => verdict === 'approve') ? exitCodes.approved : exitCodes.review;
}
