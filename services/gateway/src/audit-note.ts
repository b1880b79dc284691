import { auditIn, type KeyHolder, type Session } from '@docfleet/database';
import { actorOf } from './audited-call.ts';

/** What a call changed. */
export interface ChangeNote {
  /** `<kind>.<verb>`. */
  readonly action: string;
  readonly tenantId: string | null;
  readonly subject: string;
  readonly detail?: Readonly<Record<string, string | number | null>>;
}

/** Callers of calls that have noted a change; each call has an object of its own. */
const noted = new WeakSet<object>();

/** Adds a row to the audit log, in the transaction of the change. */
export async function noteChange(
  session: Session,
  caller: KeyHolder,
  at: number,
  note: ChangeNote,
): Promise<void> {
  await auditIn(session).add({ detail: {}, ...note, at, ...actorOf(caller) });
  noted.add(caller);
}

/** Whether the call has noted a change; its transaction may have failed afterwards, and then the call has. */
export function wasNoted(caller: object): boolean {
  return noted.has(caller);
}
