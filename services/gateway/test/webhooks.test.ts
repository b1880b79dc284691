import { randomUUID } from 'node:crypto';
import { deliveryWorkIn, webhookDeliveriesIn } from '@docfleet/database';
import { callbackReceiver } from '@docfleet/webhook-rules';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { maxWebhooks, startGateway, type TestGateway } from './gateway.ts';

let gateway: TestGateway;
let tenant: string;
let key: string;

beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.close());
beforeEach(async () => {
  tenant = `t-${randomUUID().slice(0, 8)}`;
  key = await gateway.keyOf(tenant, 'tenant-admin');
});

type Json = Readonly<Record<string, unknown>>;

async function call(method: string, path: string, body?: unknown, by = key) {
  const response = await fetch(`${gateway.url}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${by}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: (await response.json()) as Json };
}

const create = (of: Json = {}) => call('POST', '/v1/webhooks', { url: 'https://hooks.example/a', ...of });
const idOf = ({ body }: { readonly body: Json }) => String(body['endpointId']);
const listOf = (body: Json, name: string) => body[name] as readonly Json[];

/** Deliveries of the tenant, as the service stores them; gives their ids. */
async function store(receiver: string, count: number): Promise<readonly string[]> {
  const ids = Array.from({ length: count }, () => randomUUID());
  await webhookDeliveriesIn(gateway.database.session).add(
    ids.map((deliveryId, index) => ({
      ...{ deliveryId, tenantId: tenant, receiver, url: null, type: 'document.completed', body: '{}' },
      ...{ subject: `run-${index}`, position: 1n, expiresInMs: 60_000 },
    })),
  );
  return ids;
}

/** Has the service send everything that is due. */
async function sendAll(state: 'delivered' | 'failed', status: number): Promise<void> {
  const work = deliveryWorkIn(gateway.database.session);
  const limits = { leaseMs: 10_000, limit: 1_000, perTenant: 1_000, perReceiver: 1_000 };
  const claimed = await work.claim({ holder: 'test', ...limits, busy: new Map(), resting: [] });
  for (const { deliveryId } of claimed) {
    const problem = state === 'failed' ? `HTTP_${status}` : null;
    await work.settle({ deliveryId, holder: 'test' }, { at: 0, durationMs: 1, status, problem }, { state });
  }
}

describe('A-05: endpoints', () => {
  it('are created with a secret that is shown once, listed, changed, disabled and deleted', async () => {
    const created = await create({ description: 'ours', eventTypes: ['document.*'] });
    expect(created).toMatchObject({
      status: 201,
      body: {
        url: 'https://hooks.example/a',
        description: 'ours',
        eventTypes: ['document.*'],
        enabled: true,
      },
    });
    expect(created.body['secret']).toMatch(/^whsec_[\w+/]{43}=$/);
    const path = `/v1/webhooks/${idOf(created)}`;
    const { secret, ...shown } = created.body;
    expect((await call('GET', path)).body).toEqual(shown);
    expect((await call('GET', '/v1/webhooks')).body).toEqual({ webhooks: [shown] });
    const changed = await call('PATCH', path, { url: 'https://hooks.example/b', enabled: false });
    expect(changed.body).toMatchObject({
      ...{ url: 'https://hooks.example/b', description: 'ours', enabled: false, disabledReason: 'caller' },
    });
    expect((await call('PATCH', path, { enabled: true })).body).toMatchObject({
      enabled: true,
      disabledReason: null,
    });
    expect((await call('DELETE', path)).status).toBe(200);
    expect((await call('GET', path)).status).toBe(404);
    expect((await call('DELETE', path)).status).toBe(404);
    expect((await call('GET', '/v1/webhooks')).body).toEqual({ webhooks: [] });
    expect(
      JSON.stringify(await gateway.database.session.selectFrom('webhookSecrets').selectAll().execute()),
    ).not.toContain(String(secret).slice(6, 40));
  });

  it.each([
    'http://hooks.example/',
    'https://localhost/',
    'https://127.0.0.1/',
    'https://169.254.169.254/latest/meta-data/',
    'https://[::ffff:10.0.0.1]/',
    'https://2130706433/',
    'https://user:password@hooks.example/',
    'https://hooks.example/\u0000',
    'hooks.example',
  ])('are not created for %j', async (url) => {
    expect(await create({ url })).toMatchObject({ status: 400, body: { code: 'REQUEST_INVALID' } });
    const path = `/v1/webhooks/${idOf(await create())}`;
    expect((await call('PATCH', path, { url })).body).toMatchObject({ code: 'REQUEST_INVALID' });
    expect((await call('GET', path)).body).toMatchObject({ url: 'https://hooks.example/a' });
  });

  it('are bounded in number, also when they are created at once', async () => {
    const made = await Promise.all(Array.from({ length: maxWebhooks + 3 }, () => create()));
    expect(made.filter(({ status }) => status === 201)).toHaveLength(maxWebhooks);
    expect(made.filter(({ body }) => body['code'] === 'LIMIT_REACHED')).toHaveLength(3);
  });

  it('belong to their tenant: another one finds neither them nor their deliveries', async () => {
    const endpointId = idOf(await create());
    const [deliveryId = ''] = await store(endpointId, 1);
    const other = await gateway.keyOf('other', 'tenant-admin');
    const calls = [
      ['GET', `/v1/webhooks/${endpointId}`],
      ['DELETE', `/v1/webhooks/${endpointId}`],
      ['POST', `/v1/webhooks/${endpointId}/rotate`],
      ['POST', `/v1/webhooks/${endpointId}/test`],
      ['GET', `/v1/webhook-deliveries/${deliveryId}`],
      ['POST', `/v1/webhook-deliveries/${deliveryId}/replay`],
    ] as const;
    for (const [method, path] of calls)
      expect([method, path, (await call(method, path, undefined, other)).status]).toEqual([
        method,
        path,
        404,
      ]);
    const listed = await call('GET', `/v1/webhook-deliveries?endpointId=${endpointId}`, undefined, other);
    expect(listed.body).toEqual({ deliveries: [], next: null });
    expect((await call('GET', `/v1/webhook-deliveries/${deliveryId}`)).status).toBe(200);
  });

  it('get a new secret, and so do callbacks', async () => {
    const endpointId = idOf(await create());
    const rotated = await call('POST', `/v1/webhooks/${endpointId}/rotate?graceSeconds=0`);
    const callbacks = await call('POST', '/v1/webhooks/callbacks/rotate');
    expect([rotated.status, callbacks.status]).toEqual([201, 201]);
    expect(rotated.body['secret']).not.toEqual(callbacks.body['secret']);
    const rows = await gateway.database.session
      .selectFrom('webhookSecrets')
      .select(['receiver', 'validUntil'])
      .where('tenantId', '=', tenant)
      .execute();
    expect(
      rows
        .filter(({ validUntil }) => validUntil === null)
        .map(({ receiver }) => receiver)
        .sort(),
    ).toEqual([endpointId, callbackReceiver(tenant)].sort());
  });
});

describe('A-05: deliveries', () => {
  it('are listed in pages, by endpoint, state and subject, and shown with their attempts', async () => {
    const endpointId = idOf(await create());
    const ids = await store(endpointId, 3);
    await sendAll('failed', 500);
    const [callback = ''] = await store(callbackReceiver(tenant), 1);
    const list = async (query: string) => (await call('GET', `/v1/webhook-deliveries?${query}`)).body;
    const first = await list('limit=3');
    expect(listOf(first, 'deliveries').map(({ deliveryId }) => deliveryId)).toEqual([
      callback,
      ids[2],
      ids[1],
    ]);
    const second = await list(`limit=3&cursor=${String(first['next'])}`);
    expect([listOf(second, 'deliveries').map(({ deliveryId }) => deliveryId), second['next']]).toEqual([
      [ids[0]],
      null,
    ]);
    expect(listOf(await list('endpointId=callbacks'), 'deliveries')).toMatchObject([
      { deliveryId: callback, endpointId: null, state: 'pending' },
    ]);
    expect(
      listOf(await list(`endpointId=${endpointId}&state=failed&subject=run-1`), 'deliveries'),
    ).toMatchObject([{ deliveryId: ids[1], endpointId, problem: 'HTTP_500', attempts: 1 }]);
    expect((await call('GET', `/v1/webhook-deliveries/${ids[0] ?? ''}`)).body).toMatchObject({
      log: [{ number: 1, status: 500, problem: 'HTTP_500' }],
    });
  });

  it('are replayed by id and by time, a bounded number at a time', async () => {
    const endpointId = idOf(await create());
    const ids = await store(endpointId, 3);
    await sendAll('delivered', 204);
    const replayed = await call('POST', `/v1/webhook-deliveries/${ids[0] ?? ''}/replay`);
    expect(replayed).toMatchObject({ status: 202, body: { deliveryId: ids[0], state: 'pending' } });
    const path = `/v1/webhooks/${endpointId}/replay`;
    const since = new Date(Date.now() - 60_000).toISOString();
    const until = new Date(Date.now() + 60_000).toISOString();
    expect(await call('POST', path, { since, until })).toMatchObject({
      status: 202,
      body: { replayed: 2, next: null },
    });
    expect((await call('POST', path, { since, until, state: 'failed' })).body).toMatchObject({ replayed: 0 });
    expect((await call('POST', path, { since: until, until: since })).body).toMatchObject({
      code: 'REQUEST_INVALID',
    });
    await call('DELETE', `/v1/webhooks/${endpointId}`);
    expect((await call('POST', `/v1/webhook-deliveries/${ids[1] ?? ''}/replay`)).status).toBe(404);
  });

  it('a test goes to an endpoint also while it is disabled', async () => {
    const endpointId = idOf(await create());
    await call('PATCH', `/v1/webhooks/${endpointId}`, { enabled: false });
    await store(endpointId, 1);
    const test = await call('POST', `/v1/webhooks/${endpointId}/test`);
    expect(test).toMatchObject({ status: 202, body: { type: 'webhook.test', state: 'pending' } });
    await sendAll('delivered', 200);
    const { body } = await call('GET', `/v1/webhook-deliveries?endpointId=${endpointId}&state=delivered`);
    expect(listOf(body, 'deliveries').map(({ type }) => type)).toEqual(['webhook.test']);
  });
});

it('A-07: changes are in the audit log, without what only their owner should read', async () => {
  const endpointId = idOf(await create({ url: 'https://hooks.example/path-with-a-token?secret=1' }));
  await call('PATCH', `/v1/webhooks/${endpointId}`, { enabled: false });
  await call('POST', `/v1/webhooks/${endpointId}/rotate`);
  await call('DELETE', `/v1/webhooks/${endpointId}`);
  const fleet = await gateway.keyOf('acme', 'fleet-admin');
  const { body } = await call('GET', `/v1/audit?tenant=${tenant}`, undefined, fleet);
  const rows = listOf(body, 'rows');
  expect(rows.map(({ action }) => action)).toEqual([
    'webhook.delete',
    'webhook.rotate',
    'webhook.update',
    'webhook.create',
  ]);
  expect(JSON.stringify(rows)).not.toMatch(/token|secret=1|whsec/);
});

it('A-07: those who run the fleet see numbers', async () => {
  const fleet = await gateway.keyOf('acme', 'operator');
  await store(idOf(await create()), 2);
  const { body } = await call('GET', '/v1/fleet/webhooks', undefined, fleet);
  expect(body['endpoints']).toBeGreaterThanOrEqual(1);
  expect(body['pending']).toBeGreaterThanOrEqual(2);
  expect((await call('GET', '/v1/webhooks', undefined, fleet)).status).toBe(403);
});
