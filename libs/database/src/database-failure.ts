import { FailureError, type FailureCode } from '@docfleet/domain';
import pg from 'pg';

/**
 * Classes of SQLSTATE (PostgreSQL manual, appendix A) that say nothing about what was asked, only about the moment:
 * connection, transaction rollback, resources, operator intervention, system error.
 */
const classesOfTheMoment = new Set(['08', '40', '53', '57', '58']);

/** A database, schema or table that is not there yet, a standby, and a lock that was not had in time. */
const statesOfTheMoment = new Set(['3D000', '3F000', '42P01', '25006', '55P03']);

/** Something outside the database spoke: the network, a timeout of the client, a full pool. */
function codeOf(error: unknown): FailureCode {
  const state = sqlState(error);
  if (state === undefined) return 'DATABASE_UNAVAILABLE';
  return classesOfTheMoment.has(state.slice(0, 2)) || statesOfTheMoment.has(state)
    ? 'DATABASE_UNAVAILABLE'
    : 'INTERNAL_ERROR';
}

/** The server's error code; undefined when the server did not answer. */
export function sqlState(error: unknown): string | undefined {
  return error instanceof pg.DatabaseError ? error.code : undefined;
}

/** What a database call threw, with a code: `DATABASE_UNAVAILABLE`, or `INTERNAL_ERROR` for a wrong statement. */
export function toDatabaseError(error: unknown): FailureError {
  return error instanceof FailureError ? error : new FailureError(codeOf(error), {}, { cause: error });
}

/** Runs database work and translates what it throws. */
export async function guard<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw toDatabaseError(error);
  }
}
