import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';

/** When a key proves anything, by the time at which the broker stored the record. */
export interface Validity {
  /** Milliseconds since the epoch; from then on. */
  readonly notBeforeMs: number;
  /** Milliseconds since the epoch; no longer from then on. Null: without end. */
  readonly notAfterMs: number | null;
}

/** A key that proofs are verified with. */
export type ProofKey = Validity &
  (
    | { readonly algorithm: 'ed25519'; readonly publicKey: KeyObject }
    | { readonly algorithm: 'hmac-sha256'; readonly secret: Uint8Array }
  );

/** A key that records are signed with. */
export type SigningKey = { readonly keyId: string } & (
  | { readonly algorithm: 'ed25519'; readonly privateKey: KeyObject }
  | { readonly algorithm: 'hmac-sha256'; readonly secret: Uint8Array }
);

/** Shortest secret, in bytes: that of the digest (RFC 2104, section 3). */
export const minSecretBytes = 32;

/** An Ed25519 private key in PEM (`openssl genpkey -algorithm ed25519`). @throws Error for anything else */
export function readPrivateKey(pem: string): KeyObject {
  return ed25519(createPrivateKey(pem));
}

/**
 * An Ed25519 public key: PEM (`openssl pkey -pubout`), or its 32 bytes in base64url.
 *
 * @throws Error for anything else
 */
export function readPublicKey(text: string): KeyObject {
  if (text.startsWith('-----BEGIN PUBLIC KEY-----')) return ed25519(createPublicKey(text));
  if (!/^[A-Za-z0-9_-]{43}$/.test(text)) throw new Error('not an Ed25519 public key');
  return createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: text }, format: 'jwk' });
}

/** The 32 bytes of a public key, or of the one that belongs to a private key, in base64url. */
export function writePublicKey(key: KeyObject): string {
  const { x } = key.export({ format: 'jwk' });
  if (x === undefined) throw new Error('not an Ed25519 key');
  return x;
}

function ed25519(key: KeyObject): KeyObject {
  if (key.asymmetricKeyType !== 'ed25519') throw new Error('not an Ed25519 key');
  return key;
}
