import type { ReportFile } from './batch-report.ts';

type WithStatus = Pick<ReportFile, 'status'>;

export function isEnded({ status }: WithStatus): boolean {
  return status !== 'accepted' && status !== 'running' && status !== 'in_review';
}

export function hasResult({ status }: WithStatus): boolean {
  return status === 'completed' || status === 'completed_with_gaps';
}

/** Ended without a result; a file that somebody cancelled is no error. */
export function hasFailed({ status }: WithStatus): boolean {
  return status === 'failed' || status === 'expired' || status === 'rejected';
}
