import type { OpenRun, Run, RunCursor, RunOverview, RunSummary } from '@docfleet/contracts';
import type { Lane, RunStatus } from '@docfleet/domain';
import { sql, type Insertable } from 'kysely';
import { consumerLock, ledgerConsumer } from './consumer-offsets.ts';
import { guard } from './database-failure.ts';
import { instant } from './instant.ts';
import type { Session } from './open-database.ts';
import type { RunsTable } from './tables.ts';

export interface RunFilter {
  readonly tenantId: string;
  readonly status?: RunStatus | undefined;
  readonly lane?: Lane | undefined;
  /** Milliseconds since the epoch; runs created then or later. */
  readonly since?: number | undefined;
  readonly after?: RunCursor | undefined;
  readonly limit: number;
}

/** The read model of runs. The gateway writes a run's first row, the ledger every later one. */
export interface Runs {
  /** Inserts the run if there is none; `run` is the stored row. A row of a rejected submission is replaced. */
  insertFirst(run: Run): Promise<{ readonly inserted: boolean; readonly run: Run }>;
  find(runId: string): Promise<Run | undefined>;
  /** The bundle of a finished run. */
  findBundle(runId: string): Promise<Run['bundle'] | undefined>;
  /** False also when there is no row. */
  hasEnded(runId: string): Promise<boolean>;
  /** Whether it has ended or waits for a person. False also when there is no row. */
  hasSettled(runId: string): Promise<boolean>;
  /** Newest first. */
  list(filter: RunFilter): Promise<readonly RunSummary[]>;
  /** Marks that the log has the submission, so that it is not sent again. */
  acknowledge(runId: string, at: number): Promise<void>;
  /** Marks a submission as rejected that the log does not take. Nothing changes once it is acknowledged. */
  reject(
    runId: string,
    rejection: { readonly code: string; readonly message: string; readonly at: number },
  ): Promise<void>;
  /** Submissions without acknowledgement that were created before `time`, oldest first. */
  unacknowledgedBefore(time: number, limit: number): Promise<readonly Run[]>;
  /** Reads runs and locks them until the transaction ends. */
  lock(runIds: readonly string[]): Promise<ReadonlyMap<string, Run>>;
  /** Writes the state of runs read from the log; columns of the first row are not changed. */
  save(runs: readonly Run[]): Promise<void>;
  /** Runs that should have ended before `time` and have not, oldest first, after the one that `after` names. */
  expiredBefore(
    time: number,
    page: { readonly limit: number; readonly after?: Pick<Run, 'expiresAt' | 'runId'> | undefined },
  ): Promise<readonly Run[]>;
  /** Those of `runIds` that were accepted. */
  acceptedAmong(runIds: readonly string[]): Promise<ReadonlySet<string>>;
  /** Accepted and not ended. */
  open(): Promise<readonly OpenRun[]>;
}

/**
 * Waits for the ledgers' lock before any row is locked: the end of a run is numbered (migration 0012), and numbers must become
 * visible in their order.
 */
const inTurn = sql<boolean>`(select count(*) from (select ${consumerLock(ledgerConsumer)}) turn) = 1`;

export function runsIn(session: Session): Runs {
  const find = (runId: string): Promise<Run | undefined> =>
    session.selectFrom('runs').selectAll().where('runId', '=', runId).executeTakeFirst();
  return {
    find: (runId) => guard(() => find(runId)),
    insertFirst: (run) =>
      guard(async () => {
        const inserted = await session
          .insertInto('runs')
          .values(toColumns(run))
          .onConflict((conflict) =>
            conflict.column('runId').doUpdateSet(toColumns(run)).where('runs.status', '=', 'rejected'),
          )
          .returningAll()
          .executeTakeFirst();
        if (inserted !== undefined) return { inserted: true, run: inserted };
        const existing = await find(run.runId);
        if (existing === undefined) throw new Error('Run disappeared between insert and read');
        return { inserted: false, run: existing };
      }),
    findBundle: (runId) =>
      guard(async () => {
        const row = await session
          .selectFrom('runs')
          .select('bundle')
          .where('runId', '=', runId)
          .executeTakeFirst();
        return row?.bundle;
      }),
    hasEnded: (runId) =>
      guard(async () => {
        const row = await session
          .selectFrom('runs')
          .select('endedAt')
          .where('runId', '=', runId)
          .executeTakeFirst();
        return row !== undefined && row.endedAt !== null;
      }),
    hasSettled: (runId) =>
      guard(async () => {
        const row = await session
          .selectFrom('runs')
          .select(['endedAt', 'status'])
          .where('runId', '=', runId)
          .executeTakeFirst();
        return row !== undefined && (row.endedAt !== null || row.status === 'in_review');
      }),
    list: (filter) => guard(() => runListQuery(session, filter).execute()),
    acknowledge: (runId, at) =>
      guard(async () => {
        await session
          .updateTable('runs')
          .set({ acknowledged: true, updatedAt: new Date(at) })
          .where('runId', '=', runId)
          .where('acknowledged', '=', false)
          .execute();
      }),
    reject: (runId, { code, message, at }) =>
      guard(async () => {
        await session
          .updateTable('runs')
          .set({
            status: 'rejected',
            failureCode: code,
            failureMessage: message,
            endedAt: new Date(at),
            updatedAt: new Date(at),
            acknowledged: true,
          })
          .where('runId', '=', runId)
          .where('acknowledged', '=', false)
          .where(inTurn)
          .execute();
      }),
    unacknowledgedBefore: (time, limit) =>
      guard(() =>
        session
          .selectFrom('runs')
          .selectAll()
          .where('acknowledged', '=', false)
          .where('createdAt', '<', instant(time))
          .orderBy('createdAt')
          .limit(limit)
          .execute(),
      ),
    lock: (runIds) =>
      guard(async () => {
        if (runIds.length === 0) return new Map();
        // Sorted by id, so that two writers lock rows in the same order and cannot deadlock.
        const rows = await session
          .selectFrom('runs')
          .selectAll()
          .where('runId', 'in', [...runIds])
          .orderBy('runId')
          .forUpdate()
          .execute();
        return new Map(rows.map((run) => [run.runId, run]));
      }),
    save: (runs) =>
      guard(async () => {
        for (const chunk of chunksOf(runs, maxRowsAtOnce)) await upsert(session, chunk);
      }),
    expiredBefore: (time, { limit, after }) =>
      guard(() =>
        session
          .selectFrom('runs')
          .selectAll()
          .where('endedAt', 'is', null)
          .where('expiresAt', '<', instant(time))
          .$if(after !== undefined, (query) =>
            query.where(
              sql<boolean>`(expires_at, run_id) > (${instant(after?.expiresAt ?? 0)}, ${after?.runId ?? ''})`,
            ),
          )
          .orderBy('expiresAt')
          .orderBy('runId')
          .limit(limit)
          .execute(),
      ),
    acceptedAmong: (runIds) =>
      guard(async () => {
        const found = new Set<string>();
        for (const chunk of chunksOf(runIds, maxIdsAtOnce)) {
          const rows = await session
            .selectFrom('runs')
            .select('runId')
            .where('runId', 'in', [...chunk])
            .where('acceptedAt', 'is not', null)
            .execute();
          for (const { runId } of rows) found.add(runId);
        }
        return found;
      }),
    open: () =>
      guard(() =>
        session
          .selectFrom('runs')
          .select(['runId', 'revision', 'tenantId'])
          .where('acceptedAt', 'is not', null)
          .where('endedAt', 'is', null)
          .execute(),
      ),
  };
}

/** A statement takes at most 65,535 parameters; a run has 35 columns. */
const maxRowsAtOnce = 500;

const maxIdsAtOnce = 10_000;

/** Columns of a run that say nothing of its document; the access list grants them to fleet roles. */
export const columnsWithoutContent = [
  'runId',
  'tenantId',
  'requestId',
  'documentId',
  'lane',
  'status',
  'revision',
  'stage',
  'stagesDone',
  'verdict',
  'failureCode',
  'failureMessage',
  'createdAt',
  'endedAt',
  'pageCount',
] as const satisfies readonly (keyof RunOverview)[];

const summaryColumns = [
  ...columnsWithoutContent,
  'fileName',
] as const satisfies readonly (keyof RunSummary)[];

/** The statement of a page of a tenant's list. Each filter has an index (migration 0004). */
export function runListQuery(session: Session, filter: RunFilter) {
  return listedRuns(session, filter).select(summaryColumns);
}

/** The runs of a filter, without columns yet. */
export function listedRuns(
  session: Session,
  filter: Omit<RunFilter, 'tenantId'> & { readonly tenantId?: string | undefined },
) {
  const { tenantId, status, lane, since, after, limit } = filter;
  return session
    .selectFrom('runs')
    .$if(tenantId !== undefined, (query) => query.where('tenantId', '=', tenantId ?? ''))
    .$if(status !== undefined, (query) => query.where('status', '=', status ?? 'accepted'))
    .$if(lane !== undefined, (query) => query.where('lane', '=', lane ?? 'normal'))
    .$if(since !== undefined, (query) => query.where('createdAt', '>=', instant(since ?? 0)))
    .$if(after !== undefined, (query) =>
      query.where(
        sql<boolean>`(created_at, run_id) < (${instant(after?.createdAt ?? 0)}, ${after?.runId ?? ''})`,
      ),
    )
    .orderBy('createdAt', 'desc')
    .orderBy('runId', 'desc')
    .limit(limit);
}

/** Columns of a run's first row: the gateway may write it while the ledger inserts a row of its own. */
const firstRowColumns: ReadonlySet<string> = new Set<keyof RunsTable>([
  'runId',
  'tenantId',
  'requestId',
  'fileName',
  'input',
  'submissionDigest',
  'route',
  'expectations',
  'documentClass',
  'checks',
  'createdAt',
]);

/** Columns that keep their first value that is not null. */
const writeOnceColumns: ReadonlySet<string> = new Set<keyof RunsTable>(['region', 'callbackUrl']);

async function upsert(session: Session, runs: readonly Run[]): Promise<void> {
  const rows = runs.map(toColumns);
  const names = Object.keys(rows[0] ?? {}).filter(
    (name) => !firstRowColumns.has(name),
  ) as (keyof RunsTable)[];
  await session
    .insertInto('runs')
    .values(rows)
    .onConflict((conflict) =>
      conflict.column('runId').doUpdateSet((row) =>
        Object.fromEntries(
          names.map((name) => {
            const excluded = row.ref(`excluded.${name}`);
            return [
              name,
              writeOnceColumns.has(name) ? row.fn.coalesce(row.ref(`runs.${name}`), excluded) : excluded,
            ];
          }),
        ),
      ),
    )
    .execute();
}

function toColumns(run: Run): Insertable<RunsTable> {
  return {
    ...run,
    input: toJson(run.input),
    expectations: JSON.stringify(run.expectations),
    timings: JSON.stringify(run.timings),
    result: toJson(run.result),
    bundle: toJson(run.bundle),
    acceptedAt: toDate(run.acceptedAt),
    createdAt: new Date(run.createdAt),
    updatedAt: new Date(run.updatedAt),
    endedAt: toDate(run.endedAt),
    expiresAt: new Date(run.expiresAt),
  };
}

function toJson(value: object | null): string | null {
  return value === null ? null : JSON.stringify(value);
}

function toDate(time: number | null): Date | null {
  return time === null ? null : new Date(time);
}

function* chunksOf<T>(items: readonly T[], size: number): Generator<readonly T[]> {
  for (let start = 0; start < items.length; start += size) yield items.slice(start, start + size);
}
