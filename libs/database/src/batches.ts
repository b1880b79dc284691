import type { Batch, BatchCursor, BatchFile, BatchFileWithRun, BatchSummary } from '@docfleet/contracts';
import type { BatchCounts, BatchState } from '@docfleet/domain';
import { sql, type Insertable } from 'kysely';
import { guard } from './database-failure.ts';
import { instant } from './instant.ts';
import type { Session } from './open-database.ts';
import type { BatchesTable, BatchFilesTable } from './tables.ts';

export interface BatchFilter {
  readonly tenantId: string;
  readonly state?: BatchState | undefined;
  /** Milliseconds since the epoch; batches created then or later. */
  readonly since?: number | undefined;
  readonly after?: BatchCursor | undefined;
  readonly limit: number;
}

/** Batches as the gateway makes and shows them. `batchEndingsIn` moves them on. */
export interface Batches {
  /** Inserts the batch if there is none; `batch` is the stored one. */
  insert(batch: Batch): Promise<{ readonly inserted: boolean; readonly batch: Batch }>;
  find(batchId: string): Promise<Batch | undefined>;
  /** Reads a batch and locks it until the transaction ends. */
  lock(batchId: string): Promise<Batch | undefined>;
  /** Newest first. */
  list(filter: BatchFilter): Promise<readonly BatchSummary[]>;
  /** Drafts of a tenant that have not expired; counts up to `limit`. */
  countDrafts(tenantId: string, now: number, limit: number): Promise<number>;
  /** Stores a file; one of the same number is replaced. Lock the batch before. */
  putFile(file: BatchFile): Promise<void>;
  /** In the order of their numbers. */
  files(batchId: string): Promise<readonly BatchFile[]>;
  /** In the order of their numbers. */
  filesWithRuns(batchId: string): Promise<readonly BatchFileWithRun[]>;
  setCounts(batchId: string, counts: BatchCounts, at: number): Promise<void>;
  /** Marks a draft as started: its files are runs. */
  start(batchId: string, counts: BatchCounts, at: number): Promise<void>;
  /** Notes that its cancellation was asked for; the first time stays. */
  askCancel(batchId: string, at: number): Promise<void>;
  /** Ends a draft, which has no runs, as cancelled. */
  cancelDraft(batchId: string, at: number): Promise<void>;
}

export function batchesIn(session: Session): Batches {
  const find = (batchId: string): Promise<Batch | undefined> =>
    session.selectFrom('batches').selectAll().where('batchId', '=', batchId).executeTakeFirst();
  const update = async (batchId: string, change: Parameters<typeof updated>[1]): Promise<void> => {
    await updated(session, change).where('batchId', '=', batchId).execute();
  };
  return {
    insert: (batch) =>
      guard(async () => {
        const inserted = await session
          .insertInto('batches')
          .values(toColumns(batch))
          .onConflict((conflict) => conflict.doNothing())
          .returningAll()
          .executeTakeFirst();
        if (inserted !== undefined) return { inserted: true, batch: inserted };
        const existing = await find(batch.batchId);
        if (existing === undefined) throw new Error('Batch disappeared between insert and read');
        return { inserted: false, batch: existing };
      }),
    find: (batchId) => guard(() => find(batchId)),
    lock: (batchId) =>
      guard(() =>
        session
          .selectFrom('batches')
          .selectAll()
          .where('batchId', '=', batchId)
          .forUpdate()
          .executeTakeFirst(),
      ),
    list: (filter) => guard(() => batchListQuery(session, filter).execute()),
    countDrafts: (tenantId, now, limit) =>
      guard(async () => {
        const rows = await session
          .selectFrom('batches')
          .select('batchId')
          .where('tenantId', '=', tenantId)
          .where('state', '=', 'DRAFT')
          .where('expiresAt', '>', instant(now))
          .limit(limit)
          .execute();
        return rows.length;
      }),
    putFile: (file) =>
      guard(async () => {
        const { batchId, n, ...columns } = toFileColumns(file);
        await session
          .insertInto('batchFiles')
          .values({ batchId, n, ...columns })
          .onConflict((conflict) => conflict.columns(['batchId', 'n']).doUpdateSet(columns))
          .execute();
      }),
    files: (batchId) =>
      guard(() =>
        session.selectFrom('batchFiles').selectAll().where('batchId', '=', batchId).orderBy('n').execute(),
      ),
    filesWithRuns: (batchId) => guard(() => filesWithRuns(session, batchId)),
    setCounts: (batchId, counts, at) =>
      guard(() => update(batchId, { counts: JSON.stringify(counts), updatedAt: new Date(at) })),
    start: (batchId, counts, at) =>
      guard(() =>
        update(batchId, {
          state: 'QUEUED',
          counts: JSON.stringify(counts),
          acceptedAt: new Date(at),
          updatedAt: new Date(at),
        }),
      ),
    askCancel: (batchId, at) =>
      guard(async () => {
        await updated(session, { cancelAskedAt: new Date(at), updatedAt: new Date(at) })
          .where('batchId', '=', batchId)
          .where('cancelAskedAt', 'is', null)
          .execute();
      }),
    cancelDraft: (batchId, at) =>
      guard(() =>
        update(batchId, {
          state: 'CANCELLED',
          cancelAskedAt: new Date(at),
          endedAt: new Date(at),
          updatedAt: new Date(at),
          revision: 1,
        }),
      ),
  };
}

function updated(session: Session, change: Partial<ReturnType<typeof toColumns>>) {
  return session.updateTable('batches').set(change);
}

const summaryColumns = [
  'batchId',
  'tenantId',
  'requestId',
  'state',
  'revision',
  'counts',
  'createdAt',
  'updatedAt',
  'acceptedAt',
  'endedAt',
  'cancelAskedAt',
  'expiresAt',
] as const satisfies readonly (keyof BatchSummary)[];

/** The statement of a page of a tenant's list. Each filter has an index (migration 0010). */
export function batchListQuery(session: Session, filter: BatchFilter) {
  const { tenantId, state, since, after, limit } = filter;
  return session
    .selectFrom('batches')
    .select(summaryColumns)
    .where('tenantId', '=', tenantId)
    .$if(state !== undefined, (query) => query.where('state', '=', state ?? 'QUEUED'))
    .$if(since !== undefined, (query) => query.where('createdAt', '>=', instant(since ?? 0)))
    .$if(after !== undefined, (query) =>
      query.where(
        sql<boolean>`(created_at, batch_id) < (${instant(after?.createdAt ?? 0)}, ${after?.batchId ?? ''})`,
      ),
    )
    .orderBy('createdAt', 'desc')
    .orderBy('batchId', 'desc')
    .limit(limit);
}

const runColumns = [
  'status',
  'revision',
  'stage',
  'stagesDone',
  'verdict',
  'failureCode',
  'failureMessage',
  'acceptedAt',
  'createdAt',
  'endedAt',
  'timings',
  'bundle',
  'pageCount',
] as const satisfies readonly (keyof NonNullable<BatchFileWithRun['run']>)[];

async function filesWithRuns(session: Session, batchId: string): Promise<readonly BatchFileWithRun[]> {
  const files = await session
    .selectFrom('batchFiles')
    .selectAll()
    .where('batchId', '=', batchId)
    .orderBy('n')
    .execute();
  if (files.length === 0) return [];
  const ids = files.map(({ runId }) => runId);
  const runs = await session
    .selectFrom('runs')
    .select(['runId', ...runColumns])
    .where('runId', 'in', ids)
    .execute();
  const byId = new Map(runs.map(({ runId, ...run }) => [runId, run]));
  return files.map((file) => ({ ...file, run: byId.get(file.runId) ?? null }));
}

function toColumns(batch: Batch): Insertable<BatchesTable> {
  const date = (time: number | null): Date | null => (time === null ? null : new Date(time));
  return {
    ...batch,
    metadata: JSON.stringify(batch.metadata),
    options: JSON.stringify(batch.options),
    counts: JSON.stringify(batch.counts),
    createdAt: new Date(batch.createdAt),
    updatedAt: new Date(batch.updatedAt),
    acceptedAt: date(batch.acceptedAt),
    endedAt: date(batch.endedAt),
    cancelAskedAt: date(batch.cancelAskedAt),
    expiresAt: date(batch.expiresAt),
  };
}

function toFileColumns(file: BatchFile): Insertable<BatchFilesTable> {
  return {
    ...file,
    input: file.input === null ? null : JSON.stringify(file.input),
    erasedAt: file.erasedAt === null ? null : new Date(file.erasedAt),
  };
}
