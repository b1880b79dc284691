import { FailureError } from '@docfleet/domain';

/** Supported media types (D-01). */
export const mediaTypes = ['application/pdf', 'image/png', 'image/jpeg', 'image/tiff', 'image/webp'] as const;
export type MediaType = (typeof mediaTypes)[number];

/** A PDF header may be anywhere in the first kilobyte (ISO 32000-1, annex H.3.4.1). */
const pdfHeaderWindow = 1024;

const startsWith = (bytes: Uint8Array, ...values: readonly number[]): boolean =>
  values.every((value, index) => bytes[index] === value);

/**
 * Detects the type of a document by its content; file names and declared types are ignored.
 *
 * Hand-written, because general detectors such as `file-type` find a PDF header at the first byte only, not a displaced
 * or damaged one, and would parse untrusted bytes of a hundred formats in the process that serves all tenants.
 *
 * @throws FailureError `DOC_EMPTY` for no bytes or only white space, `UNSUPPORTED_TYPE` for every other type
 */
export function detectMediaType(bytes: Uint8Array): MediaType {
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
  throw new FailureError('UNSUPPORTED_TYPE', unsupportedType(head));
}

/** A PDF with a damaged header still has objects or a trailer; rendering decides whether it can be opened. */
function looksLikeDamagedPdf(head: Buffer, bytes: Uint8Array): boolean {
  if (/^\d+ \d+ obj\b/m.test(head.toString('latin1'))) return true;
  const tail = Buffer.from(bytes.subarray(-pdfHeaderWindow)).toString('latin1');
  return tail.includes('startxref') || tail.includes('%%EOF');
}

function isBlank(bytes: Uint8Array): boolean {
  // Longer files of white space end as UNSUPPORTED_TYPE, so that not every byte has to be read.
  return bytes.byteLength <= 65_536 && bytes.every((byte) => byte === 0x20 || (byte >= 0x09 && byte <= 0x0d));
}

/** The media type of common unsupported files, for the failure details. */
function unsupportedType(head: Buffer): { mediaType?: string } {
  const text = head.toString('latin1').trimStart().toLowerCase();
  if (text.startsWith('gif8')) return { mediaType: 'image/gif' };
  if (text.startsWith('pk\u0003\u0004')) return { mediaType: 'application/zip' };
  if (text.startsWith('\u007felf')) return { mediaType: 'application/x-elf' };
  if (head.toString('latin1', 4, 8) === 'ftyp') return { mediaType: 'image/avif' };
  if (text.startsWith('<!doctype html') || text.startsWith('<html')) return { mediaType: 'text/html' };
  if (text.includes('<svg')) return { mediaType: 'image/svg+xml' };
  return {};
}
