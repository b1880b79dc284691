import { isTenantId, type KeyScope } from '@docfleet/domain';
import type { OidcIssuer } from './oidc-issuers.ts';

/** Claims of a token whose signature was verified. */
export type Claims = Readonly<Record<string, unknown>>;

/**
 * Tenant and role of a token. One that names a tenant acts for it; one that names none may have a role of the fleet.
 * Undefined: it has no role here, or its tenant is none that could exist.
 */
export function scopeOf(issuer: OidcIssuer, claims: Claims): KeyScope | undefined {
  const held = namesIn(claimOf(claims, issuer.roleClaim));
  const tenantId = issuer.tenant ?? (issuer.tenantClaim && claimOf(claims, issuer.tenantClaim));
  if (tenantId === undefined) {
    const role = firstHeld(issuer.fleetRoleMap, held);
    return role === undefined ? undefined : { role, tenantId: null };
  }
  const role = firstHeld(issuer.roleMap, held);
  if (role === undefined || typeof tenantId !== 'string' || !isTenantId(tenantId)) return undefined;
  return { role, tenantId };
}

function claimOf(claims: Claims, path: readonly string[]): unknown {
  let value: unknown = claims;
  for (const part of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, part)) return undefined;
    value = Reflect.get(value, part);
  }
  return value;
}

/** Roles come as a list, or as text with spaces between them. */
function namesIn(value: unknown): ReadonlySet<unknown> {
  if (typeof value === 'string') return new Set(value.split(' '));
  return new Set(Array.isArray(value) ? value : []);
}

function firstHeld<R>(map: Readonly<Record<string, R>>, held: ReadonlySet<unknown>): R | undefined {
  return Object.entries(map).find(([name]) => held.has(name))?.[1];
}
