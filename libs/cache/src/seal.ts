import { createHash } from 'node:crypto';

const digestBytes = 32;

/**
 * A value with a checksum over it and its key: a cache that answers with damaged bytes, or with the value of another
 * key, is found out.
 */
export function seal(key: string, value: string): Buffer {
  return Buffer.concat([digestOf(key, value), Buffer.from(value)]);
}

/** The value, or undefined when these are not the bytes that `seal` made for this key. */
export function unseal(key: string, sealed: Buffer): string | undefined {
  if (sealed.length < digestBytes) return undefined;
  const value = sealed.subarray(digestBytes).toString();
  return digestOf(key, value).equals(sealed.subarray(0, digestBytes)) ? value : undefined;
}

function digestOf(key: string, value: string): Buffer {
  return createHash('sha256')
    .update(JSON.stringify([key, value]))
    .digest();
}
