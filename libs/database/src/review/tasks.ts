import type { ObjectRef, RunContext } from '@docfleet/contracts';
import type { DocumentFields, RunVerdict } from '@docfleet/domain';
import { sql } from 'kysely';
import { guard } from '../database-failure.ts';
import { instant } from '../instant.ts';
import type { Database, Session } from '../open-database.ts';
import { tenantEventsIn } from '../tenant-events.ts';
import { holdRun } from './run-lock.ts';

/** A task before it is stored. Times are in milliseconds since the epoch. */
export interface NewReviewTask {
  readonly taskId: string;
  readonly context: RunContext;
  /** The run ends without waiting: a decision ends nothing. */
  readonly afterwards: boolean;
  /** Of the first document. */
  readonly documentClass: string;
  /** How unsure the machine is, from 0 to 1. */
  readonly doubt: number;
  readonly createdAt: number;
  readonly expiresAt: number;
  readonly input: ObjectRef;
  readonly results: Readonly<Record<string, ObjectRef>>;
  readonly pageCount: number;
  readonly documents: readonly DocumentFields[];
  readonly verdict: RunVerdict;
  readonly reasons: readonly string[];
  /** Whether two people approve it. */
  readonly fourEyes: boolean;
}

/** `held`: the task is stored, now or before. `ended`: the revision has an outcome, or the run was erased. */
export type StoredReviewTask =
  { readonly kind: 'held'; readonly expiresAt: number } | { readonly kind: 'ended' };

/** Stores tasks: each round of a revision has at most one, and one that has ended gets none. */
export interface ReviewTaskStore {
  store(task: NewReviewTask): Promise<StoredReviewTask>;
}

export function reviewTaskStoreIn(database: Pick<Database, 'transaction'>): ReviewTaskStore {
  return { store: (task) => database.transaction((session) => guard(() => store(session, task))) };
}

async function store(session: Session, task: NewReviewTask): Promise<StoredReviewTask> {
  const { taskId, context, afterwards } = task;
  const { runId, revision, round, tenantId, lane } = context;
  await holdRun(session, runId);
  const known = await session
    .selectFrom('reviewTasks')
    .select('expiresAt')
    .where('runId', '=', runId)
    .where('revision', '=', revision)
    .where('round', '=', round)
    .executeTakeFirst();
  if (known !== undefined) return { kind: 'held', expiresAt: known.expiresAt };
  if (await isOver(session, { runId, revision, afterwards })) return { kind: 'ended' };
  await session
    .insertInto('reviewTasks')
    .values({
      ...{ taskId, tenantId, runId, revision, round, lane, state: 'waiting', afterwards },
      documentClass: task.documentClass,
      doubt: task.doubt,
      createdAt: new Date(task.createdAt),
      updatedAt: new Date(task.createdAt),
      expiresAt: new Date(task.expiresAt),
      context: JSON.stringify(context),
      input: JSON.stringify(task.input),
      results: JSON.stringify(task.results),
      pageCount: task.pageCount,
      documents: JSON.stringify(task.documents),
      verdict: JSON.stringify(task.verdict),
      reasons: [...task.reasons],
      fourEyes: task.fourEyes,
      work: null,
      holder: null,
      holderName: null,
      heldUntil: null,
    })
    .execute();
  await tenantEventsIn(session).add({
    tenantId,
    type: 'review.waiting',
    subject: taskId,
    data: { taskId, runId, revision, round, documentClass: task.documentClass, lane, afterwards },
    at: task.createdAt,
  });
  return { kind: 'held', expiresAt: task.expiresAt };
}

async function isOver(
  session: Session,
  { runId, revision, afterwards }: Pick<RunContext, 'runId' | 'revision'> & { readonly afterwards: boolean },
): Promise<boolean> {
  const erased = await session
    .selectFrom('erasedRuns')
    .select('runId')
    .where('runId', '=', runId)
    .executeTakeFirst();
  if (erased !== undefined || afterwards) return erased !== undefined;
  const outcome = await session
    .selectFrom('outcomes')
    .select('runId')
    .where('runId', '=', runId)
    .where('revision', '=', revision)
    .executeTakeFirst();
  return outcome !== undefined;
}

/** Runs that people hold. */
export interface ReviewHolds {
  /**
   * Closes the open tasks of revisions that have ended, for which nobody has to wait any more. In the transaction that ends
   * the runs.
   */
  close(ended: readonly Pick<RunContext, 'runId' | 'revision'>[], at: number): Promise<void>;
  /** The open runs that people hold: a task waits, or the record of its decision is not sent yet. */
  heldRuns(): Promise<ReadonlySet<string>>;
  /** Those of `runIds` that people hold, or of which a task has changed since a time, in milliseconds since the epoch. */
  heldAmong(runIds: readonly string[], changedSince: number): Promise<ReadonlySet<string>>;
  /** Since when the oldest task waits, in milliseconds since the epoch, and how many do, by lane. */
  waiting(): Promise<readonly WaitingTasks[]>;
}

export interface WaitingTasks {
  readonly lane: string;
  readonly afterwards: boolean;
  readonly tasks: number;
  readonly since: number;
}

const isHeldRow = sql<boolean>`not t.afterwards and (t.state = 'waiting' or (t.state = 'decided'
  and exists (select from outbox o where o.key = t.run_id and o.sent_at is null)))`;

export function reviewHoldsIn(session: Session): ReviewHolds {
  return {
    close: (ended, at) =>
      guard(async () => {
        for (const { runId, revision } of ended) {
          await session
            .updateTable('reviewTasks')
            .set((row) => ({
              state: 'closed',
              updatedAt: new Date(at),
              version: row('version', '+', 1),
              holder: null,
              holderName: null,
              heldUntil: null,
            }))
            .where('runId', '=', runId)
            .where('revision', '<=', revision)
            .where('state', '=', 'waiting')
            .where('afterwards', '=', false)
            .execute();
        }
      }),
    heldRuns: () =>
      guard(async () => {
        const { rows } = await sql<{ runId: string }>`
          select distinct t.run_id from review_tasks t join runs r on r.run_id = t.run_id
          where r.ended_at is null and ${isHeldRow}`.execute(session);
        return new Set(rows.map(({ runId }) => runId));
      }),
    heldAmong: (runIds, changedSince) =>
      guard(async () => {
        if (runIds.length === 0) return new Set();
        const { rows } = await sql<{ runId: string }>`
          select distinct t.run_id from review_tasks t
          where t.run_id = any(${[...runIds]}) and (${isHeldRow} or t.updated_at >= ${instant(changedSince)})`.execute(
          session,
        );
        return new Set(rows.map(({ runId }) => runId));
      }),
    waiting: () =>
      guard(async () => {
        const rows = await session
          .selectFrom('reviewTasks')
          .select(({ fn }) => [
            'lane',
            'afterwards',
            fn.countAll<bigint>().as('tasks'),
            fn.min('createdAt').as('since'),
          ])
          .where('state', '=', 'waiting')
          .groupBy(['lane', 'afterwards'])
          .execute();
        return rows.map(({ tasks, ...row }) => ({ ...row, tasks: Number(tasks) }));
      }),
  };
}
