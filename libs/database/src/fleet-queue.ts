import type { Run } from '@docfleet/contracts';
import type { Lane } from '@docfleet/domain';
import { sql } from 'kysely';
import { guard } from './database-failure.ts';
import { instant } from './instant.ts';
import type { Session } from './open-database.ts';

/** A run that has not ended, and waits for no person, as it stands in the queues of the fleet. */
export type QueuedRun = Pick<Run, 'runId' | 'tenantId' | 'lane' | 'stage' | 'createdAt'>;

/** A run that has left a stage, with the times in milliseconds. */
export interface StagePassage {
  readonly runId: string;
  readonly tenantId: string;
  readonly stage: string;
  readonly lane: Lane;
  readonly at: number;
  /** Of the submitted file; null and 0 where the fleet did not store it. */
  readonly mediaType: string | null;
  readonly sizeBytes: number;
  /** Of the document; 0 when unknown. */
  readonly pageCount: number;
  readonly queuedMs: number;
  readonly activeMs: number;
}

/** What waits in the fleet, and how fast it moves, over all tenants. */
export interface FleetQueue {
  /** Runs that have not ended, those that expire first first: about those that were accepted first. */
  open(limit: number): Promise<readonly QueuedRun[]>;
  /** The newest passages of stages since a time, in milliseconds since the epoch. */
  passagesSince(time: number, limit: number): Promise<readonly StagePassage[]>;
}

export function fleetQueueIn(session: Session): FleetQueue {
  return {
    open: (limit) => guard(() => openRunsQuery(session, limit).execute()),
    passagesSince: (time, limit) =>
      guard(async () => (await passagesQuery(time, limit).execute(session)).rows),
  };
}

/** The index `runs_open` (migration 0001) answers it: only runs that have not ended are read. */
export function openRunsQuery(session: Session, limit: number) {
  return session
    .selectFrom('runs')
    .select(['runId', 'tenantId', 'lane', 'stage', 'createdAt'])
    .where('endedAt', 'is', null)
    .where('status', '!=', 'in_review')
    .orderBy('expiresAt')
    .limit(limit);
}

/** The index `run_events_by_time` (migration 0007) answers it, then so many runs are looked up, each by its id (`offset 0`). */
export function passagesQuery(time: number, limit: number) {
  return sql<StagePassage>`
    select passed.run_id as "runId", run.tenant_id as "tenantId", passed.stage, run.lane, passed.at,
      run.input->>'mediaType' as "mediaType", coalesce((run.input->>'sizeBytes')::float8, 0) as "sizeBytes",
      run.page_count as "pageCount",
      (passed.detail->>'queuedMs')::float8 as "queuedMs", (passed.detail->>'activeMs')::float8 as "activeMs"
    from (select run_id, stage, at, detail from run_events
      where at >= ${instant(time)} and kind in ('finished', 'ending') order by at desc limit ${limit}) passed
      cross join lateral (select tenant_id, lane, input, page_count from runs where runs.run_id = passed.run_id offset 0) run`;
}
