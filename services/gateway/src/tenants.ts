import type { ApiKey, Tenant } from '@docfleet/contracts';
import { apiKeysIn, tenantSettingsIn, tenantsIn, type KeyHolder, type Session } from '@docfleet/database';
import { FailureError, type Clock, type KeyScope } from '@docfleet/domain';
import type { AsCaller } from './adapters/caller-session.ts';
import { noteChange, type ChangeNote } from './audit-note.ts';
import { found } from './core/found.ts';

/** A key that was made now: the only time that it is known. */
export interface IssuedKey {
  readonly key: string;
  readonly described: ApiKey;
}

/**
 * Tenants and keys. Every change writes a row of `audit` in its transaction. Whose keys a caller may change is
 * decided by the caller's rights in the database, too: a tenant's call reaches keys of that tenant only.
 */
export interface TenantAdministration {
  /** @throws FailureError `ALREADY_EXISTS` */
  create(caller: KeyHolder, tenant: { readonly tenantId: string; readonly name: string }): Promise<Tenant>;
  list(caller: KeyHolder): Promise<readonly Tenant[]>;
  /** Its keys and its records are refused while it is suspended. @throws FailureError `NOT_FOUND` */
  setSuspended(caller: KeyHolder, tenantId: string, suspended: boolean): Promise<Tenant>;
  /** Keys of a tenant, or with null those of fleet roles. */
  listKeys(caller: KeyHolder, tenantId: string | null): Promise<readonly ApiKey[]>;
  /** @throws FailureError `NOT_FOUND` for an unknown tenant */
  issueKey(caller: KeyHolder, scope: KeyScope, name: string | undefined): Promise<IssuedKey>;
  /**
   * A new key of the same role; the old one remains valid for `graceMs`.
   *
   * @throws FailureError `NOT_FOUND`, also for a key that has expired or is revoked: of several calls at once without
   *   a grace, one makes a key
   */
  rotateKey(caller: KeyHolder, key: KeyId, graceMs: number): Promise<IssuedKey>;
  /** Repeating it changes nothing. @throws FailureError `NOT_FOUND` */
  revokeKey(caller: KeyHolder, key: KeyId): Promise<ApiKey>;
}

export interface KeyId {
  readonly tenantId: string | null;
  readonly keyId: string;
}

type Action =
  'tenant.create' | 'tenant.suspend' | 'tenant.resume' | 'key.issue' | 'key.rotate' | 'key.revoke';

/** `onChange` is called when something waits to be published. */
export function createTenantAdministration(
  asCaller: AsCaller,
  clock: Clock,
  onChange: () => void,
): TenantAdministration {
  const changed = async <T>(change: Promise<T>): Promise<T> => {
    const result = await change;
    onChange();
    return result;
  };
  const note = (session: Session, caller: KeyHolder, what: ChangeNote & { readonly action: Action }) =>
    noteChange(session, caller, clock.now(), what);

  const issue = async (
    session: Session,
    caller: KeyHolder,
    { scope, name }: { readonly scope: KeyScope; readonly name: string | undefined },
  ): Promise<IssuedKey> => {
    const keys = apiKeysIn(session);
    const { key, keyId } = await keys.issue({ ...scope, name, at: clock.now(), by: caller.keyId });
    return { key, described: found(await keys.describe(scope.tenantId, keyId)) };
  };

  return {
    list: (caller) => asCaller(caller, (session) => tenantsIn(session).list()),
    create: (caller, { tenantId, name }) =>
      changed(
        asCaller(caller, async (session) => {
          const tenants = tenantsIn(session);
          if (!(await tenants.create({ tenantId, name, at: clock.now() }))) {
            throw new FailureError('ALREADY_EXISTS');
          }
          await tenantSettingsIn(session).publish(tenantId, clock.now());
          await note(session, caller, { action: 'tenant.create', tenantId, subject: tenantId });
          return found(await tenants.find(tenantId));
        }),
      ),
    setSuspended: (caller, tenantId, suspended) =>
      changed(
        asCaller(caller, async (session) => {
          const tenants = tenantsIn(session);
          const before = found(await tenants.find(tenantId));
          if ((before.suspendedAt !== null) === suspended) return before;
          await tenants.suspend(tenantId, suspended ? clock.now() : null);
          await tenantSettingsIn(session).publish(tenantId, clock.now());
          const action = suspended ? 'tenant.suspend' : 'tenant.resume';
          await note(session, caller, { action, tenantId, subject: tenantId });
          return found(await tenants.find(tenantId));
        }),
      ),
    listKeys: (caller, tenantId) =>
      asCaller(caller, async (session) => {
        if (tenantId !== null) found(await tenantsIn(session).find(tenantId));
        return apiKeysIn(session).list(tenantId);
      }),
    issueKey: (caller, scope, name) =>
      asCaller(caller, async (session) => {
        const { tenantId, role } = scope;
        if (tenantId !== null) found(await tenantsIn(session).find(tenantId));
        const issued = await issue(session, caller, { scope, name });
        const subject = issued.described.keyId;
        await note(session, caller, { action: 'key.issue', tenantId, subject, detail: { role } });
        return issued;
      }),
    rotateKey: (caller, { tenantId, keyId }, graceMs) =>
      asCaller(caller, async (session) => {
        const keys = apiKeysIn(session);
        const old = found(await keys.lock(tenantId, keyId));
        // After the lock: another call may have ended the key while this one waited.
        const now = clock.now();
        const hasEnded = old.revokedAt !== null || (old.expiresAt !== null && old.expiresAt <= now);
        if (hasEnded) throw new FailureError('NOT_FOUND');
        // The table's checks allow a tenant exactly for the roles of tenants.
        const scope = { tenantId, role: old.role } as KeyScope;
        const issued = await issue(session, caller, { scope, name: old.name ?? undefined });
        await keys.expire(keyId, now + graceMs);
        const detail = { newKeyId: issued.described.keyId, graceSeconds: graceMs / 1_000 };
        await note(session, caller, { action: 'key.rotate', tenantId, subject: keyId, detail });
        return issued;
      }),
    revokeKey: (caller, { tenantId, keyId }) =>
      asCaller(caller, async (session) => {
        const keys = apiKeysIn(session);
        const before = found(await keys.describe(tenantId, keyId));
        if (before.revokedAt !== null) return before;
        await keys.revoke(keyId, clock.now());
        await note(session, caller, { action: 'key.revoke', tenantId, subject: keyId });
        return found(await keys.describe(tenantId, keyId));
      }),
  };
}
