import { crc32 } from 'node:zlib';
import type { OffsetRange, WindowPosition } from './window.ts';

const version = 1;

/**
 * The finished set of a window as text for the commit's metadata: base64 of a version byte, a CRC-32 of what
 * follows, and alternating run lengths (open, finished, open, ...) from the committed offset on, as LEB128 numbers.
 * Empty for an empty set.
 */
export function encodeFinished(position: WindowPosition): string {
  if (position.finished.length === 0) return '';
  const lengths: bigint[] = [];
  let at = position.offset;
  for (const run of position.finished) {
    lengths.push(run.from - at, run.to - run.from);
    at = run.to;
  }
  const body = Buffer.from(lengths.flatMap(toLeb128));
  const head = Buffer.alloc(5);
  head.writeUInt8(version, 0);
  head.writeUInt32BE(crc32(body), 1);
  return Buffer.concat([head, body]).toString('base64');
}

/**
 * Reads what `encodeFinished` wrote. Undefined when the text is anything else: then nothing above the offset counts
 * as finished and is executed again, which is the safe direction.
 */
export function decodeFinished(offset: bigint, metadata: string): readonly OffsetRange[] | undefined {
  if (metadata === '') return [];
  const bytes = Buffer.from(metadata, 'base64');
  if (bytes.length < 5 || bytes[0] !== version) return undefined;
  const body = bytes.subarray(5);
  if (crc32(body) !== bytes.readUInt32BE(1)) return undefined;
  const lengths = fromLeb128(body);
  if (lengths === undefined || lengths.length % 2 !== 0) return undefined;
  const ranges: OffsetRange[] = [];
  let at = offset;
  for (let index = 0; index < lengths.length; index += 2) {
    const from = at + (lengths[index] ?? 0n);
    const to = from + (lengths[index + 1] ?? 0n);
    ranges.push({ from, to });
    at = to;
  }
  return ranges;
}

/** How many offsets at or above the committed one count as finished; 0 when the metadata cannot be read. */
export function countFinished(offset: bigint, metadata: string): bigint {
  const ranges = decodeFinished(offset, metadata) ?? [];
  return ranges.reduce((sum, { from, to }) => sum + (to - from), 0n);
}

function toLeb128(value: bigint): number[] {
  const bytes: number[] = [];
  let rest = value;
  do {
    const low = Number(rest & 0x7fn);
    rest >>= 7n;
    bytes.push(rest === 0n ? low : low | 0x80);
  } while (rest > 0n);
  return bytes;
}

function fromLeb128(bytes: Buffer): bigint[] | undefined {
  const values: bigint[] = [];
  let value = 0n;
  let shift = 0n;
  for (const byte of bytes) {
    value |= BigInt(byte & 0x7f) << shift;
    if ((byte & 0x80) === 0) {
      values.push(value);
      value = 0n;
      shift = 0n;
    } else {
      shift += 7n;
    }
  }
  return shift === 0n ? values : undefined;
}
