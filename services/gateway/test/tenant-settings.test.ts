import { generateKeyPairSync, randomUUID } from 'node:crypto';
import type { TenantSettings } from '@docfleet/contracts';
import { leasesIn, outboxIn, tenantSettingsIn } from '@docfleet/database';
import { writePublicKey } from '@docfleet/tenant-proof';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { maxPublicKeys, startGateway, strictBytes, type TestGateway } from './gateway.ts';

let gateway: TestGateway;
let fleet: string;
let tenant: string;
let own: string;

beforeAll(async () => {
  gateway = await startGateway();
  fleet = await gateway.keyOf('', 'fleet-admin');
});
afterAll(() => gateway.close());
beforeEach(async () => {
  tenant = `tenant-${randomUUID().slice(0, 8)}`;
  own = await gateway.keyOf(tenant, 'tenant-admin');
});

async function call(method: string, path: string, as: string, body?: object) {
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

const { publicKey } = generateKeyPairSync('ed25519');
const pem = publicKey.export({ format: 'pem', type: 'spki' }).toString();
const keys = () => `/v1/tenants/${tenant}/public-keys`;

/** What was published about the tenant, oldest first. */
async function published(): Promise<readonly TenantSettings[]> {
  await gateway.sender.sendOnce();
  const records = gateway.cluster
    .dump('fleet.tenants')
    .flatMap(({ record }) => (record?.key?.toString() === tenant ? [record] : []));
  return Promise.all(
    records.map(({ value }) => gateway.codec.decode('fleet.tenants', value ?? Buffer.alloc(0))),
  );
}

const auditOf = async () =>
  (
    await gateway.database.session
      .selectFrom('audit')
      .select('action')
      .where('tenantId', '=', tenant)
      .orderBy('id')
      .execute()
  ).map(({ action }) => action);

describe('M-23: public keys of a tenant', () => {
  it('are added, listed, revoked, published each time under the next version, and audited', async () => {
    const added = await call('POST', keys(), own, { keyId: 'k1', publicKey: pem });
    await call('POST', keys(), fleet, { keyId: 'k2', publicKey: writePublicKey(publicKey) });
    const revoked = await call('POST', `${keys()}/k1/revoke`, own);
    await call('POST', `${keys()}/k1/revoke`, own);
    expect([added.status, added.body['publicKey'], revoked.body['revokedAt'] === null]).toEqual([
      201,
      writePublicKey(publicKey),
      false,
    ]);
    expect(
      (await published()).map((each) => [each.version, each.publicKeys.map((key) => key.keyId)]),
    ).toEqual([
      [1, ['k1']],
      [2, ['k1', 'k2']],
      [3, ['k2']],
    ]);
    const { body } = await call('GET', keys(), own);
    expect((body['keys'] as { keyId: string }[]).map(({ keyId }) => keyId)).toEqual(['k1', 'k2']);
    expect(await auditOf()).toEqual(['public-key.add', 'public-key.add', 'public-key.revoke']);
  });

  it('keep their id for ever: a revoked one is not replaced under it', async () => {
    await call('POST', keys(), own, { keyId: 'k1', publicKey: pem });
    await call('POST', `${keys()}/k1/revoke`, own);
    expect((await call('POST', keys(), own, { keyId: 'k1', publicKey: pem })).body['code']).toBe(
      'ALREADY_EXISTS',
    );
  });

  it.each([
    { keyId: 'fleet.1', publicKey: pem },
    { keyId: 'a/b', publicKey: pem },
    { keyId: 'k1', publicKey: 'none' },
    { keyId: 'k1', publicKey: pem, notBefore: '2026-02-01T00:00:00Z', notAfter: '2026-01-01T00:00:00Z' },
    { keyId: 'k1', publicKey: pem, notAfter: '9999-12-31T23:59:59-23:59' },
    { keyId: 'k1', publicKey: pem, notBefore: '0000-01-01T00:00:00+23:59' },
  ])('are refused when they are none: %j', async (body) => {
    expect((await call('POST', keys(), own, body)).status).toBe(400);
    expect(await published()).toEqual([]);
  });

  it('are limited, however many calls add them at once: ended ones do not count', async () => {
    const add = (keyId: string, more: object = {}) =>
      call('POST', keys(), own, { keyId, publicKey: pem, ...more });
    await add('ended', { notBefore: '2020-01-01T00:00:00Z', notAfter: '2020-01-02T00:00:00Z' });
    await add('revoked');
    await call('POST', `${keys()}/revoked/revoke`, own);
    const answers = await Promise.all(Array.from({ length: maxPublicKeys + 3 }, (_, at) => add(`k${at}`)));
    const added = answers.filter(({ status }) => status === 201);
    const refused = answers.filter(({ body }) => body['code'] === 'LIMIT_REACHED');
    expect([added.length, refused.map(({ status }) => status)]).toEqual([maxPublicKeys, [409, 409, 409]]);
    expect((await published()).at(-1)?.publicKeys).toHaveLength(maxPublicKeys);
    await call('POST', `${keys()}/${String(added[0]?.body['keyId'])}/revoke`, own);
    expect((await add('next')).status).toBe(201);
  });

  it('are listed and revoked also with a time that nobody could write, as stored in the past', async () => {
    const stored = { tenantId: tenant, keyId: 'late', publicKey: writePublicKey(publicKey), createdBy: '' };
    const rows = tenantSettingsIn(gateway.database.session);
    await rows.addKey({
      ...stored,
      notBefore: -62_167_305_540_000,
      notAfter: 253_402_387_139_000,
      createdAt: 0,
    });
    const listed = (await call('GET', keys(), own)).body['keys'];
    expect(listed).toMatchObject([
      { notBefore: '1970-01-01T00:00:00.000Z', notAfter: '9999-12-31T23:59:59.999Z' },
    ]);
    expect((await call('POST', `${keys()}/late/revoke`, own)).status).toBe(200);
  });

  it('of another tenant are out of reach', async () => {
    await call('POST', keys(), own, { keyId: 'k1', publicKey: pem });
    const other = await gateway.keyOf(`${tenant}-other`, 'tenant-admin');
    const answers = [
      await call('GET', keys(), other),
      await call('POST', keys(), other, { keyId: 'k2', publicKey: pem }),
      await call('POST', `${keys()}/k1/revoke`, other),
      await call('PUT', `/v1/tenants/${tenant}/sources`, own, { sources: [] }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([403, 403, 403, 403]);
    expect(await published()).toHaveLength(1);
  });

  it('of an unknown tenant are not found', async () => {
    expect(
      (await call('POST', '/v1/tenants/nobody/public-keys', fleet, { keyId: 'k1', publicKey: pem })).status,
    ).toBe(404);
  });
});

describe('M-23: state and sources of a tenant', () => {
  it('are published', async () => {
    await call('PUT', `/v1/tenants/${tenant}/sources`, fleet, { sources: ['inbox', 'shared/acme'] });
    await call('POST', `/v1/tenants/${tenant}/suspend`, fleet);
    await call('POST', `/v1/tenants/${tenant}/resume`, fleet);
    await call('PUT', `/v1/tenants/${tenant}/sources`, fleet, { sources: null });
    expect((await published()).map(({ state, sources }) => [state, sources])).toEqual([
      ['active', ['inbox', 'shared/acme']],
      ['suspended', ['inbox', 'shared/acme']],
      ['active', ['inbox', 'shared/acme']],
      ['active', null],
    ]);
  });

  it.each(['', 'Bucket', 'bucket/../x', 'bucket//x', 'bucket/a\\b', 's3://bucket'])(
    'are refused with the source %j',
    async (source) => {
      const { status } = await call('PUT', `/v1/tenants/${tenant}/sources`, fleet, { sources: [source] });
      expect(status).toBe(400);
    },
  );

  it('hold for submissions while the database is away', async () => {
    const producer = await gateway.keyOf(tenant, 'producer');
    const submit = (uri: string) =>
      call('POST', '/v1/jobs', producer, { requestId: randomUUID(), source: { uri } });
    expect((await submit('s3://elsewhere/a.pdf')).body['code']).toBe('SOURCE_NOT_FOUND');
    const settings: TenantSettings = {
      tenantId: tenant,
      version: 1,
      state: 'suspended',
      publicKeys: [],
      sources: null,
      policies: {},
      at: 0,
    };
    gateway.published.set(tenant, settings);
    gateway.databaseIs = 'down';
    try {
      expect((await submit('s3://elsewhere/a.pdf')).body['code']).toBe('TENANT_SUSPENDED');
    } finally {
      gateway.databaseIs = 'up';
    }
  });
});

describe('H-01: the policy of reviews', () => {
  it('is set by a fleet-admin or the own tenant-admin, published, audited, and taken back', async () => {
    const path = `/v1/tenants/${tenant}/review`;
    const policy = { policy: 'sample:5', fourEyesAbove: 10_000 };
    expect(await call('PUT', path, fleet, policy)).toEqual({ status: 200, body: policy });
    expect((await published()).at(-1)?.policies).toEqual({
      review: 'sample:5',
      reviewFourEyesAbove: '10000',
    });
    expect((await call('GET', path, fleet)).body).toEqual(policy);
    const none = { policy: null, fourEyesAbove: null };
    expect(await call('PUT', path, fleet, none)).toEqual({ status: 200, body: none });
    expect((await published()).at(-1)?.policies).toEqual({});
    expect(await auditOf()).toEqual(['tenant.review', 'tenant.review']);
    for (const wrong of ['sometimes', 'sample:0', 'sample:101']) {
      expect((await call('PUT', path, fleet, { ...policy, policy: wrong })).status).toBe(400);
    }
    expect(await call('PUT', path, own, policy)).toEqual({ status: 200, body: policy });
    expect((await call('GET', path, own)).body).toEqual(policy);
    expect(await auditOf()).toHaveLength(3);
  });

  it('is not read or set by another tenant, and not by its other roles', async () => {
    const path = `/v1/tenants/${tenant}/review`;
    const none = { policy: null, fourEyesAbove: null };
    const stranger = await gateway.keyOf('acme', 'tenant-admin');
    const reviewer = await gateway.keyOf(tenant, 'reviewer');
    for (const key of [stranger, reviewer]) {
      expect((await call('GET', path, key)).status).toBe(403);
      expect((await call('PUT', path, key, none)).status).toBe(403);
    }
    expect(await auditOf()).toEqual([]);
  });
});

describe('A-04: the outbox', () => {
  it('sends nothing while another process has the lease', async () => {
    await call('POST', keys(), own, { keyId: 'k1', publicKey: pem });
    const leases = leasesIn(gateway.database.session);
    await leases.release('outbox', 'test');
    expect(await leases.take('outbox', 'another', 3_600_000)).toBe(true);
    expect(await published()).toEqual([]);
    await leases.release('outbox', 'another');
    expect(await published()).toHaveLength(1);
  });

  it('sets aside what fits no schema, and sends what is behind it', async () => {
    const settings = { tenantId: tenant } as TenantSettings;
    await outboxIn(gateway.database.session).add(
      [{ topic: 'fleet.tenants', key: tenant, tenantId: tenant, headers: {}, settings }],
      Date.now(),
    );
    await call('POST', keys(), own, { keyId: 'k1', publicKey: pem });
    expect((await published()).map(({ version }) => version)).toEqual([1]);
    const rows = await gateway.database.session
      .selectFrom('outbox')
      .select('problem')
      .where('tenantId', '=', tenant)
      .orderBy('id')
      .execute();
    expect(rows.map(({ problem }) => problem !== null)).toEqual([true, false]);
  });

  it('sets aside what the broker refuses as too large, and sends what is behind it', async () => {
    const settings: TenantSettings = {
      tenantId: tenant,
      version: 1,
      state: 'active',
      publicKeys: [],
      sources: ['x'.repeat(strictBytes)],
      policies: {},
      at: 0,
    };
    await outboxIn(gateway.database.session).add(
      [{ topic: 'fleet.tenants', key: tenant, tenantId: tenant, headers: {}, settings }],
      Date.now(),
    );
    await call('POST', keys(), own, { keyId: 'k1', publicKey: pem });
    gateway.logIs = 'strict';
    try {
      expect((await published()).map(({ publicKeys }) => publicKeys.length)).toEqual([1]);
    } finally {
      gateway.logIs = 'up';
    }
  });

  it('waits in order while the broker is away', async () => {
    await call('POST', keys(), own, { keyId: 'k1', publicKey: pem });
    await call('POST', keys(), own, { keyId: 'k2', publicKey: pem });
    gateway.logIs = 'refusing';
    await expect(gateway.sender.sendOnce()).rejects.toMatchObject({ code: 'BROKER_UNAVAILABLE' });
    gateway.logIs = 'up';
    expect((await published()).map(({ version }) => version)).toEqual([1, 2]);
  });

  it('removes a key with a record without a value', async () => {
    await outboxIn(gateway.database.session).add(
      [{ topic: 'fleet.tenants', key: tenant, tenantId: tenant, headers: {}, settings: null }],
      Date.now(),
    );
    await gateway.sender.sendOnce();
    const last = gateway.cluster.dump('fleet.tenants').at(-1)?.record;
    expect([last?.key?.toString(), last?.value]).toEqual([tenant, null]);
  });
});
