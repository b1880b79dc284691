import type { CheckName } from '../checks.ts';
import type { ReportFile } from '../batch-report.ts';
import { colours, type Colour } from './pen.ts';

export function durationText(ms: number): string {
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`;
  const minutes = Math.floor(ms / 60_000);
  if (minutes < 60)
    return `${String(minutes)} min ${String(Math.floor((ms % 60_000) / 1000)).padStart(2, '0')} s`;
  return `${String(Math.floor(minutes / 60))} h ${String(minutes % 60).padStart(2, '0')} min`;
}

/** Date and time in UTC, to the minute. */
export function timeText(at: number): string {
  return `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

export function shareText(part: number, whole: number): string {
  return whole === 0 ? '–' : `${((part / whole) * 100).toFixed(1)} %`;
}

export function plural(count: number, one: string, many: string): string {
  return `${String(count)} ${count === 1 ? one : many}`;
}

export const checkTitles: Readonly<Record<CheckName, string>> = {
  coverageComplete: 'Coverage is complete: every document is accounted for, and every page was read',
  hashesEqual: 'Hashes are equal: each result is what its hash says, and equal files have equal results',
  timesConsistent: 'Times are consistent: every file ended after it began, and before the batch ended',
  errorsExplained: 'Every file has ended, and whatever has no result says why',
};

/** A state as people read it, and its colour. */
export function stateOf(
  file: Pick<ReportFile, 'status' | 'verdict'>,
): readonly [text: string, colour: Colour] {
  switch (file.status) {
    case 'accepted':
      return ['waiting', colours.muted];
    case 'running':
      return ['running', colours.accent];
    case 'in_review':
      return ['in review', colours.warning];
    case 'rejected':
      return ['refused', colours.bad];
    case 'failed':
      return ['failed', colours.bad];
    case 'cancelled':
      return ['cancelled', colours.muted];
    case 'expired':
      return ['expired', colours.bad];
    case 'completed':
    case 'completed_with_gaps':
      return verdictOf(file.verdict);
  }
}

export function verdictOf(verdict: ReportFile['verdict']): readonly [text: string, colour: Colour] {
  switch (verdict) {
    case null:
      return ['completed', colours.accent];
    case 'approve':
      return ['approved', colours.good];
    case 'review':
      return ['to review', colours.warning];
    case 'reject':
      return ['rejected', colours.bad];
  }
}

/** Confidence from which a value is shown as certain. */
const certainFrom = 0.9;
const doubtfulFrom = 0.6;

export function confidenceColour(confidence: number): Colour {
  if (confidence >= certainFrom) return colours.good;
  return confidence >= doubtfulFrom ? colours.warning : colours.bad;
}
