import { describe, expect, it } from 'vitest';
import { detectMediaType } from './media-type.ts';

const bytes = (...parts: readonly (string | readonly number[])[]): Buffer =>
  Buffer.concat(
    parts.map((part) => (typeof part === 'string' ? Buffer.from(part, 'latin1') : Buffer.from(part))),
  );

describe('detectMediaType (D-01)', () => {
  it.each([
    ['application/pdf', bytes('%PDF-1.7\n')],
    ['application/pdf', bytes('junk before the header\n%PDF-1.4\n')],
    ['application/pdf', bytes('UPDF-1\n1 0 obj\n<<>>')],
    ['application/pdf', bytes('no header at all', ' '.repeat(3000), 'startxref\n9\n%%EOF')],
    ['application/pdf', bytes('PK\u0003\u0004', '%PDF-1.4')],
    ['image/png', bytes([0x89], 'PNG\r\n', [0x1a], '\n')],
    ['image/jpeg', bytes([0xff, 0xd8, 0xff, 0xe0], 'JFIF')],
    ['image/tiff', bytes('II', [0x2a, 0])],
    ['image/tiff', bytes('MM', [0, 0x2a])],
    ['image/tiff', bytes('II', [0x2b, 0])],
    ['image/webp', bytes('RIFF', [0, 0, 0, 0], 'WEBPVP8 ')],
  ])('detects %s', (mediaType, content) => {
    expect(detectMediaType(content)).toBe(mediaType);
  });

  it.each([
    ['image/gif', bytes('GIF89a')],
    ['application/zip', bytes('PK\u0003\u0004')],
    ['application/x-elf', bytes([0x7f], 'ELF')],
    ['image/avif', bytes([0, 0, 0, 0x20], 'ftypavif')],
    ['text/html', bytes('  <!DOCTYPE html>')],
    ['image/svg+xml', bytes('<?xml version="1.0"?><svg/>')],
    [undefined, bytes('just text')],
  ])('rejects %s', (mediaType, content) => {
    const details = mediaType === undefined ? {} : { mediaType };
    expect(() => detectMediaType(content)).toThrow(
      expect.objectContaining({ code: 'UNSUPPORTED_TYPE', details }),
    );
  });

  it.each([bytes(), bytes(' \r\n\t ')])('rejects %j as empty', (content) => {
    expect(() => detectMediaType(content)).toThrow(expect.objectContaining({ code: 'DOC_EMPTY' }));
  });
});
