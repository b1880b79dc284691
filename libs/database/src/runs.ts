import type { OpenRun, Run, RunCursor } from '@docfleet/contracts';
import type { Lane, RunStatus } from '@docfleet/domain';
import { sql, type Insertable } from 'kysely';
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
  /** Undefined also for a run of another tenant. */
  findOfTenant(tenantId: string, runId: string): Promise<Run | undefined>;
  /** Newest first. */
  list(filter: RunFilter): Promise<readonly Run[]>;
  /** Marks that the log has the submission, so that it is not sent again. */
  acknowledge(runId: string, at: number): Promise<void>;
  /** Submissions without acknowledgement that were created before `time`, oldest first. */
  unacknowledgedBefore(time: number, limit: number): Promise<readonly Run[]>;
  /** Reads runs and locks them until the transaction ends. */
  lock(runIds: readonly string[]): Promise<ReadonlyMap<string, Run>>;
  /** Writes the state of runs read from the log; columns of the first row are not changed. */
  save(runs: readonly Run[]): Promise<void>;
  /** Runs that should have ended before `time` and have not, oldest first. */
  expiredBefore(time: number, limit: number): Promise<readonly Run[]>;
  /** Those of `runIds` that were accepted. */
  acceptedAmong(runIds: readonly string[]): Promise<ReadonlySet<string>>;
  /** Accepted and not ended. */
  open(): Promise<readonly OpenRun[]>;
}

export function runsIn(session: Session): Runs {
  const find = (runId: string): Promise<Run | undefined> =>
    session.selectFrom('runs').selectAll().where('runId', '=', runId).executeTakeFirst();
  return {
    find: (runId) => guard(() => find(runId)),
    findOfTenant: (tenantId, runId) =>
      guard(async () => {
        const run = await find(runId);
        return run?.tenantId === tenantId ? run : undefined;
      }),
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
    list: (filter) => guard(() => listQuery(session, filter).execute()),
    acknowledge: (runId, at) =>
      guard(async () => {
        await session
          .updateTable('runs')
          .set({ acknowledged: true, updatedAt: new Date(at) })
          .where('runId', '=', runId)
          .where('acknowledged', '=', false)
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
    expiredBefore: (time, limit) =>
      guard(() =>
        session
          .selectFrom('runs')
          .selectAll()
          .where('endedAt', 'is', null)
          .where('expiresAt', '<', instant(time))
          .orderBy('expiresAt')
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

/** A statement takes at most 65,535 parameters; a run has 33 columns. */
const maxRowsAtOnce = 500;

const maxIdsAtOnce = 10_000;

function listQuery(session: Session, { tenantId, status, lane, since, after, limit }: RunFilter) {
  return session
    .selectFrom('runs')
    .selectAll()
    .where('tenantId', '=', tenantId)
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
