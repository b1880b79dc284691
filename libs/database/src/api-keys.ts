import { createHash, randomBytes, randomUUID } from 'node:crypto';
import type { ApiKey } from '@docfleet/contracts';
import type { KeyScope } from '@docfleet/domain';
import { sql } from 'kysely';
import { guard } from './database-failure.ts';
import { instant } from './instant.ts';
import type { Session } from './open-database.ts';

/** Somebody whom an identity provider or an authority of certificates names. */
export interface Identity {
  /** The provider's URL, or the name of the authority. */
  readonly issuer: string;
  /** Who it is there. */
  readonly subject: string;
}

/** Who makes a call: the holder of an API key, of a token, or of a client certificate. */
export type KeyHolder = KeyScope & {
  /** Names the caller in what it makes: the id of its key, or subject and issuer where it has none. */
  readonly keyId: string;
  /** Absent for API keys. */
  readonly identity?: Identity | undefined;
  /** The address that the call came from; absent outside of calls. */
  readonly address?: string | undefined;
};

export type NewApiKey = KeyScope & {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly name?: string | undefined;
  /** keyId of the key that makes it. */
  readonly by?: string | undefined;
};

/** Keys of the API. Only digests are stored, so a key can be shown only once. */
export interface ApiKeys {
  /** Returns the key, which is not stored, and its id. The tenant must exist. */
  issue(key: NewApiKey): Promise<{ readonly key: string; readonly keyId: string }>;
  /** Stores a given key, and creates its tenant if there is none. An existing key is not changed. */
  ensure(key: NewApiKey, given: string): Promise<void>;
  /** Undefined for an unknown, expired or revoked key. */
  find(hash: string, now: number): Promise<FoundKey | undefined>;
  /** Keys of a tenant, or with null those of fleet roles, oldest first. */
  list(tenantId: string | null): Promise<readonly ApiKey[]>;
  /** Undefined also for a key of another tenant. */
  describe(tenantId: string | null, keyId: string): Promise<ApiKey | undefined>;
  /** Reads one as `describe` does, and locks it until the transaction ends. */
  lock(tenantId: string | null, keyId: string): Promise<ApiKey | undefined>;
  /** Ends a key at a time; one that ends earlier is not changed. */
  expire(keyId: string, at: number): Promise<void>;
  /** Ends a key now; a revoked one is not changed. */
  revoke(keyId: string, at: number): Promise<void>;
  /** Stores when keys were last used. */
  noteUses(uses: ReadonlyMap<string, number>): Promise<void>;
}

/** The holder of a key, and whether its tenant is suspended. */
export interface FoundKey {
  readonly holder: KeyHolder;
  readonly suspended: boolean;
}

/** What is stored of a key: SHA-256, lower-case hex. */
export function hashApiKey(key: string): string {
  return createHash('sha256').update(key).digest('hex');
}

const prefixLength = 8;

/** All that may be shown: every column but the hash. */
const described = [
  'keyId',
  'tenantId',
  'role',
  'prefix',
  'name',
  'createdAt',
  'createdBy',
  'expiresAt',
  'lastUsedAt',
  'revokedAt',
] as const;

export function apiKeysIn(session: Session): ApiKeys {
  const rowOf = ({ tenantId, role, at, name, by }: NewApiKey, key: string) => ({
    keyId: randomUUID(),
    tenantId,
    role,
    prefix: key.slice(0, prefixLength),
    hash: hashApiKey(key),
    name: name ?? null,
    createdAt: new Date(at),
    createdBy: by ?? null,
    expiresAt: null,
    lastUsedAt: null,
    revokedAt: null,
  });
  const describedKeys = (tenantId: string | null) =>
    session
      .selectFrom('apiKeys')
      .select(described)
      .$if(tenantId === null, (query) => query.where('tenantId', 'is', null))
      .$if(tenantId !== null, (query) => query.where('tenantId', '=', tenantId));
  return {
    issue: (given) =>
      guard(async () => {
        const key = `df_${randomBytes(32).toString('base64url')}`;
        const row = rowOf(given, key);
        await session.insertInto('apiKeys').values(row).execute();
        return { key, keyId: row.keyId };
      }),
    ensure: (given, key) =>
      guard(async () => {
        const { tenantId, at } = given;
        if (tenantId !== null) {
          await session
            .insertInto('tenants')
            .values({ tenantId, name: tenantId, createdAt: new Date(at), suspendedAt: null })
            .onConflict((conflict) => conflict.column('tenantId').doNothing())
            .execute();
        }
        await session
          .insertInto('apiKeys')
          .values(rowOf(given, key))
          .onConflict((conflict) => conflict.column('hash').doNothing())
          .execute();
      }),
    find: (hash, now) =>
      guard(async () => {
        const found = await session
          .selectFrom('apiKeys')
          .leftJoin('tenants', 'tenants.tenantId', 'apiKeys.tenantId')
          .select(['apiKeys.keyId', 'apiKeys.tenantId', 'apiKeys.role', 'tenants.suspendedAt'])
          .where('apiKeys.hash', '=', hash)
          .where('apiKeys.revokedAt', 'is', null)
          .where((where) =>
            where.or([where('apiKeys.expiresAt', 'is', null), where('apiKeys.expiresAt', '>', instant(now))]),
          )
          .executeTakeFirst();
        if (found === undefined) return undefined;
        const { keyId, tenantId, role, suspendedAt } = found;
        // The table's checks allow a tenant exactly for the roles of tenants.
        return { holder: { keyId, tenantId, role } as KeyHolder, suspended: suspendedAt !== null };
      }),
    list: (tenantId) => guard(() => describedKeys(tenantId).orderBy('createdAt').orderBy('keyId').execute()),
    describe: (tenantId, keyId) =>
      guard(() => describedKeys(tenantId).where('keyId', '=', keyId).executeTakeFirst()),
    lock: (tenantId, keyId) =>
      guard(() => describedKeys(tenantId).where('keyId', '=', keyId).forUpdate().executeTakeFirst()),
    expire: (keyId, at) =>
      guard(async () => {
        await session
          .updateTable('apiKeys')
          .set({ expiresAt: new Date(at) })
          .where('keyId', '=', keyId)
          .where((where) => where.or([where('expiresAt', 'is', null), where('expiresAt', '>', instant(at))]))
          .execute();
      }),
    revoke: (keyId, at) =>
      guard(async () => {
        await session
          .updateTable('apiKeys')
          .set({ revokedAt: new Date(at) })
          .where('keyId', '=', keyId)
          .where('revokedAt', 'is', null)
          .execute();
      }),
    noteUses: (uses) =>
      guard(async () => {
        if (uses.size === 0) return;
        const keyIds = [...uses.keys()];
        const times = [...uses.values()].map((at) => new Date(at).toISOString());
        // Never back in time: another gateway may have stored a later use.
        await sql`
          update api_keys set last_used_at = used.at
          from unnest(${keyIds}::text[], ${times}::timestamptz[]) as used (key_id, at)
          where api_keys.key_id = used.key_id
            and (api_keys.last_used_at is null or api_keys.last_used_at < used.at)`.execute(session);
      }),
  };
}
