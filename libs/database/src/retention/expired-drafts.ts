import { guard } from '../database-failure.ts';
import { instant } from '../instant.ts';
import type { Session } from '../open-database.ts';

/** A draft of a batch that nobody has started. */
export interface ExpiredDraft {
  readonly batchId: string;
  readonly tenantId: string;
  /** Of the runs that its files would have been: their uploads are named by them. */
  readonly runIds: readonly string[];
}

/** Drafts whose time is over, also those that were cancelled. */
export interface ExpiredDrafts {
  /** Those that expired before a time, in milliseconds since the epoch, oldest first. */
  before(time: number, limit: number): Promise<readonly ExpiredDraft[]>;
  /** Removes a draft with its files; nothing happens to a batch that was started. */
  remove(batchId: string): Promise<void>;
}

export function expiredDraftsIn(session: Session): ExpiredDrafts {
  return {
    before: (time, limit) =>
      guard(async () => {
        const drafts = await session
          .selectFrom('batches')
          .select(['batchId', 'tenantId'])
          .where('acceptedAt', 'is', null)
          .where('expiresAt', '<', instant(time))
          .orderBy('expiresAt')
          .limit(limit)
          .execute();
        if (drafts.length === 0) return [];
        const files = await session
          .selectFrom('batchFiles')
          .select(['batchId', 'runId'])
          .where(
            'batchId',
            'in',
            drafts.map(({ batchId }) => batchId),
          )
          .execute();
        const byBatch = Map.groupBy(files, ({ batchId }) => batchId);
        return drafts.map((draft) => ({
          ...draft,
          runIds: (byBatch.get(draft.batchId) ?? []).map(({ runId }) => runId),
        }));
      }),
    remove: (batchId) =>
      guard(async () => {
        await session
          .deleteFrom('batches')
          .where('batchId', '=', batchId)
          .where('acceptedAt', 'is', null)
          .execute();
      }),
  };
}
