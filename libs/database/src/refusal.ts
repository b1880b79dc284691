import { escapeText, FailureError, isRetryable } from '@docfleet/domain';
import { isProgramError, sqlState } from './database-failure.ts';

/** Why data can never be stored: the server refuses it, or it cannot even be written as a statement. */
export interface Refusal {
  /** SQLSTATE, or the name of the error that was thrown before anything was sent. */
  readonly cause: string;
  /** For operators: no values, no control characters, bounded. */
  readonly message: string;
}

/**
 * SQLSTATE classes that are about the data of a statement (PostgreSQL manual, appendix A): data exception, integrity
 * constraint violation, program limit exceeded. Class 42 is not among them: a missing table, column or grant concerns
 * every record, and is mended in the database.
 */
const dataClasses = new Set(['22', '23', '54']);

const maxMessageLength = 300;
const maxCauses = 8;

/** The refusal that an error stands for; undefined for an error after which the same data may be stored later. */
export function refusalOf(error: unknown): Refusal | undefined {
  let current: unknown = error;
  for (let depth = 0; depth < maxCauses && current instanceof Error; depth += 1) {
    if (isOutage(current)) return undefined;
    const { cause } = current;
    const state = sqlState(current);
    if (state !== undefined)
      return dataClasses.has(state.slice(0, 2)) ? refusal(state, current.message) : undefined;
    if (isProgramError(current)) return refusal(current.name, current.message);
    current = cause;
  }
  return undefined;
}

/**
 * Whether a dependency is away. What caused it may look like an error of the program: fetch throws a TypeError where nobody
 * answers. `INTERNAL_ERROR` says nothing of its cause.
 */
function isOutage(error: Error): boolean {
  return error instanceof FailureError && error.code !== 'INTERNAL_ERROR' && isRetryable(error.code);
}

/** What the server quotes may be a value of the record, so it is left out. */
function refusal(cause: string, message: string): Refusal {
  return { cause, message: escapeText(message.replaceAll(/"[^"]*"/g, '"…"'), maxMessageLength) };
}
