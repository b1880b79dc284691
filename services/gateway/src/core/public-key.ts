import type { TenantKey } from '@docfleet/contracts';
import { isTime, isoOf } from '@docfleet/domain';
import { fleetKeyPrefix, isKeyId, readPublicKey, writePublicKey } from '@docfleet/tenant-proof';
import { z } from 'zod';
import { tenantIdText } from './tenant-id.ts';

const instant = z.iso.datetime();

export const publicKeySchema = z
  .object({
    keyId: z.string(),
    publicKey: z.string().describe('Ed25519: its 32 bytes in base64url.'),
    notBefore: instant.describe('It proves records that the broker stored then or later.'),
    notAfter: instant.nullable().describe('It proves nothing from then on; null: without end.'),
    createdAt: instant,
    createdBy: z.string().nullable().describe('keyId of the API key that added it.'),
    revokedAt: instant.nullable(),
  })
  .meta({ id: 'PublicKey' });

export const publicKeyListSchema = z.object({ keys: z.array(publicKeySchema) }).meta({ id: 'PublicKeyList' });

export const publicKeyParams = z.object({
  tenantId: tenantIdText,
  keyId: z.string().max(64).refine(isKeyId, 'not the id of a key'),
});

/** Offsets can move a time out of the years that are written with four digits. */
const time = z.iso
  .datetime({ offset: true })
  .refine((text) => isTime(Date.parse(text)), 'a time in the years 1970 to 9999 (UTC)');

/** PEM, as `openssl pkey -pubout` prints it, or the 32 bytes in base64url. */
const publicKey = z
  .string()
  .max(500)
  .refine(isPublicKey, 'an Ed25519 public key: PEM, or 32 bytes in base64url')
  .describe('Ed25519: PEM, or 32 bytes in base64url.');

export const newPublicKeySchema = z
  .strictObject({
    keyId: z
      .string()
      .max(64)
      .refine(
        (text) => isKeyId(text) && !text.startsWith(fleetKeyPrefix),
        `letters, digits, dot, underscore and dash, not beginning with a sign or with ${fleetKeyPrefix}`,
      )
      .describe('The name that records are signed under. It is used once, also after the key was revoked.'),
    publicKey,
    notBefore: time.optional().describe('Default: now.'),
    notAfter: time.optional().describe('Default: without end.'),
  })
  .refine(
    ({ notBefore, notAfter }) =>
      notBefore === undefined || notAfter === undefined || Date.parse(notBefore) < Date.parse(notAfter),
    'notBefore must be earlier than notAfter',
  );

/** `bucket`, or `bucket/folder`. */
const source = z
  .string()
  .max(1_100)
  .regex(
    /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](?:\/(?!\.{1,2}(?:\/|$))[^\\\p{Cc}\p{Cs}/]+)*\/?$/u,
    'a bucket, or bucket/folder without empty parts, dots as parts, backslashes and control characters',
  );

export const sourcesSchema = z.strictObject({
  sources: z
    .array(source)
    .max(100)
    .nullable()
    .describe(
      'Buckets, or folders of buckets, that documents may be read from besides the uploads; null: as the fleet is configured.',
    ),
});

export const dropFolderSchema = z
  .strictObject({
    folder: source
      .nullable()
      .describe(
        'Bucket, or bucket/folder, of which every object becomes a job of the tenant; null: none. It must be in its sources.',
      ),
  })
  .meta({ id: 'DropFolder' });

function isPublicKey(text: string): boolean {
  try {
    readPublicKey(text);
    return true;
  } catch {
    return false;
  }
}

/** The 32 bytes of a key that was accepted, in base64url. */
export function plainKey(text: string): string {
  return writePublicKey(readPublicKey(text));
}

export function publicKeyOf(key: TenantKey): z.infer<typeof publicKeySchema> {
  const { keyId, publicKey: text, notBefore, notAfter, createdAt, createdBy, revokedAt } = key;
  const isoOrNull = (time: number | null): string | null => (time === null ? null : isoOf(time));
  return {
    keyId,
    publicKey: text,
    notBefore: isoOf(notBefore),
    notAfter: isoOrNull(notAfter),
    createdAt: isoOf(createdAt),
    createdBy,
    revokedAt: isoOrNull(revokedAt),
  };
}
