import { createHmac, timingSafeEqual, verify } from 'node:crypto';
import type { ProofKey } from './keys.ts';
import { parseProof, type Proof } from './proof-header.ts';
import { signedBytes, type ProofAlgorithm, type ProvenRecord } from './signed-bytes.ts';

/** Why a record proves nothing. */
export type ProofProblem =
  'missing' | 'malformed' | 'outside-window' | 'unknown-key' | 'key-not-valid' | 'wrong-signature';

export interface VerifyOptions {
  readonly record: ProvenRecord;
  /** The record's header `docfleet-proof`. */
  readonly header: string | undefined;
  /** When the broker stored the record, in milliseconds since the epoch. */
  readonly storedAtMs: number;
  /** How far the time of signing may be from that, in milliseconds. */
  readonly windowMs: number;
  /** The key of the record's tenant; undefined when it has none of this id for this algorithm. */
  readonly keyOf: (keyId: string, algorithm: ProofAlgorithm) => ProofKey | undefined;
}

/** Undefined when the record is proven. */
export function verifyRecord(options: VerifyOptions): ProofProblem | undefined {
  const { record, header, storedAtMs, windowMs, keyOf } = options;
  if (header === undefined) return 'missing';
  const proof = parseProof(header);
  if (proof === undefined) return 'malformed';
  if (Math.abs(storedAtMs - proof.atMs) > windowMs) return 'outside-window';
  const key = keyOf(proof.keyId, proof.algorithm);
  if (key?.algorithm !== proof.algorithm) return 'unknown-key';
  if (storedAtMs < key.notBeforeMs || (key.notAfterMs !== null && storedAtMs >= key.notAfterMs))
    return 'key-not-valid';
  return isSignedBy(key, record, proof) ? undefined : 'wrong-signature';
}

function isSignedBy(key: ProofKey, record: ProvenRecord, proof: Proof): boolean {
  const bytes = signedBytes(record, proof);
  if (key.algorithm === 'ed25519') return verify(null, bytes, key.publicKey, proof.signature);
  const expected = createHmac('sha256', key.secret).update(bytes).digest();
  return timingSafeEqual(expected, proof.signature);
}
