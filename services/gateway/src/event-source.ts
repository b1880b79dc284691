import type { PageProgress } from '@docfleet/contracts';
import type { RunHistory } from '@docfleet/database';
import type { PageProgressView } from './adapters/page-progress.ts';
import { eventOfEntry, eventOfPages } from './core/run-event.ts';
import type { StreamEvent } from './core/stream-event.ts';

/** An event that is kept: a client can resume after it. */
export type KeptEvent = StreamEvent & { readonly id: bigint };

/** What a stream of events reads: a job, or anything else that has a history. */
export interface EventSource {
  /** The ids that the database tells news of (`docfleet_news`). */
  readonly subjects: readonly string[];
  /** Whether an event of this id is still kept. */
  has(id: bigint): Promise<boolean>;
  /**
   * The first events after an id, and whether no other will follow once they are sent. `ended` must be read before the
   * events: what ends the source stores its last event in the same transaction.
   */
  after(
    id: bigint,
    limit: number,
  ): Promise<{ readonly events: readonly KeptEvent[]; readonly ended: boolean }>;
  /** The state of what is not kept, as it is now. */
  unkept(): readonly StreamEvent[];
  /** Resolves when that has changed, or when `signal` aborts. Never rejects. */
  nextUnkept(signal: AbortSignal): Promise<void>;
}

/** The events of runs, which may be one or those of a batch. */
export function runEventSource(options: {
  readonly runIds: readonly string[];
  /** Further ids that the database tells news of, such as that of a batch. */
  readonly subjects?: readonly string[];
  readonly history: RunHistory;
  /** Whether all of it has ended. */
  readonly hasEnded: () => Promise<boolean>;
  readonly pages: Pick<PageProgressView, 'of' | 'next'>;
  /** Whether pages that were told of are to be shown: the record may be anybody's. */
  readonly isShown: (progress: PageProgress) => boolean;
}): EventSource {
  const { runIds, subjects = [], history, hasEnded, pages, isShown } = options;
  return {
    subjects: [...runIds, ...subjects],
    has: (id) => history.has(runIds, id),
    after: async (id, limit) => {
      const ended = await hasEnded();
      const entries = await history.after(runIds, id, limit);
      return { events: entries.map(eventOfEntry), ended };
    },
    unkept: () =>
      runIds.flatMap((runId) => {
        const progress = pages.of(runId);
        return progress !== undefined && isShown(progress) ? [eventOfPages(progress)] : [];
      }),
    nextUnkept: (signal) => pages.next(runIds, signal),
  };
}
