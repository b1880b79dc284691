import { FailureError } from '@docfleet/domain';

/** What can be read (D-01). */
export const mediaTypes = ['application/pdf', 'image/png', 'image/jpeg', 'image/tiff', 'image/webp'] as const;
export type MediaType = (typeof mediaTypes)[number];

/** Readers accept a PDF header anywhere in the first kilobyte (ISO 32000-1, annex H.3.4.1). */
const pdfHeaderWindow = 1024;

const startsWith = (bytes: Uint8Array, ...values: readonly number[]): boolean =>
  values.every((value, index) => bytes[index] === value);

/**
 * The type of a document by its content; names and declared types are never asked. Throws `DOC_EMPTY` for nothing
 * or white space, `UNSUPPORTED_TYPE` for everything that cannot be read.
 *
 * Five signatures of our own instead of a general detector: no parser of a hundred formats meets untrusted bytes in
 * the process that serves everybody.
 */
export function sniffMediaType(bytes: Uint8Array): MediaType {
  if (isBlank(bytes)) throw new FailureError('DOC_EMPTY', { actual: bytes.byteLength });
  if (startsWith(bytes, 0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)) return 'image/png';
  if (startsWith(bytes, 0xff, 0xd8, 0xff)) return 'image/jpeg';
  if (startsWith(bytes, 0x49, 0x49, 0x2a, 0x00) || startsWith(bytes, 0x4d, 0x4d, 0x00, 0x2a))
    return 'image/tiff';
  if (startsWith(bytes, 0x49, 0x49, 0x2b, 0x00) || startsWith(bytes, 0x4d, 0x4d, 0x00, 0x2b))
    return 'image/tiff';
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.byteLength, pdfHeaderWindow + 8));
  if (head.toString('latin1', 0, 4) === 'RIFF' && head.toString('latin1', 8, 12) === 'WEBP')
    return 'image/webp';
  if (head.includes('%PDF-', 0, 'latin1') || looksLikeDamagedPdf(head, bytes)) return 'application/pdf';
  throw new FailureError('UNSUPPORTED_TYPE', knownAs(head));
}

/** A PDF whose header is damaged still has its objects or its trailer; the reader decides what is left of it. */
function looksLikeDamagedPdf(head: Buffer, bytes: Uint8Array): boolean {
  if (/^\d+ \d+ obj\b/m.test(head.toString('latin1'))) return true;
  const tail = Buffer.from(bytes.subarray(-pdfHeaderWindow)).toString('latin1');
  return tail.includes('startxref') || tail.includes('%%EOF');
}

function isBlank(bytes: Uint8Array): boolean {
  // Only short files are looked through: a long one of spaces is no type that can be read anyway.
  return bytes.byteLength <= 65_536 && bytes.every((byte) => byte === 0x20 || (byte >= 0x09 && byte <= 0x0d));
}

/** Names the common wrong types, so that the caller is told what was sent. */
function knownAs(head: Buffer): { mediaType?: string } {
  const text = head.toString('latin1').trimStart().toLowerCase();
  if (text.startsWith('gif8')) return { mediaType: 'image/gif' };
  if (text.startsWith('pk\u0003\u0004')) return { mediaType: 'application/zip' };
  if (text.startsWith('\u007felf')) return { mediaType: 'application/x-elf' };
  if (head.toString('latin1', 4, 8) === 'ftyp') return { mediaType: 'image/avif' };
  if (text.startsWith('<!doctype html') || text.startsWith('<html')) return { mediaType: 'text/html' };
  if (text.includes('<svg')) return { mediaType: 'image/svg+xml' };
  return {};
}
