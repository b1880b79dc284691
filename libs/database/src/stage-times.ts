import { sql } from 'kysely';
import { guard } from './database-failure.ts';
import type { Session } from './open-database.ts';

/** How many of the newest ended runs are looked at. */
const sample = 200;

/**
 * Mean seconds of work that each stage spent on one document, over the newest runs that ended since a time (milliseconds since
 * the epoch). A stage that none of them passed is absent.
 */
export function stageSecondsSince(session: Session, since: number): Promise<ReadonlyMap<string, number>> {
  return guard(async () => {
    const { rows } = await sql<{ stage: string; seconds: number }>`
      select timing->>'stage' as stage, avg((timing->>'activeMs')::float8) / 1000 as seconds
      from (select timings from runs where ended_at >= ${new Date(since)}::timestamptz
        order by ended_at desc limit ${sample}) newest,
        jsonb_array_elements(newest.timings) timing
      group by 1`.execute(session);
    return new Map(rows.map(({ stage, seconds }) => [stage, seconds]));
  });
}
