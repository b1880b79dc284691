import type { Lane, ReviewDecision, ReviewTaskState } from '@docfleet/domain';
import { sql, type Selectable } from 'kysely';
import { guard } from '../database-failure.ts';
import type { Session } from '../open-database.ts';
import type { ReviewTasksTable } from '../tables.ts';

/** A person, or a program, who works on tasks of reviews. */
export interface ReviewPerson {
  readonly id: string;
  readonly name: string | null;
}

/** A task with everything of its documents. Times are milliseconds since the epoch. */
export type ReviewTaskRow = Selectable<ReviewTasksTable> & {
  /** Who approved the task as it is now, of a task that two people approve. */
  readonly approvals: number;
  readonly decision: ReviewDecision | null;
  /** Whether somebody holds it now. */
  readonly isHeld: boolean;
};

/** What lists show of a task. */
export type ReviewTaskOverview = Omit<
  ReviewTaskRow,
  'context' | 'input' | 'results' | 'documents' | 'verdict' | 'work'
> & {
  readonly fileName: string | null;
  /** Two people approve documents with a larger amount; null: one is enough. */
  readonly fourEyesAbove: number | null;
  /** The documents as people have changed them, where these decide whether two approve; null: they do not. */
  readonly limitedWork: ReviewTaskRow['work'];
};

export interface ReviewTaskFilter {
  readonly tenantId: string;
  readonly state: ReviewTaskState;
  readonly documentClass?: string | undefined;
  readonly lane?: Lane | undefined;
  readonly runId?: string | undefined;
  /** Held by this person now. */
  readonly heldBy?: string | undefined;
  /** taskId of the last task of the page before. */
  readonly after?: string | undefined;
  readonly limit: number;
}

/** Waiting tasks of a class. */
export interface ReviewClassCount {
  readonly documentClass: string;
  readonly waiting: number;
  /** Of them, those that somebody holds now. */
  readonly held: number;
  /** When the oldest was stored, in milliseconds since the epoch. */
  readonly oldest: number;
}

export interface ClaimRequest {
  readonly taskId: string;
  readonly person: ReviewPerson;
  /** For how long, in milliseconds. */
  readonly forMs: number;
  /** As the person has read the task; one who holds it may renew whatever the version is. */
  readonly version?: number | undefined;
}

export interface NextTask {
  readonly person: ReviewPerson;
  readonly forMs: number;
  readonly documentClass?: string | undefined;
  /** taskIds that are not wanted now. */
  readonly skip: readonly string[];
}

/**
 * Tasks of reviews and who holds them. Every statement sees the tasks of one tenant, by row security. The database's clock
 * decides about claims, so that every process agrees on who holds a task.
 */
export interface ReviewTasks {
  /** In the order of the queue: lane, then age, where doubt counts as age. Undefined where there is no such task to go on after. */
  list(filter: ReviewTaskFilter): Promise<readonly ReviewTaskOverview[] | undefined>;
  /** Waiting tasks by class, in the order of their names. */
  countByClass(): Promise<readonly ReviewClassCount[]>;
  find(taskId: string): Promise<ReviewTaskRow | undefined>;
  /** Reads a task, and locks it until the transaction ends. */
  lock(taskId: string): Promise<ReviewTaskRow | undefined>;
  /** The task of the last round of a revision. */
  findOfRun(runId: string, revision: number): Promise<ReviewTaskRow | undefined>;
  /** Claims or renews; false when somebody else holds the task, it waits no more, or its version is another. */
  claim(request: ClaimRequest): Promise<boolean>;
  /**
   * Claims the best free task for a person: never one that the person skipped or has approved, nor one that somebody holds.
   * Of tasks of about the same rank each person gets another one. Undefined when there is none.
   */
  claimNext(request: NextTask): Promise<string | undefined>;
  /** Gives up whoever holds it. */
  release(taskId: string): Promise<void>;
  /** Notes that a person does not want the task, and gives up the person's claim. */
  skip(skip: {
    readonly taskId: string;
    readonly tenantId: string;
    readonly actor: string;
    readonly at: number;
    readonly reason: string;
  }): Promise<void>;
}

/** Most urgent first; the same expression as in the index of the queue. */
const laneRank = sql<number>`(case lane when 'urgent' then 0 when 'high' then 1 else 2 end)`;

/**
 * A task whose machine was entirely unsure counts as an hour older than one of which it was sure. The same expression as in
 * the index of the queue, which takes no expression that depends on the time zone of a session.
 */
const dueSeconds = sql<number>`(extract(epoch from created_at at time zone 'UTC') - 3600 * doubt)`;

/** Tasks that became due within the same ten minutes are of about the same rank. */
const dueSlot = sql<number>`floor(${dueSeconds} / 600)`;

const isHeld = sql<boolean>`(state = 'waiting' and held_until is not null and held_until > now())`;

const approvals = sql<number>`(select count(*)::int from review_approvals a where a.task_id = review_tasks.task_id
  and a.version = review_tasks.version)`;

const decision = sql<ReviewDecision | null>`(select d.kind from review_decisions d where d.task_id = review_tasks.task_id)`;

const fourEyesAbove = sql<number | null>`(context ->> 'fourEyesAbove')::double precision`;

const overviewColumns = [
  'taskId',
  'tenantId',
  'runId',
  'revision',
  'round',
  'lane',
  'state',
  'afterwards',
  'documentClass',
  'doubt',
  'createdAt',
  'updatedAt',
  'expiresAt',
  'version',
  'pageCount',
  'reasons',
  'fourEyes',
  'holder',
  'holderName',
  'heldUntil',
] as const satisfies readonly (keyof ReviewTasksTable)[];

/** Where a task stands in the queue. */
interface QueuePosition {
  readonly rank: number;
  readonly due: number;
  readonly taskId: string;
}

/** The statement of a page of the queue of a tenant. */
export function reviewListQuery(
  session: Session,
  filter: Omit<ReviewTaskFilter, 'after'>,
  after?: QueuePosition,
) {
  const { tenantId, state, documentClass, lane, runId, heldBy, limit } = filter;
  return session
    .selectFrom('reviewTasks')
    .select(overviewColumns)
    .select([
      approvals.as('approvals'),
      decision.as('decision'),
      isHeld.as('isHeld'),
      sql<string | null>`context ->> 'fileName'`.as('fileName'),
      fourEyesAbove.as('fourEyesAbove'),
      // Documents are large: they are read of those alone whose changes can make a difference.
      sql<ReviewTaskRow['work']>`(case when not four_eyes and ${fourEyesAbove} is not null then work end)`.as(
        'limitedWork',
      ),
    ])
    .where('tenantId', '=', tenantId)
    .where('state', '=', state)
    .$if(documentClass !== undefined, (query) => query.where('documentClass', '=', documentClass ?? ''))
    .$if(lane !== undefined, (query) => query.where('lane', '=', lane ?? 'normal'))
    .$if(runId !== undefined, (query) => query.where('runId', '=', runId ?? ''))
    .$if(heldBy !== undefined, (query) => query.where('holder', '=', heldBy ?? '').where(isHeld))
    .$if(after !== undefined, (query) =>
      query.where(
        sql<boolean>`(${laneRank}, ${dueSeconds}, task_id) >
          (${after?.rank ?? 0}::int, ${after?.due ?? 0}::double precision, ${after?.taskId ?? ''})`,
      ),
    )
    .orderBy(laneRank)
    .orderBy(dueSeconds)
    .orderBy('taskId')
    .limit(limit);
}

export function reviewTasksIn(session: Session): ReviewTasks {
  const whole = () =>
    session
      .selectFrom('reviewTasks')
      .selectAll()
      .select([approvals.as('approvals'), decision.as('decision'), isHeld.as('isHeld')]);
  return {
    list: ({ after, ...filter }) =>
      guard(async () => {
        if (after === undefined) return reviewListQuery(session, filter).execute();
        const position = await session
          .selectFrom('reviewTasks')
          .select(['taskId', laneRank.as('rank'), dueSeconds.as('due')])
          .where('taskId', '=', after)
          .executeTakeFirst();
        return position && reviewListQuery(session, filter, position).execute();
      }),
    countByClass: () =>
      guard(async () => {
        const rows = await session
          .selectFrom('reviewTasks')
          .select(({ fn }) => [
            'documentClass',
            fn.countAll<bigint>().as('waiting'),
            sql<bigint>`count(*) filter (where ${isHeld})`.as('held'),
            fn.min('createdAt').as('oldest'),
          ])
          .where('state', '=', 'waiting')
          .groupBy('documentClass')
          .orderBy('documentClass')
          .execute();
        return rows.map(({ documentClass, waiting, held, oldest }) => ({
          documentClass,
          waiting: Number(waiting),
          held: Number(held),
          oldest,
        }));
      }),
    find: (taskId) => guard(() => whole().where('taskId', '=', taskId).executeTakeFirst()),
    lock: (taskId) =>
      guard(async () => {
        // In a statement of its own: what follows then sees what whoever held the lock has committed.
        await session
          .selectFrom('reviewTasks')
          .select('taskId')
          .where('taskId', '=', taskId)
          .forUpdate()
          .execute();
        return whole().where('taskId', '=', taskId).executeTakeFirst();
      }),
    findOfRun: (runId, revision) =>
      guard(() =>
        whole()
          .where('runId', '=', runId)
          .where('revision', '=', revision)
          .orderBy('round', 'desc')
          .limit(1)
          .executeTakeFirst(),
      ),
    claim: ({ taskId, person, forMs, version }) =>
      guard(async () => {
        const isMine = sql<boolean>`(holder = ${person.id} and held_until > now())`;
        const claimed = await session
          .updateTable('reviewTasks')
          .set(holding(person, forMs))
          .where('taskId', '=', taskId)
          .where('state', '=', 'waiting')
          .where(sql<boolean>`(${isMine} or held_until is null or held_until <= now())`)
          .$if(version !== undefined, (query) =>
            query.where(sql<boolean>`(${isMine} or version = ${version ?? 0})`),
          )
          .executeTakeFirst();
        return claimed.numUpdatedRows > 0n;
      }),
    claimNext: ({ person, forMs, documentClass, skip }) =>
      guard(async () => {
        const best = session
          .selectFrom('reviewTasks')
          .select('taskId')
          .where('state', '=', 'waiting')
          .where(sql<boolean>`(held_until is null or held_until <= now())`)
          .where(
            sql<boolean>`not exists (select from review_skips s where s.task_id = review_tasks.task_id and s.actor = ${person.id})`,
          )
          .where(
            sql<boolean>`not exists (select from review_approvals a where a.task_id = review_tasks.task_id
              and a.actor = ${person.id} and a.version = review_tasks.version)`,
          )
          .where(sql<boolean>`task_id <> all(${[...skip]})`)
          .$if(documentClass !== undefined, (query) => query.where('documentClass', '=', documentClass ?? ''))
          .orderBy(laneRank)
          .orderBy(dueSlot)
          .orderBy(sql`md5(task_id || ${person.id})`)
          .limit(1)
          .forUpdate()
          .skipLocked();
        const claimed = await session
          .updateTable('reviewTasks')
          .set(holding(person, forMs))
          .where('taskId', '=', best)
          .returning('taskId')
          .executeTakeFirst();
        return claimed?.taskId;
      }),
    release: (taskId) =>
      guard(async () => {
        await session
          .updateTable('reviewTasks')
          .set({ holder: null, holderName: null, heldUntil: null })
          .where('taskId', '=', taskId)
          .execute();
      }),
    skip: ({ at, ...skip }) =>
      guard(async () => {
        await session
          .insertInto('reviewSkips')
          .values({ ...skip, at: new Date(at) })
          .onConflict((conflict) =>
            conflict.columns(['taskId', 'actor']).doUpdateSet({ at: new Date(at), reason: skip.reason }),
          )
          .execute();
        await session
          .updateTable('reviewTasks')
          .set({ holder: null, holderName: null, heldUntil: null })
          .where('taskId', '=', skip.taskId)
          .where('holder', '=', skip.actor)
          .execute();
      }),
  };
}

/** The columns of a claim that begins now. */
export function holding(person: ReviewPerson, forMs: number) {
  return {
    holder: person.id,
    holderName: person.name,
    heldUntil: sql<Date>`now() + ${forMs} * interval '1 millisecond'`,
  };
}
