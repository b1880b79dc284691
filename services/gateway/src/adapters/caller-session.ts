import type { Database, KeyHolder, Session } from '@docfleet/database';

/** Runs `work` in a transaction with the rights of the caller. Errors as in `Database.transaction`. */
export type AsCaller = <T>(caller: KeyHolder, work: (session: Session) => Promise<T>) => Promise<T>;

/** A tenant's call sees and writes rows of that tenant only; a fleet role's what `docfleet_operator` may. */
export function callerSessions(
  request: Pick<Database, 'asTenant'>,
  operator: Pick<Database, 'transaction'>,
): AsCaller {
  return ({ tenantId }, work) =>
    tenantId === null ? operator.transaction(work) : request.asTenant(tenantId, work);
}
