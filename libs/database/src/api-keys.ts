import { createHash, randomBytes, randomUUID } from 'node:crypto';
import type { Role } from '@docfleet/domain';
import { guard } from './database-failure.ts';
import type { Session } from './open-database.ts';

/** The tenant and role of a key. */
export interface KeyHolder {
  readonly keyId: string;
  readonly tenantId: string;
  readonly role: Role;
}

export interface NewApiKey {
  readonly tenantId: string;
  readonly role: Role;
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** A given key, for development; default: a random one. */
  readonly key?: string;
}

/** Keys of the API. Only digests are stored, so a key can be shown only once. */
export interface ApiKeys {
  /** Creates the tenant if there is none. Creating an existing key changes nothing. Returns the key. */
  create(key: NewApiKey): Promise<string>;
  /** Undefined for an unknown or revoked key. */
  find(hash: string): Promise<KeyHolder | undefined>;
  revoke(keyId: string, at: number): Promise<void>;
}

/** What is stored of a key: SHA-256, lower-case hex. */
export function hashApiKey(key: string): string {
  return createHash('sha256').update(key).digest('hex');
}

const prefixLength = 8;

export function apiKeysIn(session: Session): ApiKeys {
  return {
    create: ({ tenantId, role, at, key = `df_${randomBytes(32).toString('base64url')}` }) =>
      guard(async () => {
        const createdAt = new Date(at);
        await session
          .insertInto('tenants')
          .values({ tenantId, name: tenantId, createdAt })
          .onConflict((conflict) => conflict.column('tenantId').doNothing())
          .execute();
        await session
          .insertInto('apiKeys')
          .values({
            keyId: randomUUID(),
            tenantId,
            role,
            prefix: key.slice(0, prefixLength),
            hash: hashApiKey(key),
            createdAt,
            revokedAt: null,
          })
          .onConflict((conflict) => conflict.column('hash').doNothing())
          .execute();
        return key;
      }),
    find: (hash) =>
      guard(() =>
        session
          .selectFrom('apiKeys')
          .select(['keyId', 'tenantId', 'role'])
          .where('hash', '=', hash)
          .where('revokedAt', 'is', null)
          .executeTakeFirst(),
      ),
    revoke: (keyId, at) =>
      guard(async () => {
        await session
          .updateTable('apiKeys')
          .set({ revokedAt: new Date(at) })
          .where('keyId', '=', keyId)
          .where('revokedAt', 'is', null)
          .execute();
      }),
  };
}
