/** Which dependencies answered the last check. */
export interface DependencyStatus {
  readonly broker: boolean;
  readonly store: boolean;
  readonly database: boolean;
  /** Whether the database has answered at least once since the start: until then no API key is known. */
  readonly databaseSeen: boolean;
}

/** Whether what was published about tenants is known: until then submissions that refer to objects are refused. */
export interface TenantsStatus {
  readonly tenantsKnown: boolean;
}

/**
 * Whether the gateway can serve requests, and why not. Without broker or store nothing can be accepted. Without the
 * database submissions with a known key still can, so a gateway that has reached it once stays ready and
 * reports it: otherwise a database failure would take every gateway out of service.
 */
export function readinessOf(status: DependencyStatus & TenantsStatus): {
  readonly ok: boolean;
  readonly reasons: readonly string[];
} {
  const missing = [
    status.broker ? [] : ['Kafka broker unreachable'],
    status.store ? [] : ['object store unreachable'],
    status.databaseSeen ? [] : ['database unreachable'],
    status.tenantsKnown ? [] : ['fleet.tenants was not read to its end yet'],
  ].flat();
  const degraded =
    status.databaseSeen && !status.database ? ['database unreachable: only recent jobs are known'] : [];
  return { ok: missing.length === 0, reasons: [...missing, ...degraded] };
}

/** The same, with what only a person can end as further reasons: it says why a server is unreachable. */
export function withProblems(
  readiness: { readonly ok: boolean; readonly reasons: readonly string[] },
  problems: readonly string[],
): { readonly ok: boolean; readonly reasons: readonly string[] } {
  return { ...readiness, reasons: [...readiness.reasons, ...problems] };
}
