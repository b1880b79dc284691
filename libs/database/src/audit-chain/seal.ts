import { sql } from 'kysely';
import { guard } from '../database-failure.ts';
import type { Database, Session } from '../open-database.ts';
import { rowHash, type ChainPosition } from './row-hash.ts';

export interface Sealed {
  /** Rows that were sealed now. */
  readonly rows: number;
  /** The end of the chain. */
  readonly head: ChainPosition;
}

/**
 * Seals up to `limit` rows of the audit log, in the order of their ids: each gets the next position of the chain. A row whose
 * transaction commits later than that of a larger id is sealed later. Several processes may call this: the row of
 * `audit_chain` lets one at a time continue.
 */
export function sealAuditRows(database: Pick<Database, 'transaction'>, limit: number): Promise<Sealed> {
  return database.transaction((session) =>
    guard(async () => {
      const { position, hash } = await session
        .selectFrom('auditChain')
        .select(['position', 'hash'])
        .forUpdate()
        .executeTakeFirstOrThrow();
      const rows = await session
        .selectFrom('audit')
        .selectAll()
        .where('sealedAs', 'is', null)
        .orderBy('id')
        .limit(limit)
        .execute();
      let head: ChainPosition = { position, hash };
      const sealed = rows.map((row) => {
        const previous = head;
        head = { position: previous.position + 1n, hash: rowHash(previous, row) };
        return { id: row.id, position: head.position, prevHash: previous.hash, hash: head.hash };
      });
      if (sealed.length === 0) return { rows: 0, head };
      await sql`
        update audit set sealed_as = sealed.position, prev_hash = decode(sealed.prev_hash, 'hex'),
          hash = decode(sealed.hash, 'hex')
        from unnest(
          ${sealed.map((each) => String(each.id))}::bigint[],
          ${sealed.map((each) => String(each.position))}::bigint[],
          ${sealed.map((each) => each.prevHash.toString('hex'))}::text[],
          ${sealed.map((each) => each.hash.toString('hex'))}::text[]
        ) as sealed (id, position, prev_hash, hash)
        where audit.id = sealed.id`.execute(session);
      await session.updateTable('auditChain').set(head).execute();
      return { rows: sealed.length, head };
    }),
  );
}

/** When the oldest row that is not sealed yet was written, in milliseconds since the epoch; null when all are. */
export function oldestUnsealed(session: Session): Promise<number | null> {
  return guard(async () => {
    const oldest = await session
      .selectFrom('audit')
      .select('at')
      .where('sealedAs', 'is', null)
      .orderBy('id')
      .limit(1)
      .executeTakeFirst();
    return oldest?.at ?? null;
  });
}
