import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { request } from 'node:http';
import { roles, runIdOf, type Role } from '@docfleet/domain';
import { until } from '@docfleet/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isAudited } from '../src/audited-call.ts';
import { startGateway, type TestGateway } from './gateway.ts';

let gateway: TestGateway;
let keys: Record<Role, string>;

beforeAll(async () => {
  // Room for the walk over the routes, whose rows are written after each.
  gateway = await startGateway({ callLogLimits: { maxRows: 20, maxBytes: 1e6 }, callsPerMinute: 1e6 });
  const made = await Promise.all(
    roles.map(async (role) => [role, await gateway.keyOf('acme', role)] as const),
  );
  keys = Object.fromEntries(made) as Record<Role, string>;
});
afterAll(() => gateway.close());

const rowsSince = async (id: bigint) => {
  await gateway.flushCalls();
  return gateway.database.session
    .selectFrom('audit')
    .select(['id', 'action', 'actorRole', 'tenantId', 'subject', 'status', 'detail', 'address'])
    .where('id', '>', id)
    .orderBy('id')
    .execute();
};
const lastId = async (): Promise<bigint> => (await rowsSince(0n)).at(-1)?.id ?? 0n;

async function call(
  role: Role,
  path: string,
  init: Omit<RequestInit, 'headers'> & { readonly headers?: Record<string, string> } = {},
) {
  const response = await fetch(`${gateway.url}${path}`, {
    ...init,
    headers: { authorization: `Bearer ${keys[role]}`, ...init.headers },
  });
  const body = (await response.json()) as Record<string, unknown>;
  return { status: response.status, code: body['code'] ?? null, body };
}

function submit(requestId: string) {
  const data = new FormData();
  data.set('requestId', requestId);
  data.set('file', new Blob(['%PDF-a'], { type: 'application/pdf' }), 'invoice.pdf');
  return call('producer', '/v1/jobs', { method: 'POST', body: data });
}

/** Ends the run with a result and an artifact of 4 MB. */
async function endedRun(requestId: string): Promise<string> {
  await submit(requestId);
  const runId = runIdOf('acme', requestId);
  const run = await gateway.runs.find(runId);
  if (run === undefined) throw new Error('no such run');
  const folder = `runs/2026-11-22/${runId}/r1/results/outcome`;
  const { signal } = new AbortController();
  const content = Buffer.alloc(4_000_000, 'a');
  await gateway.store.createOnce(`${folder}/result.json`, content, 'application/json', signal);
  const uri = gateway.store.uriOf(`${folder}/result.json`);
  await gateway.runs.save([
    {
      ...run,
      status: 'completed',
      endedAt: run.createdAt + 1,
      bundle: { uri, sha256: 'ab', mediaType: 'application/json', sizeBytes: content.length },
      result: { fieldsOmitted: false, degradation: 'L0', documents: [] },
    },
  ]);
  return runId;
}

describe('A-07: the audit log', () => {
  it('has a row of every call of every role that writes or reads content, and none of the others', async () => {
    const routes = gateway.routes.filter(({ url, isPublic }) => url !== '/unguarded' && !isPublic);
    for (const { method, url, action } of routes) {
      const before = await lastId();
      const path = url
        .replace(/:(?:runId|keyId|erasureId)/g, randomUUID())
        .replace(':tenantId', 'acme')
        .replace(':name', 'result.json')
        .replace('set-aside/:id', 'set-aside/documents.events-0-0')
        .replace(/:\w+/g, 'ocr-0-0');
      for (const role of roles) {
        const headers = { authorization: `Bearer ${keys[role]}` };
        await gateway.api.inject({ method: method as 'GET', url: path, headers });
      }
      // One each, also where a change was noted in its transaction.
      const audited = action !== undefined && isAudited(method, action);
      const found = (await rowsSince(before)).map(({ actorRole }) => actorRole);
      expect([method, url, ...found.sort()]).toEqual([method, url, ...(audited ? [...roles].sort() : [])]);
    }
  });

  it('says who did what to which run, from where and with which outcome', async () => {
    const before = await lastId();
    const runId = await endedRun('said');
    await call('viewer', `/v1/jobs/${runId}/cancel`, { method: 'POST' });
    expect(await rowsSince(before)).toMatchObject([
      {
        action: 'call.submit',
        actorRole: 'producer',
        tenantId: 'acme',
        subject: runId,
        status: 202,
        address: '127.0.0.1',
        detail: { method: 'POST', route: '/v1/jobs' },
      },
      { action: 'call.cancel', actorRole: 'viewer', subject: runId, status: 403 },
    ]);
  });

  it('has one row of a change that is noted in its transaction, and one of the call where it is not', async () => {
    const path = '/v1/tenants/acme/keys';
    const before = await lastId();
    const init = { method: 'POST', headers: { 'content-type': 'application/json' } };
    const { body } = await call('tenant-admin', path, { ...init, body: JSON.stringify({ role: 'viewer' }) });
    await call('tenant-admin', `${path}/${String(body['keyId'])}/revoke`, { method: 'POST' });
    await call('tenant-admin', `${path}/${String(body['keyId'])}/revoke`, { method: 'POST' });
    await call('tenant-admin', path, { ...init, body: JSON.stringify({ role: 'operator' }) });
    const rows = await rowsSince(before);
    expect(rows.map(({ action, status, address }) => [action, status, address])).toEqual([
      ['key.issue', null, '127.0.0.1'],
      ['key.revoke', null, '127.0.0.1'],
      // Repeated: nothing changed.
      ['call.manage-keys', 200, '127.0.0.1'],
      ['call.manage-keys', 400, '127.0.0.1'],
    ]);
  });

  it('has a row of a status with a result, and none of one without', async () => {
    await submit('without');
    const withResult = await endedRun('with');
    const before = await lastId();
    await call('viewer', `/v1/jobs/${runIdOf('acme', 'without')}`);
    await call('operator', `/v1/jobs/${withResult}`);
    await call('viewer', `/v1/jobs/${withResult}`);
    const rows = await rowsSince(before);
    expect(rows.map(({ action, actorRole, subject }) => [action, actorRole, subject])).toEqual([
      ['call.read', 'viewer', withResult],
    ]);
  });

  it('has a row of an artifact that was not read to its end', async () => {
    const runId = await endedRun('broken-off');
    const before = await lastId();
    const path = `/v1/jobs/${runId}/artifacts/result.json`;
    const sent = request(`${gateway.url}${path}`, { headers: { authorization: `Bearer ${keys.viewer}` } });
    sent.end();
    const [response] = (await once(sent, 'response')) as [NodeJS.ReadableStream];
    await once(response, 'readable');
    sent.destroy();
    await until('the row is there', async () => (await rowsSince(before)).length > 0);
    expect(await rowsSince(before)).toMatchObject([
      {
        action: 'call.read-artifacts',
        subject: `${runId}/result.json`,
        status: 200,
        detail: { complete: false },
      },
    ]);
  });

  it('refuses content once no more rows can wait for the database, and has every row when it is back', async () => {
    const runId = await endedRun('away');
    await call('viewer', `/v1/jobs/${runId}`);
    const before = await lastId();
    const read = () => call('viewer', `/v1/jobs/${runId}`);
    gateway.databaseIs = 'down';
    try {
      const answers = [];
      for (let index = 0; index < 22; index += 1) answers.push(await read());
      expect(answers.map(({ status, code }) => code ?? status)).toEqual([
        ...Array<number>(20).fill(200),
        'AUDIT_UNAVAILABLE',
        'AUDIT_UNAVAILABLE',
      ]);
      expect(answers.at(-1)?.status).toBe(503);
      // What needs no row is answered as before.
      expect((await submit('refused')).code).toBe('AUDIT_UNAVAILABLE');
      await expect(gateway.flushCalls()).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE' });
    } finally {
      gateway.databaseIs = 'up';
    }
    expect(await rowsSince(before)).toHaveLength(20);
    expect((await read()).status).toBe(200);
  });

  it('is exported by fleet-admins, each row once and as it is listed', async () => {
    for (let index = 0; index < 3; index += 1) await submit(`exported-${index}`);
    await gateway.flushCalls();
    const rows = await rowsSince(0n);
    const url = `${gateway.url}/v1/audit/export?since=1970-01-01T00:00:00Z`;
    const response = await fetch(url, { headers: { authorization: `Bearer ${keys['fleet-admin']}` } });
    const lines = (await response.text()).trimEnd().split('\n');
    const exported = lines.map((line) => JSON.parse(line) as { id: string });
    expect(exported.map(({ id }) => id).sort()).toEqual(rows.map(({ id }) => String(id)).sort());
    const { body } = await call('fleet-admin', '/v1/audit?limit=1');
    expect((body['rows'] as object[])[0]).toEqual(exported.find(({ id }) => id === String(rows.at(-1)?.id)));
    expect((await call('fleet-admin', '/v1/audit/export?since=yesterday')).status).toBe(400);
    const later = await fetch(url.replace('1970', '2999'), {
      headers: { authorization: `Bearer ${keys['fleet-admin']}` },
    });
    expect([later.status, later.headers.get('content-type'), await later.text()]).toEqual([
      200,
      'application/x-ndjson',
      '',
    ]);
  });
});
