import type { ApiKey, Tenant } from '@docfleet/contracts';
import { fleetRoles, isDisplayName, isoOf, roles, tenantRoles } from '@docfleet/domain';
import { z } from 'zod';
import { queryInteger } from './query-integer.ts';

const instant = z.iso.datetime();
const maxNameLength = 100;
const displayName = z
  .string()
  .trim()
  .min(1)
  .max(maxNameLength)
  .refine(isDisplayName, 'one line of text without control characters and marks of its direction');
const keyName = displayName.optional().describe('For people, to tell keys apart.');

export const tenantSchema = z
  .object({
    tenantId: z.string(),
    name: z.string(),
    createdAt: instant,
    suspendedAt: instant
      .nullable()
      .describe('Null: active. The keys and records of a suspended tenant are refused.'),
    sources: z
      .array(z.string())
      .nullable()
      .describe(
        'Buckets, or folders of buckets, that its documents may be read from; null: as the fleet is configured.',
      ),
  })
  .meta({ id: 'Tenant' });

export const tenantListSchema = z.object({ tenants: z.array(tenantSchema) }).meta({ id: 'TenantList' });

export const newTenantSchema = z.strictObject({
  tenantId: z
    .string()
    .regex(
      /^[a-z0-9][a-z0-9._-]{0,62}$/,
      'up to 63 of a-z, 0-9, dot, underscore and dash, not starting with a sign',
    ),
  name: displayName.optional().describe('Default: the id.'),
});

export const keySchema = z
  .object({
    keyId: z.string(),
    tenantId: z.string().nullable().describe('Null for keys of fleet roles.'),
    role: z.enum(roles),
    name: z.string().nullable(),
    prefix: z.string().describe('First characters of the key.'),
    createdAt: instant,
    createdBy: z.string().nullable().describe('keyId of the key that made it.'),
    expiresAt: instant.nullable().describe('A rotated key is refused from then on.'),
    lastUsedAt: instant.nullable().describe('To the minute.'),
    revokedAt: instant.nullable(),
  })
  .meta({ id: 'ApiKey' });

export const keyListSchema = z.object({ keys: z.array(keySchema) }).meta({ id: 'ApiKeyList' });

export const issuedKeySchema = keySchema
  .extend({ key: z.string().describe('The key itself. It is not stored and cannot be shown again.') })
  .meta({ id: 'IssuedApiKey' });

export const newTenantKeySchema = z.strictObject({ role: z.enum(tenantRoles), name: keyName });
export const newFleetKeySchema = z.strictObject({ role: z.enum(fleetRoles), name: keyName });

const daySeconds = 86_400;

export const rotationQuery = z.object({
  graceSeconds: queryInteger({ min: 0, max: 30 * daySeconds, byDefault: daySeconds }).describe(
    'Time that the old key remains valid.',
  ),
});

export function tenantOf(tenant: Tenant): z.infer<typeof tenantSchema> {
  const { tenantId, name, createdAt, suspendedAt, sources } = tenant;
  return {
    tenantId,
    name,
    createdAt: isoOf(createdAt),
    suspendedAt: isoOrNull(suspendedAt),
    sources: sources === null ? null : [...sources],
  };
}

export function keyOf(key: ApiKey): z.infer<typeof keySchema> {
  return {
    ...key,
    createdAt: isoOf(key.createdAt),
    expiresAt: isoOrNull(key.expiresAt),
    lastUsedAt: isoOrNull(key.lastUsedAt),
    revokedAt: isoOrNull(key.revokedAt),
  };
}

function isoOrNull(time: number | null): string | null {
  return time === null ? null : isoOf(time);
}
