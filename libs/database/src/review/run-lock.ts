import { sql } from 'kysely';
import type { Session } from '../open-database.ts';

/**
 * Waits until no other transaction holds the run, and holds it until the session's transaction ends. Whoever stores a task
 * of review and whoever claims an ending take it first, so that each sees what the other has written.
 */
export async function holdRun(session: Session, runId: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`review:${runId}`}, 0))`.execute(session);
}
