import { sql } from 'kysely';
import type { AuditRow } from '../audit.ts';
import { guard } from '../database-failure.ts';
import type { Database, Session } from '../open-database.ts';
import { chainStart, rowHash, type ChainPosition } from './row-hash.ts';

/** The first place at which the chain does not hold. */
export interface ChainFault {
  readonly position: bigint;
  /** Id of the row there; null where there is none. */
  readonly id: bigint | null;
  /**
   * `missing`: no row has the position, and retention did not remove it. `moved`: the row does not follow the one before.
   * `changed`: the row is not the one that was sealed.
   */
  readonly reason: 'missing' | 'moved' | 'changed';
}

export interface CheckedPart {
  readonly rows: number;
  /** Where the next part begins. */
  readonly last: ChainPosition;
  /** Whether the end of the chain was reached. */
  readonly complete: boolean;
  readonly fault: ChainFault | undefined;
}

/** Why `row` is not the one that follows `previous`; undefined when it is. */
export function faultOfRow(previous: ChainPosition, row: AuditRow): ChainFault | undefined {
  const position = previous.position + 1n;
  if (row.sealedAs !== position) return { position, id: null, reason: 'missing' };
  if (row.prevHash?.equals(previous.hash) !== true) return { position, id: row.id, reason: 'moved' };
  if (row.hash?.equals(rowHash(previous, row)) !== true) return { position, id: row.id, reason: 'changed' };
  return undefined;
}

/**
 * Checks up to `limit` rows of the chain after a position, by default from its first row that is kept, and whether the last
 * row is the one that was sealed last. Reads one state of the table, whatever is sealed or removed meanwhile.
 */
export function checkAuditChain(
  database: Pick<Database, 'transaction'>,
  { after = chainStart, limit }: { readonly after?: ChainPosition; readonly limit: number },
): Promise<CheckedPart> {
  return database.transaction((session) =>
    guard(async () => {
      await sql`set transaction isolation level repeatable read, read only`.execute(session);
      const rows = await session
        .selectFrom('audit')
        .selectAll()
        .where('sealedAs', '>', after.position)
        .orderBy('sealedAs')
        .limit(limit)
        .execute();
      let last = await beginning(session, after, rows[0]);
      for (const row of rows) {
        const fault = faultOfRow(last, row);
        if (fault !== undefined) return { rows: rows.length, last, complete: false, fault };
        last = { position: last.position + 1n, hash: row.hash ?? last.hash };
      }
      const complete = rows.length < limit;
      const fault = complete ? await faultOfEnd(session, last) : undefined;
      return { rows: rows.length, last, complete, fault };
    }),
  );
}

/**
 * The position that `first` has to follow: `after`, or the end of what retention has removed. That is believed only of the
 * oldest row, and only where retention has noted it.
 */
async function beginning(
  session: Session,
  after: ChainPosition,
  first: AuditRow | undefined,
): Promise<ChainPosition> {
  if (first?.sealedAs === after.position + 1n) return after;
  const removed = await removedUntil(session);
  if (removed === undefined || removed.position <= after.position) return after;
  if (first === undefined) return removed;
  const { rows } = await sql<{ oldest: bigint }>`select min(sealed_as) as oldest from audit`.execute(session);
  return rows[0]?.oldest === first.sealedAs ? removed : after;
}

/** The last position that retention has removed, as it noted it. */
async function removedUntil(session: Session): Promise<ChainPosition | undefined> {
  const anchor = await session
    .selectFrom('audit')
    .select('detail')
    .where('action', '=', 'audit.expire')
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
  const { through, hash } = anchor?.detail ?? {};
  if (typeof through !== 'string' || typeof hash !== 'string') return undefined;
  return { position: BigInt(through), hash: Buffer.from(hash, 'hex') };
}

async function faultOfEnd(session: Session, last: ChainPosition): Promise<ChainFault | undefined> {
  const head = await session.selectFrom('auditChain').select(['position', 'hash']).executeTakeFirstOrThrow();
  if (head.position === last.position && head.hash.equals(last.hash)) return undefined;
  return head.position > last.position
    ? { position: last.position + 1n, id: null, reason: 'missing' }
    : { position: last.position, id: null, reason: 'moved' };
}
