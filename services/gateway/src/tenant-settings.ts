import {
  reviewPolicyNames,
  textsOfPolicies,
  type Tenant,
  type TenantKey,
  type TenantPolicies,
} from '@docfleet/contracts';
import { tenantSettingsIn, tenantsIn, type KeyHolder } from '@docfleet/database';
import { FailureError, type Clock } from '@docfleet/domain';
import type { AsCaller } from './adapters/caller-session.ts';
import { noteChange } from './audit-note.ts';
import { found } from './core/found.ts';

export interface NewPublicKey {
  readonly keyId: string;
  /** 32 bytes, base64url. */
  readonly publicKey: string;
  /** Milliseconds since the epoch. */
  readonly notBefore: number;
  readonly notAfter: number | null;
}

/** New policies of some names; a name without one is as the fleet is configured. */
export interface PolicyChange {
  /** For the audit log. */
  readonly action: 'tenant.quotas' | 'tenant.region' | 'tenant.drop-folder' | 'tenant.review';
  readonly names: readonly (keyof TenantPolicies)[];
  readonly policies: TenantPolicies;
}

/**
 * What stages have to know of a tenant: the keys that it signs records with, and where its documents may be read from.
 * Every change is published on `fleet.tenants` and writes a row of `audit`, in one transaction.
 */
export interface TenantSettingsService {
  /** @throws FailureError `NOT_FOUND` for an unknown tenant, as the following do */
  listKeys(caller: KeyHolder, tenantId: string): Promise<readonly TenantKey[]>;
  /**
   * @throws FailureError `ALREADY_EXISTS`, also for the id of a revoked key: an id is used once; `LIMIT_REACHED` for a
   *   tenant with as many valid keys as allowed, because they are published in one record
   */
  addKey(caller: KeyHolder, tenantId: string, key: NewPublicKey): Promise<TenantKey>;
  /** Repeating it changes nothing. */
  revokeKey(caller: KeyHolder, tenantId: string, keyId: string): Promise<TenantKey>;
  /** Null: as the fleet is configured. */
  setSources(caller: KeyHolder, tenantId: string, sources: readonly string[] | null): Promise<Tenant>;
  find(caller: KeyHolder, tenantId: string): Promise<Tenant>;
  /** Replaces the policies with these names, either all of those about reviews or none of them; others stay. */
  setPolicies(caller: KeyHolder, tenantId: string, change: PolicyChange): Promise<Tenant>;
}

/** `onChange` is called when something waits to be published. */
export function createTenantSettings({
  asCaller,
  clock,
  onChange,
  maxPublicKeys,
}: {
  readonly asCaller: AsCaller;
  readonly clock: Clock;
  readonly onChange: () => void;
  /** Keys of a tenant that may be valid at the same time. */
  readonly maxPublicKeys: number;
}): TenantSettingsService {
  const changed = async <T>(change: Promise<T>): Promise<T> => {
    const result = await change;
    onChange();
    return result;
  };
  return {
    listKeys: (caller, tenantId) =>
      asCaller(caller, async (session) => {
        found(await tenantsIn(session).find(tenantId));
        return tenantSettingsIn(session).listKeys(tenantId);
      }),
    addKey: (caller, tenantId, key) =>
      changed(
        asCaller(caller, async (session) => {
          const at = clock.now();
          found(await tenantsIn(session).lock(tenantId));
          const rows = tenantSettingsIn(session);
          const added = await rows.addKey({ ...key, tenantId, createdAt: at, createdBy: caller.keyId });
          if (!added) throw new FailureError('ALREADY_EXISTS');
          if ((await rows.countKeys(tenantId, at)) > maxPublicKeys) {
            throw new FailureError('LIMIT_REACHED', { limit: maxPublicKeys });
          }
          await rows.publish(tenantId, at);
          const { keyId, publicKey } = key;
          const note = { action: 'public-key.add', tenantId, subject: keyId, detail: { publicKey } };
          await noteChange(session, caller, at, note);
          return keyOf(await rows.listKeys(tenantId), keyId);
        }),
      ),
    revokeKey: (caller, tenantId, keyId) =>
      changed(
        asCaller(caller, async (session) => {
          const at = clock.now();
          const rows = tenantSettingsIn(session);
          const before = keyOf(await rows.listKeys(tenantId), keyId);
          if (before.revokedAt !== null) return before;
          await rows.revokeKey(tenantId, keyId, at);
          await rows.publish(tenantId, at);
          await noteChange(session, caller, at, { action: 'public-key.revoke', tenantId, subject: keyId });
          return keyOf(await rows.listKeys(tenantId), keyId);
        }),
      ),
    setSources: (caller, tenantId, sources) =>
      changed(
        asCaller(caller, async (session) => {
          const at = clock.now();
          found(await tenantsIn(session).find(tenantId));
          const rows = tenantSettingsIn(session);
          await rows.setSources(tenantId, sources);
          await rows.publish(tenantId, at);
          const detail = { sources: sources === null ? null : sources.join(', ') };
          await noteChange(session, caller, at, {
            action: 'tenant.sources',
            tenantId,
            subject: tenantId,
            detail,
          });
          return found(await tenantsIn(session).find(tenantId));
        }),
      ),
    find: (caller, tenantId) =>
      asCaller(caller, async (session) => found(await tenantsIn(session).find(tenantId))),
    setPolicies: (caller, tenantId, { action, names, policies }) =>
      changed(
        asCaller(caller, async (session) => {
          const at = clock.now();
          const before = found(await tenantsIn(session).lock(tenantId));
          const given = textsOfPolicies(policies);
          const rows = tenantSettingsIn(session);
          if (names.every(isOfReview)) await rows.setReviewPolicies(tenantId, given);
          else {
            const kept = Object.entries(before.policies).filter(
              ([name]) => !names.some((each) => each === name),
            );
            await rows.setPolicies(tenantId, { ...Object.fromEntries(kept), ...given });
          }
          await rows.publish(tenantId, at);
          await noteChange(session, caller, at, { action, tenantId, subject: tenantId, detail: given });
          return found(await tenantsIn(session).find(tenantId));
        }),
      ),
  };
}

function keyOf(keys: readonly TenantKey[], keyId: string): TenantKey {
  return found(keys.find((key) => key.keyId === keyId));
}

function isOfReview(name: string): boolean {
  return reviewPolicyNames.some((each) => each === name);
}
