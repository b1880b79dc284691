import { createHmac, sign } from 'node:crypto';
import { minSecretBytes, type SigningKey } from './keys.ts';
import { isKeyId, writeProof } from './proof-header.ts';
import { signedBytes, type ProvenRecord } from './signed-bytes.ts';

/**
 * The value of the header `docfleet-proof` for a record. Sign right before sending: the broker must store the record
 * within the fleet's window (five minutes by default) of `atMs`.
 *
 * @throws RangeError for a key id that no header carries, a time that is no whole number of milliseconds, or a secret of
 *   less than 32 bytes
 */
export function signRecord(record: ProvenRecord, key: SigningKey, atMs: number): string {
  const { keyId, algorithm } = key;
  if (!isKeyId(keyId)) throw new RangeError('not an id of a key');
  if (!Number.isSafeInteger(atMs) || atMs < 0 || atMs > 999_999_999_999_999)
    throw new RangeError('not a time in milliseconds since the epoch');
  const claim = { keyId, algorithm, atMs };
  const bytes = signedBytes(record, claim);
  return writeProof({ ...claim, signature: signatureOf(bytes, key) });
}

function signatureOf(bytes: Buffer, key: SigningKey): Buffer {
  if (key.algorithm === 'ed25519') return sign(null, bytes, key.privateKey);
  if (key.secret.byteLength < minSecretBytes) throw new RangeError('a secret of less than 32 bytes');
  return createHmac('sha256', key.secret).update(bytes).digest();
}
