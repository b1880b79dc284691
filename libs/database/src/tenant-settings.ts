import type { TenantKey, TenantSettings } from '@docfleet/contracts';
import { sql } from 'kysely';
import { guard } from './database-failure.ts';
import { instant } from './instant.ts';
import type { Session } from './open-database.ts';
import { outboxIn } from './outbox.ts';
import { policiesIn } from './tenants.ts';

/** A public key that a tenant signs its records with. */
export interface NewTenantKey {
  readonly tenantId: string;
  readonly keyId: string;
  /** 32 bytes, base64url. */
  readonly publicKey: string;
  /** Milliseconds since the epoch, as the following times. */
  readonly notBefore: number;
  readonly notAfter: number | null;
  readonly createdAt: number;
  readonly createdBy: string;
}

/** What stages have to know of a tenant. Each change is published in the transaction that makes it: call `publish`. */
export interface TenantSettingsRows {
  /** By id, revoked ones included. */
  listKeys(tenantId: string): Promise<readonly TenantKey[]>;
  /** Number of keys that are published: neither revoked nor past their time. Lock the tenant before relying on it. */
  countKeys(tenantId: string, at: number): Promise<number>;
  /** False when the tenant has one of that id, also a revoked one. */
  addKey(key: NewTenantKey): Promise<boolean>;
  /** A revoked key is not changed. */
  revokeKey(tenantId: string, keyId: string, at: number): Promise<void>;
  /** Null: as the fleet is configured. */
  setSources(tenantId: string, sources: readonly string[] | null): Promise<void>;
  /** Replaces all of them; those about reviews count only until `setReviewPolicies` was called. */
  setPolicies(tenantId: string, policies: Readonly<Record<string, string>>): Promise<void>;
  /** Replaces all of them that are about reviews. */
  setReviewPolicies(tenantId: string, policies: Readonly<Record<string, string>>): Promise<void>;
  /**
   * Puts the settings into the outbox under the next version. Locks the tenant's row until the transaction ends, so that
   * versions are sent in their order. Undefined for a tenant that does not exist.
   */
  publish(tenantId: string, at: number): Promise<TenantSettings | undefined>;
  /** Removes the tenant's keys, also revoked ones, and its usage, and puts the removal of its settings into the outbox. */
  remove(tenantId: string, at: number): Promise<void>;
}

export function tenantSettingsIn(session: Session): TenantSettingsRows {
  const keysOf = (tenantId: string) =>
    session.selectFrom('tenantPublicKeys').selectAll().where('tenantId', '=', tenantId).orderBy('keyId');
  const publishedKeysOf = (tenantId: string, at: number) =>
    session
      .selectFrom('tenantPublicKeys')
      .where('tenantId', '=', tenantId)
      .where('revokedAt', 'is', null)
      .where((where) => where.or([where('notAfter', 'is', null), where('notAfter', '>', instant(at))]));
  return {
    listKeys: (tenantId) => guard(() => keysOf(tenantId).execute()),
    countKeys: (tenantId, at) =>
      guard(async () => {
        const { count } = await publishedKeysOf(tenantId, at)
          .select(({ fn }) => fn.countAll<bigint>().as('count'))
          .executeTakeFirstOrThrow();
        return Number(count);
      }),
    addKey: ({ notBefore, notAfter, createdAt, ...row }) =>
      guard(async () => {
        const inserted = await session
          .insertInto('tenantPublicKeys')
          .values({
            ...row,
            notBefore: new Date(notBefore),
            notAfter: notAfter === null ? null : new Date(notAfter),
            createdAt: new Date(createdAt),
            revokedAt: null,
          })
          .onConflict((conflict) => conflict.columns(['tenantId', 'keyId']).doNothing())
          .executeTakeFirst();
        return (inserted.numInsertedOrUpdatedRows ?? 0n) > 0n;
      }),
    revokeKey: (tenantId, keyId, at) =>
      guard(async () => {
        await session
          .updateTable('tenantPublicKeys')
          .set({ revokedAt: new Date(at) })
          .where('tenantId', '=', tenantId)
          .where('keyId', '=', keyId)
          .where('revokedAt', 'is', null)
          .execute();
      }),
    setSources: (tenantId, sources) =>
      guard(async () => {
        await session
          .updateTable('tenants')
          .set({ sources: sources === null ? null : [...sources] })
          .where('tenantId', '=', tenantId)
          .execute();
      }),
    setPolicies: (tenantId, policies) =>
      guard(async () => {
        await session
          .updateTable('tenants')
          .set({ policies: JSON.stringify(policies) })
          .where('tenantId', '=', tenantId)
          .execute();
      }),
    setReviewPolicies: (tenantId, policies) =>
      guard(async () => {
        await session
          .updateTable('tenants')
          .set({ reviewPolicies: JSON.stringify(policies) })
          .where('tenantId', '=', tenantId)
          .execute();
      }),
    remove: async (tenantId, at) => {
      await guard(async () => {
        for (const table of ['tenantPublicKeys', 'tenantUsage'] as const)
          await session.deleteFrom(table).where('tenantId', '=', tenantId).executeTakeFirst();
      });
      await outboxIn(session).add(
        [{ topic: 'fleet.tenants', key: tenantId, tenantId, headers: {}, settings: null }],
        at,
      );
    },
    publish: async (tenantId, at) => {
      const tenant = await guard(() =>
        session
          .updateTable('tenants')
          .set({ settingsVersion: sql<bigint>`settings_version + 1` })
          .where('tenantId', '=', tenantId)
          .returning(['settingsVersion', 'suspendedAt', 'sources', 'policies', 'reviewPolicies'])
          .executeTakeFirst(),
      );
      if (tenant === undefined) return undefined;
      const publicKeys = await guard(() =>
        publishedKeysOf(tenantId, at)
          .select(['keyId', 'publicKey', 'notBefore', 'notAfter'])
          .orderBy('keyId')
          .execute(),
      );
      const settings: TenantSettings = {
        tenantId,
        version: Number(tenant.settingsVersion),
        state: tenant.suspendedAt === null ? 'active' : 'suspended',
        publicKeys,
        sources: tenant.sources,
        policies: policiesIn(tenant),
        at,
      };
      await outboxIn(session).add(
        [{ topic: 'fleet.tenants', key: tenantId, tenantId, headers: {}, settings }],
        at,
      );
      return settings;
    },
  };
}
