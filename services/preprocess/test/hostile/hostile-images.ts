import { crc32, deflateSync } from 'node:zlib';
import sharp from 'sharp';
import type { HostileFile } from './hostile-file.ts';

const signature = Buffer.from('89504e470d0a1a0a', 'hex');

function chunk(type: string, content: Buffer): Buffer {
  const typed = Buffer.concat([Buffer.from(type, 'latin1'), content]);
  const framed = Buffer.alloc(typed.length + 8);
  framed.writeUInt32BE(content.length, 0);
  typed.copy(framed, 4);
  framed.writeUInt32BE(crc32(typed), typed.length + 4);
  return framed;
}

/** A grey 8-bit PNG that claims this size and holds these rows, each with its filter byte. */
function png(widthPx: number, heightPx: number, rows: Buffer, extra: readonly Buffer[] = []): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(widthPx, 0);
  header.writeUInt32BE(heightPx, 4);
  header.set([8, 0, 0, 0, 0], 8);
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    ...extra,
    chunk('IDAT', deflateSync(rows)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

/** A white picture with a black bar, as PNG rows. */
function picture(widthPx: number, heightPx: number): Buffer {
  const row = Buffer.concat([Buffer.from([0]), Buffer.alloc(widthPx, 255)]);
  row.fill(0, 20, 40);
  return Buffer.concat(Array.from({ length: heightPx }, () => row));
}

/** A TIFF header whose first directory names itself as the next one. */
function tiffLoop(): Buffer {
  const file = Buffer.alloc(8 + 2 + 12 + 4);
  file.write('II*\0', 'latin1');
  file.writeUInt32LE(8, 4);
  file.writeUInt16LE(1, 8);
  file.writeUInt16LE(256, 10);
  file.writeUInt16LE(3, 12);
  file.writeUInt32LE(1, 14);
  file.writeUInt32LE(100, 18);
  file.writeUInt32LE(8, 22);
  return file;
}

/** A JPEG whose header claims 65,500 pixels a side. */
function claimingJpeg(jpeg: Buffer): Buffer {
  const claimed = Buffer.from(jpeg);
  // Baseline frame header: marker, length, precision, then height and width.
  const frame = claimed.indexOf(Buffer.from('ffc0', 'hex'));
  claimed.writeUInt16BE(65_500, frame + 5);
  claimed.writeUInt16BE(65_500, frame + 7);
  return claimed;
}

export async function hostileImages(): Promise<readonly HostileFile[]> {
  const whole = png(600, 400, picture(600, 400));
  const jpeg = await sharp(whole).jpeg().toBuffer();
  const badSum = Buffer.from(whole);
  badSum.writeUInt32BE(0, signature.length + 21);
  return [
    { name: 'zero-bytes.jpg', bytes: Buffer.alloc(0), expected: 'DOC_EMPTY' },
    { name: 'one-byte.png', bytes: Buffer.from([0x89]), expected: 'UNSUPPORTED_TYPE' },
    { name: 'half.jpg', bytes: jpeg.subarray(0, jpeg.length / 2), expected: 'DOC_CORRUPT' },
    { name: 'header-only.jpg', bytes: jpeg.subarray(0, 100), expected: 'DOC_CORRUPT' },
    { name: 'claims-65500.jpg', bytes: claimingJpeg(jpeg), expected: 'PAGE_TOO_LARGE' },
    { name: 'half.png', bytes: whole.subarray(0, whole.length / 2), expected: 'DOC_CORRUPT' },
    { name: 'claims-60000.png', bytes: png(60_000, 60_000, Buffer.alloc(16)), expected: 'PAGE_TOO_LARGE' },
    { name: 'wrong-check-sum.png', bytes: badSum, expected: 'DOC_CORRUPT' },
    { name: 'one-pixel.png', bytes: png(1, 1, Buffer.alloc(2)), expected: 'DOC_EMPTY' },
    { name: '1-x-65000.png', bytes: png(1, 65_000, Buffer.alloc(130_000)), expected: 'DOC_EMPTY' },
    {
      name: 'comment-of-64-mb.png',
      bytes: png(600, 400, picture(600, 400), [
        chunk(
          'zTXt',
          Buffer.concat([Buffer.from('Comment\0\0'), deflateSync(Buffer.alloc(64 * 1024 * 1024, 'x'))]),
        ),
      ]),
      expected: 'processed',
    },
    { name: 'directory-in-itself.tif', bytes: tiffLoop(), expected: 'DOC_CORRUPT' },
    { name: 'jpeg-named.pdf', bytes: jpeg, expected: 'processed' },
    {
      name: 'html-named.pdf',
      bytes: Buffer.from('<!DOCTYPE html><html></html>'),
      expected: 'UNSUPPORTED_TYPE',
    },
    {
      name: 'zip-named.pdf',
      bytes: Buffer.from('504b0304140000000000', 'hex'),
      expected: 'UNSUPPORTED_TYPE',
    },
    {
      name: 'program-named.png',
      bytes: Buffer.from('\x7fELF\x02\x01\x01', 'latin1'),
      expected: 'UNSUPPORTED_TYPE',
    },
    {
      name: 'outside-entity.svg',
      bytes: Buffer.from(
        '<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]><svg>&x;</svg>',
      ),
      expected: 'UNSUPPORTED_TYPE',
    },
  ];
}
