const seed = 0x9747b28c;
const mixer = 0x5bd1e995;

/**
 * 32-bit MurmurHash2 of a key, as a signed integer, with the seed that Java's Kafka client uses
 * (org.apache.kafka.common.utils.Utils.murmur2): a key must meet the same partition whoever wrote it.
 */
export function murmur2(key: Uint8Array): number {
  const view = new DataView(key.buffer, key.byteOffset, key.byteLength);
  const wholeWords = key.length - (key.length % 4);
  let hash = seed ^ key.length;
  for (let at = 0; at < wholeWords; at += 4) {
    let word = Math.imul(view.getInt32(at, true), mixer);
    word ^= word >>> 24;
    hash = Math.imul(hash, mixer) ^ Math.imul(word, mixer);
  }
  const rest = key.length - wholeWords;
  if (rest === 3) hash ^= view.getUint8(wholeWords + 2) << 16;
  if (rest >= 2) hash ^= view.getUint8(wholeWords + 1) << 8;
  if (rest >= 1) hash = Math.imul(hash ^ view.getUint8(wholeWords), mixer);
  hash ^= hash >>> 13;
  hash = Math.imul(hash, mixer);
  return hash ^ (hash >>> 15);
}

/** The partition of a key among `partitionCount`, as Java clients choose it. */
export function partitionOfKey(key: Uint8Array, partitionCount: number): number {
  return (murmur2(key) & 0x7fffffff) % partitionCount;
}
