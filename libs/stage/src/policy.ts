import { failureCategory, type Failure } from '@docfleet/domain';

/** What to do about a failure. Total: every failure in every situation has one answer. */
export type Decision =
  | { readonly kind: 'retry-now'; readonly afterMs: number }
  | { readonly kind: 'retry-topic'; readonly index: number }
  | { readonly kind: 'dead-letter' }
  | { readonly kind: 'end-run' }
  | { readonly kind: 'reject' }
  | { readonly kind: 'drop' };

export interface FailureSituation {
  /** The record's attempt, from 1: deliveries through retry topics. */
  readonly attempt: number;
  /** Tries in this process before this one, from 0. */
  readonly quickTries: number;
  /** Delays of the stage's retry topics in milliseconds, shortest first. */
  readonly retryDelaysMs: readonly number[];
  readonly retries: 'topics' | 'for-ever';
  /** Whether the run is known to be this record's, so that a failure may end it. */
  readonly accepted: boolean;
  /** Asked-for delay before the next attempt, in milliseconds. */
  readonly afterMs?: number;
}

/** Delays of the tries in process, in milliseconds: for blips (M-13). */
export const quickTryDelaysMs: readonly number[] = [200, 1000];

/** Longest pause between tries of a stage that never gives up, in milliseconds. */
export const longestPauseMs = 15_000;

/** Classified before it is counted (M-13): only an infrastructure fault uses attempts. */
export function decide(failure: Failure, situation: FailureSituation): Decision {
  switch (failureCategory(failure.code)) {
    case 'document':
    case 'timeout':
      return situation.accepted ? { kind: 'end-run' } : { kind: 'reject' };
    case 'request':
      // The stage that never gives up emits the endings: one of its own would come back to it and be refused again.
      return situation.accepted && situation.retries === 'topics' ? { kind: 'end-run' } : { kind: 'reject' };
    case 'order':
      return { kind: 'drop' };
    case 'infrastructure':
      return decideInfrastructure(situation);
  }
}

function decideInfrastructure(situation: FailureSituation): Decision {
  const { attempt, quickTries, retryDelaysMs, retries, afterMs = 0 } = situation;
  const quick = quickTryDelaysMs[quickTries];
  if (quick !== undefined && afterMs <= quick) return { kind: 'retry-now', afterMs: quick };
  if (retries === 'for-ever') {
    const doublings = quickTries - quickTryDelaysMs.length + 1;
    return {
      kind: 'retry-now',
      afterMs: Math.min(longestPauseMs, Math.max(afterMs, 1000 * 2 ** Math.min(doublings, 10))),
    };
  }
  if (attempt > retryDelaysMs.length) return { kind: 'dead-letter' };
  const index = retryDelaysMs.findIndex((delayMs, at) => at >= attempt - 1 && delayMs >= afterMs);
  return { kind: 'retry-topic', index: index === -1 ? retryDelaysMs.length - 1 : index };
}
