import type { RunEvent, RunHistoryEntry } from '@docfleet/contracts';
import { guard } from './database-failure.ts';
import type { Database, Session } from './open-database.ts';

/** The history of runs, from stage events. */
export interface RunEvents {
  /** Adds events; existing ones are not changed. */
  add(events: readonly RunEvent[]): Promise<void>;
  /** Oldest first, without the ends of the run. */
  ofRun(runId: string): Promise<readonly RunEvent[]>;
}

/** A statement takes at most 65,535 parameters. */
const maxRowsAtOnce = 1_000;

/** The partition of entries that no event of a stage wrote: the ends of runs (migration 0012). */
const noPartition = -1;

export function runEventsIn(session: Session): RunEvents {
  return {
    add: (events) =>
      guard(async () => {
        for (let start = 0; start < events.length; start += maxRowsAtOnce) {
          await session
            .insertInto('runEvents')
            .values(
              events.slice(start, start + maxRowsAtOnce).map((event) => ({
                ...event,
                at: new Date(event.at),
                detail: JSON.stringify(event.detail),
              })),
            )
            .onConflict((conflict) => conflict.columns(['partition', 'offset']).doNothing())
            .execute();
        }
      }),
    ofRun: (runId) =>
      guard(() =>
        session
          .selectFrom('runEvents')
          .select(['partition', 'offset', 'runId', 'tenantId', 'revision', 'stage', 'kind', 'at', 'detail'])
          .where('runId', '=', runId)
          .where('partition', '!=', noPartition)
          .orderBy('at')
          .orderBy('offset')
          .execute(),
      ),
  };
}

/** The history of runs as it became known: events of stages, and ends. A number is never followed by a smaller one. */
export interface RunHistory {
  /** The first entries of these runs after a number. */
  after(runIds: readonly string[], number: bigint, limit: number): Promise<readonly RunHistoryEntry[]>;
  /** Whether one of these runs has an entry of this number. */
  has(runIds: readonly string[], number: bigint): Promise<boolean>;
}

export function runHistoryIn(session: Session): RunHistory {
  return {
    after: (runIds, number, limit) => guard(() => historyQuery(session, { runIds, number, limit }).execute()),
    has: (runIds, number) =>
      guard(async () => {
        const found = await session
          .selectFrom('runEvents')
          .select('number')
          .where('runId', 'in', [...runIds])
          .where('number', '=', number)
          .executeTakeFirst();
        return found !== undefined;
      }),
  };
}

/** The statement of the next entries of a stream. Migration 0012 has its index. */
export function historyQuery(
  session: Session,
  { runIds, number, limit }: { runIds: readonly string[]; number: bigint; limit: number },
) {
  return session
    .selectFrom('runEvents')
    .select(['number', 'runId', 'revision', 'stage', 'kind', 'at', 'detail'])
    .where('runId', 'in', [...runIds])
    .where('number', '>', number)
    .orderBy('number')
    .limit(limit);
}

/** The history of one tenant's runs: each call is a transaction under row security. */
export function tenantRunHistoryIn(database: Pick<Database, 'asTenant'>, tenantId: string): RunHistory {
  return {
    after: (...given) => database.asTenant(tenantId, (session) => runHistoryIn(session).after(...given)),
    has: (...given) => database.asTenant(tenantId, (session) => runHistoryIn(session).has(...given)),
  };
}
