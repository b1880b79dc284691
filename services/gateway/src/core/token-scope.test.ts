import { expect, it } from 'vitest';
import { oidcIssuersSchema, type OidcIssuer } from './oidc-issuers.ts';
import { scopeOf } from './token-scope.ts';

const base = {
  issuer: 'https://id.example.org',
  audience: 'docfleet',
  tenantClaim: 'tenant',
  roleMap: { admins: 'tenant-admin', readers: 'viewer' },
  fleetRoleMap: { operators: 'operator' },
};
const issuerOf = (change: object = {}): OidcIssuer => {
  const [issuer] = oidcIssuersSchema.parse([{ ...base, ...change }]);
  if (issuer === undefined) throw new Error('no issuer');
  return issuer;
};

it('takes the first role of the map that the token has, from a list or from text with spaces', () => {
  const acme = { tenant: 'acme' };
  const expected = { role: 'tenant-admin', tenantId: 'acme' };
  expect(scopeOf(issuerOf(), { ...acme, roles: ['readers', 'admins'] })).toEqual(expected);
  expect(scopeOf(issuerOf(), { ...acme, roles: 'readers admins' })).toEqual(expected);
  expect(scopeOf(issuerOf(), { ...acme, roles: ['readersadmins', 7, null] })).toBeUndefined();
  expect(scopeOf(issuerOf(), acme)).toBeUndefined();
});

it('reads claims inside of others, and names with dots as they are', () => {
  const nested = issuerOf({ roleClaim: ['realm_access', 'roles'], tenantClaim: 'https://example.org/t' });
  const claims = { 'https://example.org/t': 'acme', realm_access: { roles: ['readers'] } };
  expect(scopeOf(nested, claims)).toEqual({ role: 'viewer', tenantId: 'acme' });
  expect(scopeOf(nested, { ...claims, realm_access: 'readers' })).toBeUndefined();
});

it('takes roles of the fleet for tokens that name no tenant only', () => {
  expect(scopeOf(issuerOf(), { roles: ['operators'] })).toEqual({ role: 'operator', tenantId: null });
  expect(scopeOf(issuerOf(), { roles: ['operators'], tenant: 'acme' })).toBeUndefined();
  expect(scopeOf(issuerOf(), { roles: ['operators'], tenant: null })).toBeUndefined();
  expect(scopeOf(issuerOf(), { roles: ['readers'] })).toBeUndefined();
});

it('takes no tenant that could not exist, and no property of every object', () => {
  for (const tenant of ['', 'a\u0000', 7, ['acme'], {}])
    expect(scopeOf(issuerOf(), { tenant, roles: ['readers'] })).toBeUndefined();
  const inherited = issuerOf({ tenantClaim: 'constructor' });
  expect(scopeOf(inherited, { roles: ['operators'] })).toEqual({ role: 'operator', tenantId: null });
});

it('gives every token the tenant of its issuer where that has one', () => {
  const fixed = issuerOf({ tenantClaim: undefined, tenant: 'acme' });
  expect(scopeOf(fixed, { roles: ['readers'], tenant: 'other' })).toEqual({
    role: 'viewer',
    tenantId: 'acme',
  });
});

it.each([
  ['plain HTTP', { issuer: 'http://id.example.org' }],
  ['a symmetric algorithm', { algorithms: ['HS256'] }],
  ['no algorithm', { algorithms: ['none'] }],
  ['a fleet role for tenants', { roleMap: { x: 'operator' } }],
  ['a role map without a tenant', { tenantClaim: undefined }],
  ['two tenants', { tenant: 'acme' }],
  ['an unknown setting', { audiences: ['x'] }],
])('refuses an issuer with %s', (_what, change) => {
  expect(oidcIssuersSchema.safeParse([{ ...base, ...change }]).success).toBe(false);
});

it('refuses the same issuer twice', () => {
  expect(oidcIssuersSchema.safeParse([base, base]).success).toBe(false);
  expect(oidcIssuersSchema.safeParse([base, { ...base, issuer: 'https://b.example.org' }]).success).toBe(
    true,
  );
});
