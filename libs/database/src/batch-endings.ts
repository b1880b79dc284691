import type { Batch } from '@docfleet/contracts';
import { batchStateOf, countFiles, isBatchEnd, type BatchCounts, type BatchState } from '@docfleet/domain';
import { sql } from 'kysely';
import { guard } from './database-failure.ts';
import type { Session } from './open-database.ts';
import { tenantEventsIn } from './tenant-events.ts';

/**
 * Moves batches on with their runs. Whoever changes the status of a run calls it in the same transaction, so a batch ends
 * in the transaction that ends its last run, and its event is stored with it.
 */
export interface BatchEndings {
  /**
   * Reads the batches of these runs again and moves them. What is read again counts once, so a replay changes nothing. A
   * batch that had ended and has a run in progress again is open again; its next end is its next revision, with another
   * event. Gives the batches that have ended by it.
   */
  settle(runIds: readonly string[], at: number): Promise<readonly BatchEnd[]>;
}

/** The end of a batch. */
export interface BatchEnd {
  readonly state: BatchState;
  /** 1, and more after redrives. */
  readonly revision: number;
  readonly counts: BatchCounts;
  /** From its acceptance, in milliseconds. */
  readonly durationMs: number;
}

/** The event of an end, `batch.<what happened>`. */
const eventTypes: Partial<Readonly<Record<BatchState, string>>> = {
  COMPLETED: 'batch.completed',
  PARTIALLY_COMPLETED: 'batch.partially_completed',
  FAILED: 'batch.failed',
  CANCELLED: 'batch.cancelled',
};

export function batchEndingsIn(session: Session): BatchEndings {
  return {
    settle: (runIds, at) =>
      guard(async () => {
        if (runIds.length === 0) return [];
        const batches = await lockBatchesOf(session, runIds);
        if (batches.length === 0) return [];
        // After the lock, in statements of their own: they see what other writers of these batches have committed.
        const counts = await countAgain(
          session,
          batches.map(({ batchId }) => batchId),
        );
        const ends: BatchEnd[] = [];
        for (const batch of batches) {
          const end = await move(session, { batch, counts: counts(batch.batchId), at });
          if (end !== undefined) ends.push(end);
        }
        return ends;
      }),
  };
}

type OpenBatch = Pick<
  Batch,
  | 'batchId'
  | 'tenantId'
  | 'requestId'
  | 'state'
  | 'revision'
  | 'counts'
  | 'acceptedAt'
  | 'cancelAskedAt'
  | 'endedAt'
>;

const openColumns = [
  'batchId',
  'tenantId',
  'requestId',
  'state',
  'revision',
  'counts',
  'acceptedAt',
  'cancelAskedAt',
  'endedAt',
] as const satisfies readonly (keyof OpenBatch)[];

/** In the order of their ids, so that two writers cannot deadlock. */
async function lockBatchesOf(session: Session, runIds: readonly string[]): Promise<readonly OpenBatch[]> {
  const found = await session
    .selectFrom('batchFiles')
    .select('batchId')
    .distinct()
    .where('runId', 'in', [...runIds])
    .execute();
  if (found.length === 0) return [];
  return session
    .selectFrom('batches')
    .select(openColumns)
    .where(
      'batchId',
      'in',
      found.map(({ batchId }) => batchId),
    )
    .where('acceptedAt', 'is not', null)
    .orderBy('batchId')
    .forUpdate()
    .execute();
}

/** Takes the status of every run that has a row; the file of an erased run keeps its own. */
async function countAgain(
  session: Session,
  batchIds: readonly string[],
): Promise<(batchId: string) => BatchCounts> {
  await sql`
    update batch_files f set status = r.status from runs r
    where f.batch_id = any(${batchIds}) and r.run_id = f.run_id and f.status is distinct from r.status`.execute(
    session,
  );
  const files = await session
    .selectFrom('batchFiles')
    .select(['batchId', 'status'])
    .where('batchId', 'in', [...batchIds])
    .execute();
  const byBatch = Map.groupBy(files, ({ batchId }) => batchId);
  return (batchId) => countFiles((byBatch.get(batchId) ?? []).map(({ status }) => status));
}

async function move(
  session: Session,
  { batch, counts, at }: { readonly batch: OpenBatch; readonly counts: BatchCounts; readonly at: number },
): Promise<BatchEnd | undefined> {
  const { batchId, tenantId, requestId } = batch;
  if (isSame(batch.counts, counts)) return undefined;
  const state = batchStateOf(counts, batch.cancelAskedAt !== null);
  const ended = isBatchEnd(state);
  const revision = ended ? batch.revision + 1 : batch.revision;
  await session
    .updateTable('batches')
    .set({
      state,
      revision,
      counts: JSON.stringify(counts),
      endedAt: ended ? new Date(at) : null,
      updatedAt: new Date(at),
    })
    .where('batchId', '=', batchId)
    .execute();
  const type = eventTypes[state];
  if (type === undefined) return undefined;
  await tenantEventsIn(session).add({
    tenantId,
    type,
    subject: batchId,
    data: { batchId, requestId, state, revision, counts },
    at,
  });
  return { state, revision, counts, durationMs: Math.max(0, at - (batch.acceptedAt ?? at)) };
}

/** Batches that were accepted and have not ended. */
export interface OpenBatches {
  readonly count: number;
  /** Since when the one has not changed that stands still for the longest time; null without an open batch. */
  readonly unchangedSince: number | null;
}

export function openBatches(session: Session): Promise<OpenBatches> {
  return guard(async () => {
    const row = await session
      .selectFrom('batches')
      .select(({ fn }) => [fn.countAll<bigint>().as('count'), fn.min('updatedAt').as('unchangedSince')])
      .where('acceptedAt', 'is not', null)
      .where('endedAt', 'is', null)
      .executeTakeFirstOrThrow();
    return { count: Number(row.count), unchangedSince: row.unchangedSince };
  });
}

function isSame(some: BatchCounts, others: BatchCounts): boolean {
  return (Object.keys(some) as (keyof BatchCounts)[]).every((name) => some[name] === others[name]);
}
