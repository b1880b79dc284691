import { createHash } from 'node:crypto';

/**
 * SHA-256 (hex) over the documents found and their values: same input and versions, same hash (D-11). Ids, times and
 * object addresses are not part of it.
 */
export function resultHash(documents: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(documents)).digest('hex');
}
