import type { Erasure, Removal, Run } from '@docfleet/contracts';
import { randomUUID } from 'node:crypto';
import { sql, type RawBuilder } from 'kysely';
import { guard } from '../database-failure.ts';
import { instant } from '../instant.ts';
import type { Session } from '../open-database.ts';

/** Requests for erasure, as callers see them. */
export interface ErasureRequests {
  /** Adds a request; while one for the same is unfinished, gives that one. */
  request(request: {
    readonly tenantId: string;
    readonly runId: string | null;
    readonly at: number;
    readonly by: string;
  }): Promise<{ readonly erasure: Erasure; readonly isNew: boolean }>;
  find(erasureId: string): Promise<Erasure | undefined>;
  /** Why a run has no row any more; undefined where it never had one. */
  removalOf(runId: string): Promise<Removal | undefined>;
}

export function erasureRequestsIn(session: Session): ErasureRequests {
  return {
    request: ({ tenantId, runId, at, by }) =>
      guard(async () => {
        const made = await session
          .insertInto('erasures')
          .values({
            erasureId: randomUUID(),
            tenantId,
            runId,
            state: 'waiting',
            requestedAt: new Date(at),
            requestedBy: by,
            endedAt: null,
          })
          .onConflict((conflict) => conflict.doNothing())
          .returningAll()
          .executeTakeFirst();
        if (made !== undefined) return { erasure: made, isNew: true };
        const erasure = await session
          .selectFrom('erasures')
          .selectAll()
          .where('tenantId', '=', tenantId)
          .where('runId', 'is not distinct from', runId)
          .where('state', '<>', 'done')
          .executeTakeFirstOrThrow();
        return { erasure, isNew: false };
      }),
    find: (erasureId) =>
      guard(() =>
        session.selectFrom('erasures').selectAll().where('erasureId', '=', erasureId).executeTakeFirst(),
      ),
    removalOf: (runId) =>
      guard(async () => {
        const erased = await session
          .selectFrom('erasedRuns')
          .select('runId')
          .where('runId', '=', runId)
          .executeTakeFirst();
        if (erased !== undefined) return 'erased';
        // The row of a run goes before its outcomes, and is written in the transaction that marks one as published.
        const published = await session
          .selectFrom('outcomes')
          .select('runId')
          .where('runId', '=', runId)
          .where('state', '=', 'published')
          .limit(1)
          .executeTakeFirst();
        return published === undefined ? undefined : 'expired';
      }),
  };
}

/** A run that an erasure concerns. */
export interface RunToErase {
  readonly runId: string;
  /** Undefined where only traces of it are left, such as its outcomes. */
  readonly run: Run | undefined;
}

/** What executes requests for erasure. */
export interface ErasureWork {
  /** Requests that are not done, oldest first. */
  open(limit: number): Promise<readonly Erasure[]>;
  /** Runs of a request that are not erased yet, at most `limit`. */
  runs(erasure: Erasure, limit: number): Promise<readonly RunToErase[]>;
  /** Adds to the counts of a request, and moves its state. */
  note(
    erasureId: string,
    change: { readonly runs: number; readonly objects: number; readonly state: 'erasing' },
  ): Promise<void>;
  finish(erasureId: string, at: number): Promise<void>;
  /**
   * Removes what the read model holds of a run, and remembers that it was erased. Rows of outcomes stay without their
   * event, so that no record ends the run again. Run it in a transaction that holds the ledger's lock: otherwise a
   * ledger that has not seen the removal yet writes the run again.
   */
  removeRun(run: { readonly runId: string; readonly tenantId: string; readonly at: number }): Promise<void>;
  /** Removes the batches of a tenant that were created until a time, in milliseconds since the epoch. */
  removeBatches(tenantId: string, until: number): Promise<void>;
  /**
   * Removes the endpoints of a tenant, their secrets, and its events and deliveries from before a time. In a transaction
   * that holds the lock of webhooks, as above.
   */
  removeTenantWebhooks(tenantId: string, until: number): Promise<void>;
}

export function erasureWorkIn(session: Session): ErasureWork {
  return {
    open: (limit) =>
      guard(() =>
        session
          .selectFrom('erasures')
          .selectAll()
          .where('state', '<>', 'done')
          .orderBy('requestedAt')
          .limit(limit)
          .execute(),
      ),
    runs: (erasure, limit) => guard(() => runsOf(session, erasure, limit)),
    note: (erasureId, { runs, objects, state }) =>
      guard(async () => {
        await session
          .updateTable('erasures')
          .set((row) => ({
            state,
            runs: row('runs', '+', runs),
            objects: row('objects', '+', objects),
          }))
          .where('erasureId', '=', erasureId)
          .execute();
      }),
    finish: (erasureId, at) =>
      guard(async () => {
        await session
          .updateTable('erasures')
          .set({ state: 'done', endedAt: new Date(at) })
          .where('erasureId', '=', erasureId)
          .execute();
      }),
    removeRun: ({ runId, tenantId, at }) =>
      guard(async () => {
        await session
          .insertInto('erasedRuns')
          .values({ runId, tenantId, erasedAt: new Date(at) })
          .onConflict((conflict) => conflict.column('runId').doNothing())
          .execute();
        await session
          .updateTable('batchFiles')
          .set({ fileName: null, documentId: null, input: null, erasedAt: new Date(at) })
          .where('runId', '=', runId)
          .execute();
        await removeWebhooks(session, sql`subject = ${runId}`);
        for (const table of [
          'runEvents',
          'deadLetters',
          'setAsideRecords',
          'reviewTasks',
          'revisions',
          'runs',
        ] as const) {
          await session.deleteFrom(table).where('runId', '=', runId).execute();
        }
        await session
          .updateTable('outcomes')
          .set({ event: Buffer.alloc(0) })
          .where('runId', '=', runId)
          .where('state', '=', 'published')
          .execute();
      }),
    removeBatches: (tenantId, until) =>
      guard(async () => {
        await session
          .deleteFrom('batches')
          .where('tenantId', '=', tenantId)
          .where('createdAt', '<=', instant(until))
          .execute();
      }),
    removeTenantWebhooks: (tenantId, until) =>
      guard(async () => {
        const before = sql`tenant_id = ${tenantId} and created_at <= ${new Date(until)}::timestamptz`;
        await sql`
          delete from webhook_attempts
          where delivery_id in (select delivery_id from webhook_deliveries where ${before})`.execute(session);
        await sql`delete from webhook_deliveries where ${before}`.execute(session);
        await sql`
          delete from tenant_events where tenant_id = ${tenantId} and at <= ${new Date(until)}::timestamptz`.execute(
          session,
        );
        await sql`delete from webhook_secrets where ${before}`.execute(session);
        await sql`delete from webhook_endpoints where ${before}`.execute(session);
      }),
  };
}

/** Removes events, deliveries and their attempts. */
async function removeWebhooks(session: Session, which: RawBuilder<unknown>): Promise<void> {
  await sql`
    delete from webhook_attempts where delivery_id in (select delivery_id from webhook_deliveries where ${which})`.execute(
    session,
  );
  await sql`delete from webhook_deliveries where ${which}`.execute(session);
  await sql`delete from tenant_events where ${which}`.execute(session);
}

/** The run, or those of the tenant that began before the request. */
async function runsOf(session: Session, erasure: Erasure, limit: number): Promise<readonly RunToErase[]> {
  const { tenantId, runId, requestedAt } = erasure;
  const until = sql`${new Date(requestedAt)}::timestamptz`;
  const { rows } = await sql<{ runId: string }>`
    select run_id from (
      select run_id from runs where tenant_id = ${tenantId} and created_at <= ${until}
      union select run_id from outcomes where tenant_id = ${tenantId} and claimed_at <= ${until}
      union select run_id from dead_letters where tenant_id = ${tenantId} and run_id is not null and at <= ${until}
    ) found
    where (${runId}::text is null or run_id = ${runId})
      and not exists (select from erased_runs e where e.run_id = found.run_id)
    order by run_id limit ${limit}`.execute(session);
  const ids = rows.map((row) => row.runId);
  const known =
    ids.length === 0 ? [] : await session.selectFrom('runs').selectAll().where('runId', 'in', ids).execute();
  return ids.map((id) => ({ runId: id, run: known.find((run) => run.runId === id) }));
}
