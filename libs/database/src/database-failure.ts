import { FailureError, type FailureCode } from '@docfleet/domain';
import pg from 'pg';

/**
 * SQLSTATE classes of transient errors (PostgreSQL manual, appendix A): connection, transaction rollback, insufficient
 * resources, operator intervention, system error.
 */
const transientClasses = new Set(['08', '40', '53', '57', '58']);

/** The time limit of a statement has passed. */
const statementCancelled = '57014';

/** Those of them that say that the server cannot work. */
const unavailableClasses = new Set(['08', '53', '57', '58']);

/** A grant or a policy is missing: transient, because the deploy step adds what this version needs. */
const missingRight = '42501';

/** Transient as well: missing database, schema or table (before migration), read-only standby, lock timeout. */
const transientStates = new Set(['3D000', '3F000', '42P01', '25006', '55P03', missingRight]);

/** An error without an SQLSTATE comes from the network, a timeout of the client or an exhausted pool, or is a program error. */
function codeOf(error: unknown): FailureCode {
  const state = sqlState(error);
  if (state === undefined) return isProgramError(error) ? 'INTERNAL_ERROR' : 'DATABASE_UNAVAILABLE';
  return transientClasses.has(state.slice(0, 2)) || transientStates.has(state)
    ? 'DATABASE_UNAVAILABLE'
    : 'INTERNAL_ERROR';
}

/**
 * Whether an error says that the server cannot be reached or cannot work: those that count for its breaker. Conflicts
 * between transactions, locks, missing rights and statements that took too long do not: they may be due to one caller.
 */
export function isUnavailability(error: unknown): boolean {
  const state = sqlState(error);
  if (state === undefined) return !isProgramError(error);
  return state !== statementCancelled && unavailableClasses.has(state.slice(0, 2));
}

/** Whether a value could not even be written as a statement: nothing of it was sent. */
export function isProgramError(error: unknown): error is TypeError | RangeError {
  return error instanceof TypeError || error instanceof RangeError;
}

/** The server's error code; undefined when the server did not answer. */
export function sqlState(error: unknown): string | undefined {
  return error instanceof pg.DatabaseError ? error.code : undefined;
}

/** Translates an error of a database call: `DATABASE_UNAVAILABLE`, or `INTERNAL_ERROR` for an invalid statement. */
export function toDatabaseError(error: unknown): FailureError {
  if (error instanceof FailureError) return error;
  const cause = sqlState(error) === missingRight ? missingRightError(error) : error;
  return new FailureError(codeOf(error), {}, { cause });
}

function missingRightError(cause: unknown): Error {
  const said = cause instanceof Error ? cause.message : String(cause);
  return new Error(
    `The database refused a statement (${said}): the login lacks a right of its role. ` +
      'Run the deploy step of this version, and compare the login with docs/database.md.',
    { cause },
  );
}

/** Runs database work and translates its errors with `toDatabaseError`. */
export async function guard<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw toDatabaseError(error);
  }
}
