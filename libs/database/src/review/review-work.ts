import type { ReviewDecision, ReviewedDocument } from '@docfleet/domain';
import { sql } from 'kysely';
import { guard } from '../database-failure.ts';
import type { Session } from '../open-database.ts';
import { holding, type ReviewPerson } from './review-tasks.ts';

/** An entry of the history of a task. Times are milliseconds since the epoch. */
export interface ReviewChangeRow {
  readonly id: bigint;
  readonly at: number;
  readonly actor: string;
  readonly actorName: string | null;
  readonly kind: string;
  /** Index of the document. */
  readonly document: number;
  readonly field: string | null;
  readonly before: object | null;
  readonly after: object | null;
  readonly reason: string | null;
}

export interface NewReviewChange {
  readonly kind: string;
  readonly document: number;
  readonly field: string | null;
  readonly before: object | null;
  readonly after: object | null;
}

/** A call that may be repeated. */
export interface ReviewCall {
  readonly changeId: string;
  /** Of what it asks for: the same id with another digest is another call. */
  readonly digest: string;
}

export interface NewReviewWork {
  readonly taskId: string;
  readonly tenantId: string;
  readonly person: ReviewPerson;
  readonly at: number;
  /** The claim is renewed for this time, in milliseconds. */
  readonly forMs: number;
  /** The call that makes the changes, where it has an id. */
  readonly call: ReviewCall | null;
  readonly documentClass: string;
  readonly work: readonly ReviewedDocument[];
  readonly changes: readonly NewReviewChange[];
}

export interface NewReviewDecision {
  readonly decisionId: string;
  readonly taskId: string;
  readonly tenantId: string;
  readonly kind: ReviewDecision;
  readonly person: ReviewPerson;
  readonly at: number;
  readonly reason: string | null;
  readonly stage: string | null;
  /** Null where the decision ends nothing. */
  readonly outcomeId: string | null;
}

export interface ReviewDecisionRow extends Omit<NewReviewDecision, 'person'> {
  readonly actor: string;
  readonly actorName: string | null;
}

/** What people do with a task. Whoever writes holds the lock of the task's row (`ReviewTasks.lock`). */
export interface ReviewWork {
  /** Stores changed documents and what changed, makes the next version, and renews the claim. */
  save(work: NewReviewWork): Promise<void>;
  /** Digest of the call of this id whose changes are stored; undefined where there is none. */
  digestOf(taskId: string, changeId: string): Promise<string | undefined>;
  /** Kinds of the changes of one person to a task, newest first. */
  kindsOf(taskId: string, actor: string): Promise<readonly Pick<ReviewChangeRow, 'id' | 'kind'>[]>;
  /** Changes by their ids, oldest first. */
  changes(ids: readonly bigint[]): Promise<readonly ReviewChangeRow[]>;
  countChanges(taskId: string): Promise<number>;
  /** Oldest first. */
  history(
    taskId: string,
    page: { readonly after?: bigint | undefined; readonly limit: number },
  ): Promise<readonly ReviewChangeRow[]>;
  /** Notes that a person approves the task as it is now, and gives up the claim. */
  approve(approval: {
    readonly taskId: string;
    readonly tenantId: string;
    readonly actor: string;
    readonly at: number;
    readonly version: number;
  }): Promise<void>;
  /** Who has approved a version of a task. */
  approversOf(taskId: string, version: number): Promise<readonly string[]>;
  findDecision(decisionId: string): Promise<ReviewDecisionRow | undefined>;
  /** The decision of a task. */
  decisionOf(taskId: string): Promise<ReviewDecisionRow | undefined>;
  /** Stores the one decision of a task, which is decided by it. False when the decisionId, or the task, has one. */
  decide(decision: NewReviewDecision): Promise<boolean>;
}

export function reviewWorkIn(session: Session): ReviewWork {
  const changeRows = () =>
    session
      .selectFrom('reviewChanges')
      .select(['id', 'at', 'actor', 'actorName', 'kind', 'document', 'field', 'before', 'after', 'reason']);
  const decisions = () => session.selectFrom('reviewDecisions').selectAll();
  return {
    save: ({ taskId, tenantId, person, at, forMs, call, documentClass, work, changes }) =>
      guard(async () => {
        await session
          .updateTable('reviewTasks')
          .set({
            work: JSON.stringify(work),
            documentClass,
            version: sql<number>`version + 1`,
            updatedAt: new Date(at),
            ...holding(person, forMs),
          })
          .where('taskId', '=', taskId)
          .execute();
        await session
          .insertInto('reviewChanges')
          .values(
            changes.map(({ before, after, ...change }) => ({
              ...change,
              taskId,
              tenantId,
              at: new Date(at),
              actor: person.id,
              actorName: person.name,
              before: textOrNull(before),
              after: textOrNull(after),
              reason: null,
              changeId: call?.changeId ?? null,
              changeDigest: call?.digest ?? null,
            })),
          )
          .execute();
      }),
    digestOf: (taskId, changeId) =>
      guard(async () => {
        const row = await session
          .selectFrom('reviewChanges')
          .select('changeDigest')
          .where('taskId', '=', taskId)
          .where('changeId', '=', changeId)
          .limit(1)
          .executeTakeFirst();
        return row?.changeDigest ?? undefined;
      }),
    kindsOf: (taskId, actor) =>
      guard(() =>
        session
          .selectFrom('reviewChanges')
          .select(['id', 'kind'])
          .where('taskId', '=', taskId)
          .where('actor', '=', actor)
          .orderBy('id', 'desc')
          .execute(),
      ),
    changes: (ids) =>
      guard(async () =>
        ids.length === 0
          ? []
          : changeRows()
              .where('id', 'in', [...ids])
              .orderBy('id')
              .execute(),
      ),
    countChanges: (taskId) =>
      guard(async () => {
        const row = await session
          .selectFrom('reviewChanges')
          .select(({ fn }) => fn.countAll<bigint>().as('count'))
          .where('taskId', '=', taskId)
          .executeTakeFirstOrThrow();
        return Number(row.count);
      }),
    history: (taskId, { after, limit }) =>
      guard(() =>
        changeRows()
          .where('taskId', '=', taskId)
          .$if(after !== undefined, (query) => query.where('id', '>', after ?? 0n))
          .orderBy('id')
          .limit(limit)
          .execute(),
      ),
    approve: ({ at, ...approval }) =>
      guard(async () => {
        await session
          .insertInto('reviewApprovals')
          .values({ ...approval, at: new Date(at) })
          .onConflict((conflict) =>
            conflict
              .columns(['taskId', 'actor'])
              .doUpdateSet({ at: new Date(at), version: approval.version }),
          )
          .execute();
        await session
          .updateTable('reviewTasks')
          .set({ holder: null, holderName: null, heldUntil: null })
          .where('taskId', '=', approval.taskId)
          .execute();
      }),
    approversOf: (taskId, version) =>
      guard(async () => {
        const rows = await session
          .selectFrom('reviewApprovals')
          .select('actor')
          .where('taskId', '=', taskId)
          .where('version', '=', version)
          .execute();
        return rows.map(({ actor }) => actor);
      }),
    findDecision: (decisionId) =>
      guard(() => decisions().where('decisionId', '=', decisionId).executeTakeFirst()),
    decisionOf: (taskId) => guard(() => decisions().where('taskId', '=', taskId).executeTakeFirst()),
    decide: ({ person, at, ...decision }) =>
      guard(async () => {
        const stored = await session
          .insertInto('reviewDecisions')
          .values({ ...decision, at: new Date(at), actor: person.id, actorName: person.name })
          .onConflict((conflict) => conflict.doNothing())
          .returning('decisionId')
          .executeTakeFirst();
        if (stored === undefined) return false;
        await session
          .updateTable('reviewTasks')
          .set({
            state: 'decided',
            version: sql<number>`version + 1`,
            updatedAt: new Date(at),
            holder: null,
            holderName: null,
            heldUntil: null,
          })
          .where('taskId', '=', decision.taskId)
          .execute();
        return true;
      }),
  };
}

function textOrNull(value: object | null): string | null {
  return value === null ? null : JSON.stringify(value);
}
