import { ApiError, UnreachableError, UnreadableFileError } from '@docfleet/client';
import { plainText } from '../render/plain-text.ts';

const adviceOf: Readonly<Record<string, string>> = {
  UNAUTHENTICATED: 'The key is not valid: docfleet login, or DOCFLEET_API_KEY.',
  FORBIDDEN: "The key's role does not allow this; a tenant-admin issues keys of other roles.",
  TENANT_SUSPENDED: 'Whoever operates the fleet has suspended the tenant.',
  RATE_LIMITED: 'Too many calls: try again later.',
};

/** Refusals that another document would meet as well. */
const general = new Set(Object.keys(adviceOf));

/** Whether an error ends a command; any other is the matter of one document or run. */
export function endsCommand(error: unknown): boolean {
  if (error instanceof UnreadableFileError) return false;
  if (!(error instanceof ApiError)) return true;
  return general.has(error.code) || error.status >= 500;
}

/** What went wrong with a call, and what to do about it. */
export function explained(error: unknown): string {
  if (error instanceof ApiError) {
    const advice = adviceOf[error.code];
    return [`${error.code}: ${plainText(error.message)}`, ...(advice === undefined ? [] : [advice])].join(
      ' ',
    );
  }
  if (error instanceof UnreachableError) {
    return `${error.message}. Is it running (npm start -- --keep), and is the address right (docfleet login)?`;
  }
  return error instanceof Error ? plainText(error.message) : String(error);
}

/** What a call is known to throw; anything else is a fault of the command. */
const known = [ApiError, UnreachableError, UnreadableFileError];

/** Runs the work of a command; a failure of the call is told in one line, with the exit code 1. */
export async function explaining(
  write: (text: string) => void,
  work: () => Promise<number>,
): Promise<number> {
  try {
    return await work();
  } catch (error) {
    if (!known.some((kind) => error instanceof kind)) throw error;
    write(`${explained(error)}\n`);
    return 1;
  }
}
