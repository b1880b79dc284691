import type { ProofAlgorithm, ProofClaim } from './signed-bytes.ts';

/** Name of the record header that carries the proof. */
export const proofHeader = 'docfleet-proof';

/** A proof as its header states it; nothing of it is verified. */
export interface Proof extends ProofClaim {
  readonly signature: Buffer;
}

/** Ids of keys: 1 to 64 letters, digits, dots, underscores and dashes, the first a letter or digit. */
const keyIdPattern = '[A-Za-z0-9][A-Za-z0-9._-]{0,63}';

export function isKeyId(text: string): boolean {
  return new RegExp(`^${keyIdPattern}$`).test(text);
}

/** One spelling for each proof: order, digits without leading zeros, unpadded base64url. */
const header = new RegExp(
  `^v1;kid=(${keyIdPattern});alg=(ed25519|hmac-sha256);at=(0|[1-9]\\d{0,14});sig=([A-Za-z0-9_-]{43,86})$`,
);

const signatureBytes: Readonly<Record<ProofAlgorithm, number>> = { ed25519: 64, 'hmac-sha256': 32 };

/** `v1;kid=<key id>;alg=<algorithm>;at=<milliseconds>;sig=<base64url>`. */
export function writeProof({ keyId, algorithm, atMs, signature }: Proof): string {
  return `v1;kid=${keyId};alg=${algorithm};at=${atMs};sig=${signature.toString('base64url')}`;
}

/** Undefined for every text that `writeProof` would not have written. */
export function parseProof(text: string): Proof | undefined {
  const [, keyId, algorithm, at, encoded] = header.exec(text) ?? [];
  if (keyId === undefined || at === undefined || encoded === undefined) return undefined;
  const proof: Proof = {
    keyId,
    algorithm: algorithm === 'ed25519' ? 'ed25519' : 'hmac-sha256',
    atMs: Number(at),
    signature: Buffer.from(encoded, 'base64url'),
  };
  const isCanonical =
    proof.signature.byteLength === signatureBytes[proof.algorithm] && writeProof(proof) === text;
  return isCanonical ? proof : undefined;
}
