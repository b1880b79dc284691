import type { Clock, FailureCode } from '@docfleet/domain';

/** Share of a time limit at which it warns (M-10). */
export const softLimitShare = 0.9;

/** A time limit: its length, and the failure that exceeding it is. */
export interface TimeLimit {
  readonly code: FailureCode;
  readonly limitMs: number;
}

/** Calls `onSoft` at 90 % of the limit and `onHard` at its end; the returned function cancels both. */
export function startTimeLimit(
  clock: Clock,
  limit: TimeLimit,
  on: { readonly onSoft: (limit: TimeLimit) => void; readonly onHard: () => void },
): () => void {
  const cancelSoft = clock.after(Math.round(limit.limitMs * softLimitShare), () => {
    on.onSoft(limit);
  });
  const cancelHard = clock.after(limit.limitMs, on.onHard);
  return () => {
    cancelSoft();
    cancelHard();
  };
}
