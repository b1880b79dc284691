import { healthOf, type HealthVerdict } from '@docfleet/telemetry';

/** What the last look at each outside system found. */
export interface Seen {
  readonly broker: boolean;
  readonly store: boolean;
  readonly database: boolean;
  /** Whether the database has answered since the start: until then no key is known. */
  readonly databaseEver: boolean;
}

/**
 * Without broker or store nothing can be taken in. Without the database known keys with a requestId still can, so
 * that a gateway which has had it stays ready and only says so: taking all of them away would refuse everybody.
 */
export function readinessOf(seen: Seen): HealthVerdict {
  const verdict = healthOf([
    seen.broker ? undefined : 'the broker cannot be reached',
    seen.store ? undefined : 'the object store cannot be reached',
    seen.databaseEver ? undefined : 'the database cannot be reached',
  ]);
  return seen.databaseEver && !seen.database
    ? { ok: verdict.ok, reasons: [...verdict.reasons, 'the database is out: status is not known'] }
    : verdict;
}
