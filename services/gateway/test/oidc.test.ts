import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { oidcIssuersSchema } from '../src/core/oidc-issuers.ts';
import { startGateway, type TestGateway } from './gateway.ts';
import { startIdentityProvider, type IdentityProvider } from './identity-provider.ts';

let provider: IdentityProvider;
let gateway: TestGateway;
let apiKey: string;

const soon = (seconds: number): number => Math.floor(Date.now() / 1_000) + seconds;
const acme = { org: { tenant: 'acme' }, roles: ['other', 'doc-admins', 'doc-readers'] };

const mapped = (issuer: string) => ({
  issuer,
  audience: 'docfleet',
  tenantClaim: ['org', 'tenant'],
  roleMap: { 'doc-admins': 'tenant-admin', 'doc-readers': 'viewer' },
  fleetRoleMap: { 'fleet-admins': 'fleet-admin' },
});
const away = 'http://127.0.0.1:1';

beforeAll(async () => {
  provider = await startIdentityProvider([
    { id: 'admin', claims: acme },
    { id: 'reader', claims: { org: { tenant: 'acme' }, roles: 'doc-readers openid' } },
    { id: 'fleet', claims: { roles: ['fleet-admins'] } },
    { id: 'nobody', claims: { org: { tenant: 'acme' }, roles: ['others'] } },
    { id: 'fleet-of-tenant', claims: { org: { tenant: 'acme' }, roles: ['fleet-admins'] } },
    { id: 'stranger', claims: { org: { tenant: 'unknown' }, roles: ['doc-admins'] } },
    { id: 'late', claims: { org: { tenant: 'late' }, roles: ['doc-admins'] } },
  ]);
  gateway = await startGateway({
    issuers: oidcIssuersSchema.parse([mapped(provider.issuer), mapped(away)]),
    keyTimes: { cooldownMs: 0, refreshMs: 3_600_000, usableMs: 3_600_000, retryMs: 0 },
  });
  apiKey = await gateway.keyOf('acme', 'viewer');
  await gateway.keyOf('late', 'viewer');
  await gateway.database.session
    .updateTable('tenants')
    .set({ suspendedAt: new Date() })
    .where('tenantId', '=', 'late')
    .execute();
});
afterAll(async () => {
  await gateway.close();
  await provider.close();
});

async function call(
  credential: string,
  path = '/v1/jobs',
  init: Omit<RequestInit, 'headers'> & { readonly headers?: Record<string, string> } = {},
  at = gateway,
) {
  const response = await fetch(`${at.url}${path}`, {
    ...init,
    headers: { authorization: `Bearer ${credential}`, ...init.headers },
  });
  const { status } = response;
  const body = (await response.json()) as Record<string, unknown>;
  return { status, code: body['code'] ?? null, body };
}

const outcome = async (credential: string, path?: string): Promise<unknown> => {
  const { status, code } = await call(credential, path);
  return code === null ? status : [status, code];
};

const refused = [401, 'UNAUTHENTICATED'];

describe('A-07: a token of an identity provider', () => {
  it('acts for its tenant with the first role of the map that it has', async () => {
    const admin = await provider.token('admin');
    const reader = await provider.token('reader');
    const keys = '/v1/tenants/acme/keys';
    expect([await outcome(admin), await outcome(reader)]).toEqual([200, 200]);
    expect([await outcome(admin, keys), await outcome(reader, keys)]).toEqual([200, [403, 'FORBIDDEN']]);
    expect(await outcome(admin, '/v1/tenants/other/keys')).toEqual([403, 'FORBIDDEN']);
  });

  it('acts for the fleet where it names no tenant, and never with the tenant that it names', async () => {
    expect(await outcome(await provider.token('fleet'), '/v1/tenants')).toBe(200);
    expect(await outcome(await provider.token('fleet-of-tenant'), '/v1/tenants')).toEqual([403, 'FORBIDDEN']);
  });

  it('is refused without a role, for an unknown tenant and for a suspended one', async () => {
    expect(await outcome(await provider.token('nobody'))).toEqual([403, 'FORBIDDEN']);
    expect(await outcome(await provider.token('stranger'))).toEqual(refused);
    expect(await outcome(await provider.token('late'))).toEqual([403, 'TENANT_SUSPENDED']);
  });

  it('is named by subject and issuer in the audit log, and in what it makes', async () => {
    const { body } = await call(await provider.token('admin'), '/v1/tenants/acme/keys', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ role: 'viewer', name: 'by a token' }),
    });
    expect(body['createdBy']).toBe(`admin (${provider.issuer})`);
    const row = await gateway.database.session
      .selectFrom('audit')
      .select(['actorKeyId', 'actorSubject', 'actorIssuer', 'actorRole', 'address', 'action'])
      .where('subject', '=', String(body['keyId']))
      .executeTakeFirst();
    expect(row).toEqual({
      actorKeyId: null,
      actorSubject: 'admin',
      actorIssuer: provider.issuer,
      actorRole: 'tenant-admin',
      address: '127.0.0.1',
      action: 'key.issue',
    });
  });

  it('is accepted up to the tolerance after its end and before its begin, and not beyond', async () => {
    const signed = (claims: object): Promise<string> => provider.sign({ ...acme, ...claims });
    expect(await outcome(await signed({ exp: soon(-20) }))).toBe(200);
    expect(await outcome(await signed({ exp: soon(-40) }))).toEqual(refused);
    expect(await outcome(await signed({ exp: soon(60), nbf: soon(20) }))).toBe(200);
    expect(await outcome(await signed({ exp: soon(60), nbf: soon(40) }))).toEqual(refused);
  });

  it('is refused when it is not what the provider made for this API', async () => {
    const claims = { ...acme, exp: soon(60) };
    const good = await provider.sign(claims);
    expect(await outcome(good)).toBe(200);
    const [head = '', payload = '', signature = ''] = good.split('.');
    const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
    const kid = JSON.parse(Buffer.from(head, 'base64url').toString()) as object;
    const hmacHead = part({ ...kid, alg: 'HS256' });
    const hmac = createHmac('sha256', provider.publicKey())
      .update(`${hmacHead}.${payload}`)
      .digest('base64url');
    const bad = {
      otherAudience: await provider.sign({ ...claims, aud: 'another' }),
      otherIssuer: await provider.sign({ ...claims, iss: 'https://other.example.org' }),
      withoutEnd: await provider.sign({ ...acme }),
      withoutSubject: await provider.sign({ ...claims, sub: undefined }),
      strangeSubject: await provider.sign({ ...claims, sub: 'a\u0000b' }),
      otherType: await provider.sign(claims, { typ: 'logout+jwt' }),
      withoutType: await provider.sign(claims, { typ: undefined }),
      unknownKey: await provider.sign(claims, { kid: 'unknown' }),
      changed: [head, part({ ...claims, iss: provider.issuer, aud: 'docfleet', sub: 'x' }), signature].join(
        '.',
      ),
      unsigned: [part({ ...kid, alg: 'none' }), payload, ''].join('.'),
      signedWithThePublicKey: [hmacHead, payload, hmac].join('.'),
      long: await provider.sign({ ...claims, more: 'x'.repeat(8_000) }),
      noJson: `eyJ.${payload}.${signature}`,
    };
    const outcomes = await Promise.all(
      Object.entries(bad).map(async ([name, token]) => [name, await outcome(token)]),
    );
    expect(Object.fromEntries(outcomes)).toEqual(
      Object.fromEntries(Object.keys(bad).map((name) => [name, refused])),
    );
  });

  it('is accepted with the new key after a rotation, and no longer with the old one', async () => {
    const before = await provider.sign({ ...acme, exp: soon(60), jti: 'before' });
    await provider.rotate();
    expect(await outcome(await provider.token('admin'))).toBe(200);
    expect(await outcome(before)).toEqual(refused);
  });

  it('is checked with the known keys while the provider is away; keys of the API work on', async () => {
    expect(await outcome(await provider.token('admin'))).toBe(200);
    const unseen = await provider.sign({ ...acme, exp: soon(60), jti: 'unseen' });
    const ofUnknownKey = await provider.sign({ ...acme, exp: soon(60) }, { kid: 'newer' });
    const ofSilentIssuer = await provider.sign({ ...acme, exp: soon(60), iss: away });
    await provider.close();
    expect(await outcome(unseen)).toBe(200);
    expect(await outcome(ofUnknownKey)).toEqual([503, 'IDENTITY_UNAVAILABLE']);
    expect(await outcome(ofSilentIssuer)).toEqual([503, 'IDENTITY_UNAVAILABLE']);
    expect(await outcome(apiKey)).toBe(200);
  });
});

it('A-07: a flood of tokens with unknown keys is limited by address, and asks the provider once', async () => {
  const other = await startIdentityProvider([{ id: 'admin', claims: acme }]);
  const limited = await startGateway({
    issuers: oidcIssuersSchema.parse([mapped(other.issuer)]),
    failedCallsPerMinute: 5,
  });
  try {
    await limited.keyOf('acme', 'viewer');
    const known = await other.token('admin');
    expect((await call(known, '/v1/jobs', {}, limited)).status).toBe(200);
    const statuses: number[] = [];
    for (let index = 0; index < 8; index += 1) {
      const token = await other.sign({ ...acme, exp: soon(60) }, { kid: `flood-${index}` });
      statuses.push((await call(token, '/v1/jobs', {}, limited)).status);
    }
    expect(statuses).toEqual([401, 401, 401, 401, 401, 429, 429, 429]);
    expect(other.keyReads()).toBe(1);
    // Whoever holds a token that was verified is not locked out.
    expect((await call(known, '/v1/jobs', {}, limited)).status).toBe(200);
  } finally {
    await limited.close();
    await other.close();
  }
});
