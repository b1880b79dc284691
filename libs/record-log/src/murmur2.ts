/**
 * Partition of a key among `count`, as Java's default partitioner chooses it: murmur2 of the bytes without its sign
 * bit, modulo `count` (org.apache.kafka.common.utils.Utils#murmur2).
 */
export function murmur2Partition(key: Buffer, count: number): number {
  return (murmur2(key) & 0x7fffffff) % count;
}

const seed = 0x9747b28c;
const mix = 0x5bd1e995;

/** The 32-bit hash, signed as in Java. */
export function murmur2(bytes: Buffer): number {
  let hash = seed ^ bytes.length;
  const wholeWords = bytes.length & ~3;
  for (let at = 0; at < wholeWords; at += 4) {
    let word = Math.imul(bytes.readInt32LE(at), mix);
    word = Math.imul(word ^ (word >>> 24), mix);
    hash = Math.imul(hash, mix) ^ word;
  }
  const rest = bytes.length - wholeWords;
  if (rest > 0) hash = Math.imul(hash ^ bytes.readUIntLE(wholeWords, rest), mix);
  hash = Math.imul(hash ^ (hash >>> 13), mix);
  return hash ^ (hash >>> 15);
}
