import { createHash } from 'node:crypto';
import type { AuditRow } from '../audit.ts';
import type { AuditDetail } from '../tables.ts';

/** A position of the chain, and the hash there. */
export interface ChainPosition {
  /** From 1; 0: before the first row. */
  readonly position: bigint;
  /** SHA-256, 32 bytes. */
  readonly hash: Buffer;
}

/** Before the first row. */
export const chainStart: ChainPosition = { position: 0n, hash: Buffer.alloc(32) };

/** Names the canonical form: another one gets another name. */
const form = 'docfleet-audit-1';

/** What a row says, without its place in the chain. */
export type HashedRow = Omit<AuditRow, 'sealedAs' | 'prevHash' | 'hash'>;

/** The hash of a row as the one after `previous`: SHA-256 over the bytes of `previous.hash` and the row's canonical form. */
export function rowHash(previous: ChainPosition, row: HashedRow): Buffer {
  return createHash('sha256')
    .update(previous.hash)
    .update(canonicalForm(previous.position + 1n, row))
    .digest();
}

/** A JSON array with every column in a fixed order; the names of `detail` are sorted by code unit. */
function canonicalForm(position: bigint, row: HashedRow): string {
  return JSON.stringify([
    form,
    String(position),
    String(row.id),
    row.at,
    row.actorKeyId,
    row.actorSubject,
    row.actorIssuer,
    row.actorRole,
    row.tenantId,
    row.action,
    row.subject,
    row.address,
    row.status,
    sortedDetail(row.detail),
  ]);
}

function sortedDetail(detail: AuditDetail): readonly (readonly [string, unknown])[] {
  return Object.entries(detail).sort(([a], [b]) => (a < b ? -1 : 1));
}
