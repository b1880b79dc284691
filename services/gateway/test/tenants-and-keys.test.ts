import { randomUUID } from 'node:crypto';
import { hashApiKey } from '@docfleet/database';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startGateway, type TestGateway } from './gateway.ts';

let gateway: TestGateway;
let fleetAdmin: string;
let tenant: string;

beforeAll(async () => {
  gateway = await startGateway();
  fleetAdmin = await gateway.keyOf('none', 'fleet-admin');
});
afterAll(() => gateway.close());
beforeEach(async () => {
  tenant = `tenant-${randomUUID()}`;
  await call('/v1/tenants', { body: { tenantId: tenant, name: 'A tenant' } });
});

interface Key {
  readonly keyId: string;
  readonly key: string;
}

/** A POST where a body is given or `method` says so. */
async function call(
  path: string,
  { as = fleetAdmin, ...init }: { as?: string; body?: object; method?: string } = {},
) {
  const { body, method = body === undefined ? 'GET' : 'POST' } = init;
  const response = await fetch(`${gateway.url}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${as}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

const post = (path: string, as = fleetAdmin) => call(path, { as, method: 'POST' });

async function issue(role: string, as = fleetAdmin): Promise<Key> {
  const { status, body } = await call(`/v1/tenants/${tenant}/keys`, { as, body: { role, name: 'ours' } });
  expect(status).toBe(201);
  return body as unknown as Key;
}

const works = async (key: string): Promise<number> => (await call('/v1/jobs', { as: key })).status;

const audited = (subject: string) =>
  gateway.database.session
    .selectFrom('audit')
    .select(['action', 'actorRole', 'tenantId', 'detail'])
    .where('subject', '=', subject)
    .orderBy('id')
    .execute();

describe('A-07: tenants', () => {
  it('are created once, listed, and audited', async () => {
    const again = await call('/v1/tenants', { body: { tenantId: tenant } });
    expect([again.status, again.body['code']]).toEqual([409, 'ALREADY_EXISTS']);
    const { body } = await call('/v1/tenants');
    const listed = (body['tenants'] as { tenantId: string }[]).find(({ tenantId }) => tenantId === tenant);
    expect(listed).toMatchObject({ tenantId: tenant, name: 'A tenant', suspendedAt: null });
    expect(await audited(tenant)).toEqual([
      { action: 'tenant.create', actorRole: 'fleet-admin', tenantId: tenant, detail: {} },
    ]);
  });

  it.each(['', 'Upper', '-dash', 'a/b', 'a b', '..', 'a\u0000', 'x'.repeat(64)])(
    'refuses the id %j',
    async (tenantId) => {
      expect((await call('/v1/tenants', { body: { tenantId } })).status).toBe(400);
    },
  );

  it.each(['a\u0000b', 'a\nb', '\ud800x', '\u202ecod', 'a\u2028b', '\uffff', '\ufffd', ' '])(
    'refuses the name %j, as keys do',
    async (name) => {
      const answers = [
        await call('/v1/tenants', { body: { tenantId: `named-${randomUUID()}`, name } }),
        await call(`/v1/tenants/${tenant}/keys`, { body: { role: 'viewer', name } }),
        await call('/v1/fleet/keys', { body: { role: 'operator', name } }),
      ];
      expect(answers.map(({ status }) => status)).toEqual([400, 400, 400]);
    },
  );

  it('takes names in any script', async () => {
    for (const name of ['Müller & Söhne', '株式会社', 'شركة', '👩‍💻 team']) {
      const { status, body } = await call(`/v1/tenants/${tenant}/keys`, { body: { role: 'viewer', name } });
      expect([status, body['name']]).toEqual([201, name]);
    }
  });

  it('have their keys refused while they are suspended', async () => {
    const { key } = await issue('viewer');
    expect((await post(`/v1/tenants/${tenant}/suspend`)).status).toBe(200);
    const refused = await call('/v1/jobs', { as: key });
    expect([refused.status, refused.body['code']]).toEqual([403, 'TENANT_SUSPENDED']);
    await post(`/v1/tenants/${tenant}/suspend`);
    const other = await issue('viewer');
    const { body } = await post(`/v1/tenants/${tenant}/resume`);
    expect(body['suspendedAt']).toBeNull();
    expect(await works(other.key)).toBe(200);
    expect((await audited(tenant)).map(({ action }) => action)).toEqual([
      'tenant.create',
      'tenant.suspend',
      'tenant.resume',
    ]);
    expect((await post('/v1/tenants/unknown/suspend')).status).toBe(404);
  });
});

describe('A-07: keys', () => {
  it('are shown once and stored as a hash', async () => {
    const { keyId, key } = await issue('viewer');
    expect(await works(key)).toBe(200);
    const { body } = await call(`/v1/tenants/${tenant}/keys`);
    expect(body['keys']).toMatchObject([
      { keyId, role: 'viewer', name: 'ours', prefix: key.slice(0, 8), lastUsedAt: null, revokedAt: null },
    ]);
    expect(JSON.stringify(body)).not.toContain(key);
    const rows = await gateway.database.session
      .selectFrom('apiKeys')
      .selectAll()
      .where('keyId', '=', keyId)
      .execute();
    expect(rows.map(({ hash }) => hash)).toEqual([hashApiKey(key)]);
    expect(JSON.stringify(rows)).not.toContain(key);
    expect(await audited(keyId)).toEqual([
      { action: 'key.issue', actorRole: 'fleet-admin', tenantId: tenant, detail: { role: 'viewer' } },
    ]);
  });

  it('are rotated once by ten calls at the same time without a grace', async () => {
    const { key } = await issue('tenant-admin');
    for (let round = 0; round < 5; round += 1) {
      const { keyId } = await issue('viewer');
      const path = `/v1/tenants/${tenant}/keys/${keyId}/rotate?graceSeconds=0`;
      const answers = await Promise.all(Array.from({ length: 10 }, () => post(path, key)));
      expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array<number>(9).fill(404)]);
    }
  });

  it('are rotated: the old one is valid for the grace period', async () => {
    const old = await issue('producer');
    const path = `/v1/tenants/${tenant}/keys/${old.keyId}/rotate`;
    const { status, body } = await post(`${path}?graceSeconds=3600`);
    expect([status, body['role'], body['name']]).toEqual([201, 'producer', 'ours']);
    expect([await works(old.key), await works(String(body['key']))]).toEqual([200, 200]);
    const unused = await issue('producer');
    await post(`/v1/tenants/${tenant}/keys/${unused.keyId}/rotate?graceSeconds=0`);
    expect(await works(unused.key)).toBe(401);
    expect((await post(`/v1/tenants/${tenant}/keys/${unused.keyId}/rotate`)).status).toBe(404);
    expect(await audited(old.keyId)).toMatchObject([
      { action: 'key.issue' },
      { action: 'key.rotate', detail: { newKeyId: body['keyId'], graceSeconds: 3_600 } },
    ]);
  });

  it('are revoked', async () => {
    const { keyId, key } = await issue('viewer');
    const path = `/v1/tenants/${tenant}/keys/${keyId}/revoke`;
    const first = await post(path);
    expect([first.status, typeof first.body['revokedAt']]).toEqual([200, 'string']);
    expect((await post(path)).body).toEqual(first.body);
    expect(await works(key)).toBe(401);
    expect((await audited(keyId)).map(({ action }) => action)).toEqual(['key.issue', 'key.revoke']);
  });

  it('of a tenant are managed by its tenant-admin, with roles of tenants only', async () => {
    const admin = await issue('tenant-admin');
    const made = await issue('viewer', admin.key);
    expect(await works(made.key)).toBe(200);
    for (const role of ['operator', 'fleet-admin', 'admin']) {
      const refused = await call(`/v1/tenants/${tenant}/keys`, { as: admin.key, body: { role } });
      expect([role, refused.status]).toEqual([role, 400]);
    }
    const { body } = await call(`/v1/tenants/${tenant}/keys`, { as: admin.key });
    expect(body['keys']).toHaveLength(2);
    expect((await audited(made.keyId)).map(({ actorRole }) => actorRole)).toEqual(['tenant-admin']);
    expect((await post(`/v1/tenants/${tenant}/keys/${made.keyId}/revoke`, admin.key)).status).toBe(200);
  });

  it('of another tenant or of the fleet are out of reach of a tenant-admin', async () => {
    const victim = await issue('producer');
    const other = await gateway.keyOf(`other-${randomUUID()}`, 'tenant-admin');
    const answers = [
      await call(`/v1/tenants/${tenant}/keys`, { as: other }),
      await call(`/v1/tenants/${tenant}/keys`, { as: other, body: { role: 'viewer' } }),
      await post(`/v1/tenants/${tenant}/keys/${victim.keyId}/revoke`, other),
      await post(`/v1/tenants/${tenant}/keys/${victim.keyId}/rotate`, other),
      await call('/v1/fleet/keys', { as: other }),
      await call('/v1/fleet/keys', { as: other, body: { role: 'operator' } }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([403, 403, 403, 403, 403, 403]);
    expect(await works(victim.key)).toBe(200);
    const own = await gateway.keyOf(tenant, 'tenant-admin');
    const strange = await post(`/v1/tenants/${tenant}/keys/${randomUUID()}/revoke`, own);
    expect(strange.status).toBe(404);
  });

  it('of fleet roles belong to no tenant', async () => {
    const { status, body } = await call('/v1/fleet/keys', {
      body: { role: 'operator', name: 'night shift' },
    });
    expect([status, body['tenantId'], body['role']]).toEqual([201, null, 'operator']);
    expect((await call('/v1/fleet/keys', { body: { role: 'viewer' } })).status).toBe(400);
    const operator = String(body['key']);
    expect((await call('/v1/tenants', { as: operator })).status).toBe(200);
    expect((await call('/v1/tenants', { as: operator, body: { tenantId: 'x' } })).status).toBe(403);
    const rotated = await post(`/v1/fleet/keys/${String(body['keyId'])}/rotate?graceSeconds=0`);
    expect(rotated.body['role']).toBe('operator');
    expect((await post(`/v1/tenants/${tenant}/keys/${String(body['keyId'])}/revoke`)).status).toBe(404);
    expect((await post(`/v1/fleet/keys/${String(rotated.body['keyId'])}/revoke`)).status).toBe(200);
  });

  it('of an unknown tenant are not issued', async () => {
    const refused = await call('/v1/tenants/unknown/keys', { body: { role: 'viewer' } });
    expect([refused.status, refused.body['code']]).toEqual([404, 'NOT_FOUND']);
  });
});
