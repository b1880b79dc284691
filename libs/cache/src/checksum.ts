import { createHash } from 'node:crypto';

const digestBytes = 32;

/**
 * A value with a checksum over it and its key, so that damaged bytes and the value of another key are detected.
 */
export function addChecksum(key: string, value: string): Buffer {
  return Buffer.concat([digestOf(key, value), Buffer.from(value)]);
}

/** The value, or undefined when these are not the bytes that `addChecksum` made for this key. */
export function verifyChecksum(key: string, stored: Buffer): string | undefined {
  if (stored.length < digestBytes) return undefined;
  const value = stored.subarray(digestBytes).toString();
  return digestOf(key, value).equals(stored.subarray(0, digestBytes)) ? value : undefined;
}

function digestOf(key: string, value: string): Buffer {
  return createHash('sha256')
    .update(JSON.stringify([key, value]))
    .digest();
}
