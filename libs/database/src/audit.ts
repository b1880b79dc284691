import { guard } from './database-failure.ts';
import { instant } from './instant.ts';
import type { Session } from './open-database.ts';
import type { AuditDetail } from './tables.ts';

/** What was done, by whom, to what. Free of document content. */
export interface AuditEntry {
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** Null where no key acted: a token, a certificate, or a command against the database. */
  readonly actorKeyId: string | null;
  /** Who acted, of a token or a certificate, and who says so. */
  readonly actorSubject?: string | null;
  readonly actorIssuer?: string | null;
  /** Role of the caller, or the name of the command. */
  readonly actorRole: string;
  /** The tenant it belongs to; null for what belongs to the fleet. */
  readonly tenantId: string | null;
  /** `<kind>.<verb>`, such as `key.issue`. */
  readonly action: string;
  /** Id of what was changed or read. */
  readonly subject: string;
  /** Where the call came from. */
  readonly address?: string | null;
  /** HTTP status of a call; null for a row that was written in the transaction of its change. */
  readonly status?: number | null;
  readonly detail: AuditDetail;
}

/** The audit log. Rows are only ever added; `docfleet_retention` removes those whose period is over, and none changes one. */
export interface Audit {
  add(entry: AuditEntry): Promise<void>;
  /** Adds them all, or none. */
  addAll(entries: readonly AuditEntry[]): Promise<void>;
  /** Newest first. */
  list(filter: AuditFilter): Promise<readonly AuditRow[]>;
  /** Oldest first. */
  page(range: AuditRange): Promise<readonly AuditRow[]>;
}

/** An entry with its id. Ids grow with time, but for rows that are written at the same moment. */
export interface AuditRow extends Required<AuditEntry> {
  readonly id: bigint;
  /** Position in the chain, from 1; null until the row is sealed, which it is within seconds. */
  readonly sealedAs: bigint | null;
  readonly prevHash: Buffer | null;
  readonly hash: Buffer | null;
}

export interface AuditFilter {
  readonly tenantId?: string | undefined;
  readonly action?: string | undefined;
  /** Milliseconds since the epoch. */
  readonly since?: number | undefined;
  /** Only rows with a smaller id. */
  readonly before?: bigint | undefined;
  readonly limit: number;
}

/** A time range, and where in it a page begins. Times in milliseconds since the epoch. */
export interface AuditRange {
  readonly since: number;
  /** Excluded. */
  readonly until: number;
  /** The last row of the page before. */
  readonly after?: { readonly at: number; readonly id: bigint } | undefined;
  readonly limit: number;
}

export function auditIn(session: Session): Audit {
  const addAll = (entries: readonly AuditEntry[]): Promise<void> =>
    guard(async () => {
      if (entries.length === 0) return;
      const rows = entries.map((entry) => ({
        ...entry,
        at: new Date(entry.at),
        detail: JSON.stringify(entry.detail),
      }));
      await session.insertInto('audit').values(rows).execute();
    });
  return {
    add: (entry) => addAll([entry]),
    addAll,
    list: (filter) => guard(() => auditListQuery(session, filter).execute()),
    page: (range) => guard(() => auditPageQuery(session, range).execute()),
  };
}

/** The statement of a page of the audit log. Each filter has an index (migrations 0008 and 0013). */
export function auditListQuery(session: Session, { tenantId, action, since, before, limit }: AuditFilter) {
  return session
    .selectFrom('audit')
    .selectAll()
    .$if(tenantId !== undefined, (query) => query.where('tenantId', '=', tenantId ?? ''))
    .$if(action !== undefined, (query) => query.where('action', '=', action ?? ''))
    .$if(since !== undefined, (query) => query.where('at', '>=', instant(since ?? 0)))
    .$if(before !== undefined, (query) => query.where('id', '<', before ?? 0n))
    .orderBy('id', 'desc')
    .limit(limit);
}

/** The statement of a page of an export; its index is `audit_by_time_and_id`. */
export function auditPageQuery(session: Session, { since, until, after, limit }: AuditRange) {
  return session
    .selectFrom('audit')
    .selectAll()
    .where('at', '>=', instant(since))
    .where('at', '<', instant(until))
    .$if(after !== undefined, (query) =>
      query.where((where) => {
        const place = where.tuple(instant(after?.at ?? 0), where.val(after?.id ?? 0n));
        return where(where.refTuple('at', 'id'), '>', place);
      }),
    )
    .orderBy('at')
    .orderBy('id')
    .limit(limit);
}
