import { createHmac, hkdfSync } from 'node:crypto';

/** A key of the fleet that secrets of receivers are derived from. */
export interface SecretKey {
  readonly id: string;
  readonly bytes: Buffer;
}

const minKeyBytes = 32;
const secretBytes = 32;

/**
 * Parses `<id>=<base64>`, separated by commas; the first key makes new secrets, the others serve secrets that exist.
 * Undefined for any other text, for a key of less than 32 bytes and for an id that stands twice.
 */
export function parseSecretKeys(text: string): readonly SecretKey[] | undefined {
  const keys = text.split(',').map((entry) => {
    const [, id, base64] = /^([\w.-]{1,64})=([\w+/-]+={0,2})$/.exec(entry.trim()) ?? [];
    const bytes = Buffer.from(base64 ?? '', 'base64');
    return id === undefined || bytes.length < minKeyBytes ? undefined : { id, bytes };
  });
  const valid = keys.filter((key) => key !== undefined);
  return valid.length === keys.length && new Set(valid.map(({ id }) => id)).size === keys.length
    ? valid
    : undefined;
}

/** What a secret is derived from. None of it is secret but the key. */
export interface SecretSource {
  readonly secretId: string;
  readonly tenantId: string;
  /** Id of the key. */
  readonly keyId: string;
}

/**
 * The secret (HKDF-SHA-256, RFC 5869), so that no table holds it; undefined without its key. The tenant is part of it: a
 * row that names another tenant gives another secret.
 */
export function secretOf(
  { secretId, tenantId, keyId }: SecretSource,
  keys: readonly SecretKey[],
): Buffer | undefined {
  const key = keys.find(({ id }) => id === keyId);
  if (key === undefined) return undefined;
  return Buffer.from(hkdfSync('sha256', key.bytes, secretId, `docfleet webhook ${tenantId}`, secretBytes));
}

/** A secret as receivers keep it (Standard Webhooks). */
export function secretText(secret: Buffer): string {
  return `whsec_${secret.toString('base64')}`;
}

/**
 * The header `webhook-signature` (Standard Webhooks, v1: HMAC-SHA-256 over id, time and body), one signature for each
 * secret that is valid.
 */
export function signatureHeader(
  message: { readonly id: string; readonly timestamp: number; readonly body: string },
  secrets: readonly Buffer[],
): string {
  const { id, timestamp, body } = message;
  const signed = `${id}.${timestamp}.${body}`;
  return secrets
    .map((secret) => `v1,${createHmac('sha256', secret).update(signed).digest('base64')}`)
    .join(' ');
}
