import { topics } from '@docfleet/contracts';

/** How long each kind is kept, in days. */
export interface Periods {
  readonly batches: number;
  readonly runs: number;
  readonly events: number;
  readonly outcomeBytes: number;
  readonly deadLetters: number;
  /** Deliveries that have ended with their attempts, events that were taken, endpoints and secrets that are no more. */
  readonly webhooks: number;
  readonly uploads: number;
  readonly artifacts: number;
  /** What keeps a run from beginning or ending again: outcomes, revisions, claims, and marks of erased runs. */
  readonly fence: number;
  readonly audit: number;
}

export const dayMs = 24 * 60 * 60 * 1000;

/** The longest time, in days, that a topic keeps a record which belongs to a run. A compacted topic has none of those. */
export const longestTopicDays = Math.ceil(
  Math.max(...topics.filter(({ cleanup }) => cleanup !== 'compact').map(({ retentionMs }) => retentionMs)) /
    dayMs,
);

/**
 * Why the periods cannot be used together; empty when they can. While a record of a run can still be read, or a dead
 * letter of it redriven, the run's fence has to stand: without it the run would end a second time.
 */
export function problemsOf(
  periods: Periods,
): readonly { readonly period: keyof Periods; readonly message: string }[] {
  const fence = longestTopicDays + periods.deadLetters;
  const tooShort =
    periods.fence >= fence
      ? []
      : [
          {
            period: 'fence' as const,
            message:
              `at least ${fence}: records stay in a topic for up to ${longestTopicDays} days (schemas/topics.yaml), and a ` +
              `dead letter can be redriven for ${periods.deadLetters} days`,
          },
        ];
  const kept = ['batches', 'runs', 'outcomeBytes', 'uploads', 'artifacts'] as const;
  const tooLong = kept.flatMap((period) =>
    periods[period] <= periods.fence
      ? []
      : [{ period, message: `at most ${periods.fence}, the days for which outcomes and claims are kept` }],
  );
  return [...tooShort, ...tooLong];
}
