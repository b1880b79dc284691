import { FailureError, type FailureCode } from '@docfleet/domain';
import pg from 'pg';

/**
 * SQLSTATE classes of transient errors (PostgreSQL manual, appendix A): connection, transaction rollback, insufficient
 * resources, operator intervention, system error.
 */
const transientClasses = new Set(['08', '40', '53', '57', '58']);

/** Transient as well: missing database, schema or table (before migration), read-only standby, lock timeout. */
const transientStates = new Set(['3D000', '3F000', '42P01', '25006', '55P03']);

/** An error without an SQLSTATE comes from the network, a timeout of the client or an exhausted pool. */
function codeOf(error: unknown): FailureCode {
  const state = sqlState(error);
  if (state === undefined) return 'DATABASE_UNAVAILABLE';
  return transientClasses.has(state.slice(0, 2)) || transientStates.has(state)
    ? 'DATABASE_UNAVAILABLE'
    : 'INTERNAL_ERROR';
}

/** The server's error code; undefined when the server did not answer. */
export function sqlState(error: unknown): string | undefined {
  return error instanceof pg.DatabaseError ? error.code : undefined;
}

/** Translates an error of a database call: `DATABASE_UNAVAILABLE`, or `INTERNAL_ERROR` for an invalid statement. */
export function toDatabaseError(error: unknown): FailureError {
  return error instanceof FailureError ? error : new FailureError(codeOf(error), {}, { cause: error });
}

/** Runs database work and translates its errors with `toDatabaseError`. */
export async function guard<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw toDatabaseError(error);
  }
}
