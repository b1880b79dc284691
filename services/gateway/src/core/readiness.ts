/** Which dependencies answered the last check. */
export interface DependencyStatus {
  readonly broker: boolean;
  readonly store: boolean;
  readonly database: boolean;
  /** Whether the database has answered at least once since the start: until then no API key is known. */
  readonly databaseSeen: boolean;
}

/**
 * Whether the gateway can serve requests, and why not. Without broker or store nothing can be accepted. Without the
 * database submissions with a known key and a requestId still can, so a gateway that has reached it once stays ready and
 * reports it: otherwise a database failure would take every gateway out of service.
 */
export function readinessOf(status: DependencyStatus): {
  readonly ok: boolean;
  readonly reasons: readonly string[];
} {
  const missing = [
    status.broker ? [] : ['Kafka broker unreachable'],
    status.store ? [] : ['object store unreachable'],
    status.databaseSeen ? [] : ['database unreachable'],
  ].flat();
  const degraded =
    status.databaseSeen && !status.database ? ['database unreachable: job status unavailable'] : [];
  return { ok: missing.length === 0, reasons: [...missing, ...degraded] };
}
