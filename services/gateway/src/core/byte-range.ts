import type { ByteRange } from '@docfleet/domain';

export interface RangeRequest {
  /** The header `Range`. */
  readonly range: string | undefined;
  /** The header `If-Range`. */
  readonly ifRange: string | undefined;
  /** Entity tag of the object, quoted. */
  readonly etag: string | undefined;
  readonly sizeBytes: number;
}

/**
 * The bytes that a request asks for (RFC 9110, 14): undefined means all of them, because there is no range, it is of
 * another unit, not valid, several ranges, or of another version of the object (`If-Range`). Several ranges may be answered
 * by the whole.
 */
export function requestedBytes(request: RangeRequest): ByteRange | 'unsatisfiable' | undefined {
  const { range, ifRange, etag, sizeBytes } = request;
  if (range === undefined) return undefined;
  // A date never matches: no answer says when an object was changed. A weak tag does not name bytes.
  if (ifRange !== undefined && (ifRange !== etag || ifRange.startsWith('W/'))) return undefined;
  const [, from = '', to = ''] = /^bytes=[ \t]*(\d{0,15})-(\d{0,15})[ \t]*$/i.exec(range) ?? [];
  if (from === '' && to === '') return undefined;
  if (from === '') {
    const count = Math.min(Number(to), sizeBytes);
    return count === 0 ? 'unsatisfiable' : { first: sizeBytes - count, last: sizeBytes - 1 };
  }
  const [first, last] = [Number(from), to === '' ? sizeBytes - 1 : Number(to)];
  if (to !== '' && last < first) return undefined;
  if (first >= sizeBytes) return 'unsatisfiable';
  return { first, last: Math.min(last, sizeBytes - 1) };
}

/** Whether a header `If-None-Match` names the entity tag, compared weakly. */
export function matchesTag(ifNoneMatch: string | undefined, etag: string | undefined): boolean {
  if (ifNoneMatch === undefined || etag === undefined) return false;
  if (ifNoneMatch.trim() === '*') return true;
  return ifNoneMatch.split(',').some((tag) => opaque(tag.trim()) === opaque(etag));
}

function opaque(tag: string): string {
  return tag.startsWith('W/') ? tag.slice(2) : tag;
}
