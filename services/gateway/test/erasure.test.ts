import { randomUUID } from 'node:crypto';
import { consumerOffsetsIn, erasureWorkIn } from '@docfleet/database';
import { runIdOf } from '@docfleet/domain';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startGateway, type TestGateway } from './gateway.ts';

let gateway: TestGateway;
let fleetAdmin: string;
let tenant: string;
let keys: { readonly admin: string; readonly producer: string; readonly stranger: string };

beforeAll(async () => {
  gateway = await startGateway();
  fleetAdmin = await gateway.keyOf('none', 'fleet-admin');
});
afterAll(() => gateway.close());
beforeEach(async () => {
  tenant = `tenant-${randomUUID()}`;
  keys = {
    admin: await gateway.keyOf(tenant, 'tenant-admin'),
    producer: await gateway.keyOf(tenant, 'producer'),
    stranger: await gateway.keyOf(`other-${tenant}`, 'tenant-admin'),
  };
});

async function call(path: string, as: string, init: RequestInit = { method: 'POST' }) {
  const response = await fetch(`${gateway.url}${path}`, {
    ...init,
    headers: { authorization: `Bearer ${as}` },
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

const get = (path: string, as: string) => call(path, as, {});

function submit(requestId: string, content = '%PDF-1') {
  const body = new FormData();
  body.set('requestId', requestId);
  body.set('file', new Blob([content], { type: 'application/pdf' }), 'letter.pdf');
  return call('/v1/jobs', keys.producer, { method: 'POST', body });
}

/** Does in the database what the service `retention` does. */
async function execute(runId: string): Promise<void> {
  await gateway.database.transaction(async (session) => {
    await consumerOffsetsIn(session).lock('ledger', '', 0);
    await erasureWorkIn(session).removeRun({ runId, tenantId: tenant, at: Date.now() });
  });
}

async function uploads(): Promise<string[]> {
  const found: string[] = [];
  for await (const { key } of gateway.store.list(`uploads/${tenant}/`, new AbortController().signal))
    found.push(key);
  return found;
}

describe('A-11: erasing what is no tenant', () => {
  it.each(['nobody', '%2F', '*', '%0A', '%00', '%F0%9F%98%80', '%ED%A0%80'])('is refused: %s', async (id) => {
    const { status } = await call(`/v1/tenants/${id}/erase`, fleetAdmin);
    expect([400, 404]).toContain(status);
    expect((await call(`/v1/tenants/${tenant}/erase`, fleetAdmin)).status).toBe(202);
  });
});

describe('A-11: erasing a job', () => {
  it('is requested by the tenant-admin of its tenant, once, and audited', async () => {
    const runId = runIdOf(tenant, 'r-1');
    await submit('r-1');
    const path = `/v1/jobs/${runId}/erase`;
    expect((await call(path, keys.producer)).status).toBe(403);
    expect((await call(path, keys.stranger)).status).toBe(404);
    const first = await call(path, keys.admin);
    expect([first.status, first.body]).toMatchObject([
      202,
      { runId, tenantId: tenant, state: 'waiting', runs: 0 },
    ]);
    const again = await call(path, fleetAdmin);
    expect(again.body['erasureId']).toBe(first.body['erasureId']);
    const self = `/v1/erasures/${String(first.body['erasureId'])}`;
    expect((await get(self, keys.admin)).body).toEqual(first.body);
    expect((await get(self, keys.stranger)).status).toBe(404);
    const { rows } = await sql`select action, actor_role from audit where subject = ${runId}`.execute(
      gateway.database.session,
    );
    expect(rows).toEqual([{ action: 'run.erase', actorRole: 'tenant-admin' }]);
  });

  it('leaves a requestId that answers ERASED and stores nothing', async () => {
    const runId = runIdOf(tenant, 'r-1');
    await submit('r-1');
    await execute(runId);
    const stored = await uploads();
    const written = gateway.cluster.dump('documents.normal').length;
    for (const content of ['%PDF-1', '%PDF-2']) {
      const { status, body } = await submit('r-1', content);
      expect([status, body['code']]).toEqual([410, 'ERASED']);
    }
    expect([await uploads(), gateway.cluster.dump('documents.normal').length]).toEqual([stored, written]);
    for (const answer of [
      await get(`/v1/jobs/${runId}`, keys.admin),
      await call(`/v1/jobs/${runId}/erase`, keys.admin),
    ]) {
      expect([answer.status, answer.body['code']]).toEqual([410, 'ERASED']);
    }
    expect((await get(`/v1/jobs/${runId}`, keys.stranger)).status).toBe(404);
    expect((await submit('r-2')).status).toBe(202);
  });

  it('is not the same as expiry: a run whose row has expired answers DATA_EXPIRED and does not begin again', async () => {
    const runId = runIdOf(tenant, 'r-1');
    await sql`
      insert into outcomes values (${runId}, 1, ${tenant}, 'o', 'published', 'completed', '', 't', 0, 0, 'h', now(), now())`.execute(
      gateway.database.session,
    );
    const { status, body } = await submit('r-1');
    expect([status, body['code']]).toEqual([410, 'DATA_EXPIRED']);
    expect(await uploads()).toEqual([]);
  });
});

describe('A-11: erasing a tenant', () => {
  it('is requested by a fleet-admin', async () => {
    const path = `/v1/tenants/${tenant}/erase`;
    expect((await call(path, keys.admin)).status).toBe(403);
    const { status, body } = await call(path, fleetAdmin);
    expect([status, body]).toMatchObject([202, { runId: null, tenantId: tenant, state: 'waiting' }]);
    const days = Date.parse(String(body['recordsGoneBy'])) - Date.parse(String(body['requestedAt']));
    expect(days / 86_400_000).toBe(30);
  });
});
