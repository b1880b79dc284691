import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { tenantsIn, tenantUsagesIn } from '@docfleet/database';
import { endpoints, until } from '@docfleet/testing';
import { afterEach, describe, expect, it } from 'vitest';
import { maxBatchFiles, startGateway, type TestGateway, type TestGatewayOptions } from './gateway.ts';

const open: TestGateway[] = [];

afterEach(async () => {
  // The first one owns what the others share.
  for (const gateway of open.splice(0).reverse()) await gateway.close();
});

async function start(options: TestGatewayOptions = {}): Promise<TestGateway> {
  const gateway = await startGateway(options);
  open.push(gateway);
  return gateway;
}

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Readonly<Record<string, unknown>>;
}

async function answerOf(response: Response): Promise<Answer> {
  const { status, headers } = response;
  return { status, headers, body: (await response.json()) as Answer['body'] };
}

async function submit(gateway: TestGateway, key: string, text: string): Promise<Answer> {
  const form = new FormData();
  form.append('file', new Blob([text]), 'a.pdf');
  const headers = { authorization: `Bearer ${key}` };
  return answerOf(await fetch(`${gateway.url}/v1/jobs`, { method: 'POST', headers, body: form }));
}

async function call(gateway: TestGateway, key: string, path: string, body?: object): Promise<Answer> {
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
  const write = body === undefined ? { headers } : { method: 'PUT', headers, body: JSON.stringify(body) };
  return answerOf(await fetch(`${gateway.url}${path}`, write));
}

/** Sends documents in turns to both gateways, several at a time, until `count` have been sent; the codes of the answers. */
async function flood(
  gateways: readonly [TestGateway, TestGateway],
  key: string,
  { count, text }: { readonly count: number; readonly text: (n: number) => string },
): Promise<readonly string[]> {
  const codes: string[] = [];
  let sent = 0;
  const sender = async (): Promise<void> => {
    while (sent < count) {
      sent += 1;
      const { status, body } = await submit(gateways[sent % 2 === 0 ? 0 : 1], key, text(sent));
      codes.push(status === 202 ? 'accepted' : String(body['quota'] ?? body['code']));
    }
  };
  await Promise.all(Array.from({ length: 8 }, sender));
  return codes;
}

const count = (codes: readonly string[], code: string): number =>
  codes.filter((each) => each === code).length;

describe('A-08: quotas of tenants', () => {
  it('hold at two gateways together, each within what one document more would be', async () => {
    const first = await start({ limits: { QUOTA_BYTES_PER_DAY: 40 * 1_000 } });
    const second = await start({ limits: { QUOTA_BYTES_PER_DAY: 40 * 1_000 }, beside: first });
    const key = await first.keyOf('bytes', 'producer');
    const codes = await flood([first, second], key, { count: 60, text: (n) => String(n).padEnd(1_000, '.') });
    expect(count(codes, 'accepted') + count(codes, 'bytesPerDay')).toBe(60);
    const usage = await tenantUsagesIn(first.database.session).read('bytes', Date.now());
    expect(usage.bytes).toBe(count(codes, 'accepted') * 1_000);
    expect(usage.bytes).toBeLessThanOrEqual(40_000);
    // What arrives in the same second may be refused by its announced size, which is that of the whole form.
    expect(usage.bytes).toBeGreaterThanOrEqual(0.95 * 40_000);

    const admin = await first.keyOf('', 'fleet-admin');
    await tenantsIn(first.database.session).create({ tenantId: 'flight', name: 'flight', at: Date.now() });
    expect((await call(first, admin, '/v1/tenants/flight/quotas', { documentsInFlight: 20 })).status).toBe(
      200,
    );
    await publish(first, 'flight', { documentsInFlight: '20' });
    const flightKey = await second.keyOf('flight', 'producer');
    const flying = await flood([first, second], flightKey, { count: 40, text: (n) => `%PDF-${n}` });
    expect([count(flying, 'accepted'), count(flying, 'documentsInFlight')]).toEqual([20, 20]);
  });

  it('reserve pages for what was not read at two gateways, by the mean of the tenant and a margin', async () => {
    // It asks for its usage until that is fresh, which counts as calls.
    const options = { callsPerMinute: 1_000_000, limits: { QUOTA_PAGES_PER_DAY: 100 } };
    const first = await start(options);
    const second = await start({ ...options, beside: first });
    const { session } = first.database;
    const usages = tenantUsagesIn(session);
    const at = Date.now();
    const dayMs = 86_400_000;
    await usages.add([
      { tenantId: 'pages', at: at - dayMs, documents: 10, pages: 40 },
      { tenantId: 'pages', at: at - 7 * dayMs, documents: 100, pages: 10_000 },
    ]);
    const key = await first.keyOf('pages', 'producer');
    const send = () => flood([first, second], key, { count: 40, text: (n) => `%PDF-${n}` });
    const unread = await send();
    expect([count(unread, 'accepted'), count(unread, 'pagesPerDay')]).toEqual([15, 25]);

    // They are read and have 3 pages each: what was reserved too much is free again.
    await session.updateTable('runs').set({ pageCount: 3 }).where('tenantId', '=', 'pages').execute();
    await usages.add([{ tenantId: 'pages', at, documents: 15, pages: 45 }]);
    for (const gateway of [first, second])
      await until('the reading is fresh', async () => {
        const { body } = await call(gateway, key, '/v1/capacity');
        return JSON.stringify(body['quotas']).includes('"used":45');
      });
    const codes = await send();
    expect([count(codes, 'accepted'), count(codes, 'pagesPerDay')]).toEqual([9, 31]);
  });

  it('of pages hold within 5 % at two gateways while unlike documents are read', async () => {
    const limit = 400;
    const options = { callsPerMinute: 1_000_000, limits: { QUOTA_PAGES_PER_DAY: limit } };
    const first = await start(options);
    const second = await start({ ...options, beside: first });
    const { session } = first.database;
    const key = await first.keyOf('unlike', 'producer');
    // Most have one or two pages, every tenth has twelve; each gateway has up to four uploads in hand.
    const pagesOf = (n: number): number => (n % 10 === 0 ? 12 : 1 + (n % 2));
    let [sent, read, refusedInTurn] = [0, 0, 0];
    const gateways = [first, second];
    const send = async (): Promise<void> => {
      sent += 1;
      const { status } = await submit(gateways[sent % 2] ?? first, key, `%PDF-${sent}`);
      refusedInTurn = status === 202 ? 0 : refusedInTurn + 1;
    };
    /** The longest waiting documents are read, as the ledger writes it. */
    const readSome = async (): Promise<number> => {
      const unread = await session
        .selectFrom('runs')
        .select('runId')
        .where('tenantId', '=', 'unlike')
        .where('pageCount', '=', 0)
        .orderBy('acceptedAt')
        .limit(6)
        .execute();
      for (const { runId } of unread) {
        read += 1;
        const pages = pagesOf(read);
        await session.updateTable('runs').set({ pageCount: pages }).where('runId', '=', runId).execute();
        await tenantUsagesIn(session).add([{ tenantId: 'unlike', at: Date.now(), documents: 1, pages }]);
      }
      return unread.length;
    };
    // Until nothing waits to be read and both gateways, with readings that are fresh, refuse what more is sent.
    for (let idle = 0; idle < 3;) {
      await Promise.all(Array.from({ length: 8 }, send));
      const some = await readSome();
      idle = some === 0 && refusedInTurn >= 8 ? idle + 1 : 0;
      // What a gateway has read of the usage is older than a second then.
      if (some === 0) await sleep(1_100);
    }
    const { pages } = await tenantUsagesIn(session).read('unlike', Date.now());
    expect(pages).toBeLessThanOrEqual(1.05 * limit);
    expect(pages).toBeGreaterThanOrEqual(0.95 * limit);
  });

  it('of money and calls hold at two gateways that share no Redis', async () => {
    const options = { gateways: 2, callsPerMinute: 40, costPerPage: 0.5, limits: { QUOTA_COST_PER_DAY: 5 } };
    const first = await start(options);
    const second = await start({ ...options, beside: first });
    const key = await first.keyOf('calls', 'producer');
    const codes = await flood([first, second], key, { count: 60, text: (n) => `%PDF-${n}` });
    // Ten pages at most, of which the margin for documents that were not read is held back.
    expect(count(codes, 'accepted')).toBe(5);
    expect(count(codes, 'accepted') + count(codes, 'costPerDay')).toBe(40);
    expect(count(codes, 'RATE_LIMITED')).toBe(20);
  });

  it('of 0 let nothing in, also of money where pages cost nothing', async () => {
    const gateway = await start({ limits: { QUOTA_COST_PER_DAY: 0 } });
    const { status, body } = await submit(gateway, await gateway.keyOf('acme', 'producer'), '%PDF-1');
    expect([status, body['quota']]).toEqual([429, 'costPerDay']);
  });

  it('count each file of a batch, and refuse all of it or nothing', async () => {
    const gateway = await start({ limits: { QUOTA_DOCUMENTS_IN_FLIGHT: 3 } });
    const key = await gateway.keyOf('acme', 'producer');
    const send = async (files: number): Promise<Answer> => {
      const form = new FormData();
      for (let n = 1; n <= files; n += 1) form.append('files', new Blob([`%PDF-${n}`]), `${n}.pdf`);
      const headers = { authorization: `Bearer ${key}` };
      return answerOf(await fetch(`${gateway.url}/v1/batches`, { method: 'POST', headers, body: form }));
    };
    const refused = await send(4);
    expect([refused.status, refused.body['quota']]).toEqual([429, 'documentsInFlight']);
    expect(await gateway.runs.list({ tenantId: 'acme', limit: 10 })).toEqual([]);
    expect((await send(3)).status).toBe(202);
    expect((await send(1)).status).toBe(429);
  });

  it('say which one, and when to try again; whatever else the tenant does goes on', async () => {
    const gateway = await start({ limits: { QUOTA_DOCUMENTS_IN_FLIGHT: 1 } });
    const key = await gateway.keyOf('acme', 'producer');
    const accepted = await submit(gateway, key, '%PDF-1');
    expect(accepted.status).toBe(202);
    expect(accepted.headers.get('ratelimit-policy')).toBe(
      '"tenant";q=1000;w=60, "intake";q=200;w=1;qu="documents"',
    );
    const refused = await submit(gateway, key, '%PDF-2');
    expect([refused.status, refused.body['code'], refused.body['quota']]).toEqual([
      429,
      'QUOTA_EXCEEDED',
      'documentsInFlight',
    ]);
    expect(refused.headers.get('ratelimit-policy')).toBe(
      '"documents-in-flight";q=1;qu="concurrent-requests"',
    );
    expect([refused.headers.get('ratelimit'), refused.headers.get('retry-after')]).toEqual([
      '"documents-in-flight";r=0;t=5',
      '5',
    ]);
    expect((await call(gateway, key, '/v1/jobs')).status).toBe(200);
    // Another tenant is not concerned.
    expect((await submit(gateway, await gateway.keyOf('globex', 'producer'), '%PDF-3')).status).toBe(202);
  });

  it('are refused before a byte is stored, and what is refused in the transaction leaves no run', async () => {
    const gateway = await start({ limits: { QUOTA_PAGES_PER_DAY: 5 } });
    const key = await gateway.keyOf('acme', 'producer');
    await tenantUsagesIn(gateway.database.session).add([
      { tenantId: 'acme', at: Date.now(), documents: 2, pages: 5 },
    ]);
    const refused = await submit(gateway, key, '%PDF-1');
    expect([refused.status, refused.body['quota']]).toEqual([429, 'pagesPerDay']);
    expect(gateway.reads).toEqual(['usage']);
  });

  it('hold by what was read last while the database is away', async () => {
    const gateway = await start({ limits: { QUOTA_DOCUMENTS_IN_FLIGHT: 3 } });
    const key = await gateway.keyOf('acme', 'producer');
    expect((await submit(gateway, key, '%PDF-1')).status).toBe(202);
    gateway.databaseIs = 'down';
    const statuses = [];
    for (let n = 2; n < 6; n += 1) statuses.push((await submit(gateway, key, `%PDF-${n}`)).status);
    expect(statuses).toEqual([202, 202, 429, 429]);
    gateway.databaseIs = 'up';
  });

  it('are shown to the tenant and to operators, with what may be sent now', async () => {
    const gateway = await start({ limits: { QUOTA_PAGES_PER_DAY: 10 }, costPerPage: 0.5 });
    const key = await gateway.keyOf('acme', 'producer');
    await submit(gateway, key, '%PDF-1');
    await tenantUsagesIn(gateway.database.session).add([
      { tenantId: 'acme', at: Date.now(), documents: 2, pages: 6 },
    ]);
    const { body } = await call(gateway, key, '/v1/usage');
    const day = new Date().toISOString().slice(0, 10);
    expect(body['days']).toEqual([{ day, bytes: 6, documents: 2, pages: 6, cost: 3 }]);
    expect(body['quotas']).toEqual(
      expect.arrayContaining([
        { quota: 'pagesPerDay', limit: 10, used: 9, left: 1, resetsAt: expect.any(String) as string },
        { quota: 'documentsInFlight', limit: null, used: 1, left: null, resetsAt: null },
      ]),
    );
    const operator = await gateway.keyOf('', 'operator');
    expect((await call(gateway, operator, '/v1/tenants/acme/usage')).body).toEqual(body);
    expect((await call(gateway, operator, '/v1/tenants/acne/usage')).status).toBe(404);
    expect((await call(gateway, key, '/v1/capacity')).body).toMatchObject({
      perSecond: 200,
      multiplier: 1,
      fleetPerSecond: 200,
      inFlight: 1,
      backlogSeconds: { urgent: 0, high: 0, normal: 0 },
      level: 'L0',
    });
  });

  it('are set by a fleet-admin, published, and kept apart from the region', async () => {
    const gateway = await start();
    const admin = await gateway.keyOf('', 'fleet-admin');
    await tenantsIn(gateway.database.session).create({ tenantId: 'acme', name: 'acme', at: Date.now() });
    const region = { region: 'south', regionRouting: 'redirect' };
    expect((await call(gateway, admin, '/v1/tenants/acme/region', region)).body).toEqual(region);
    const quotas = { bytesPerDay: 5, requestsPerMinute: 7, intakePreset: 'conservative' };
    await call(gateway, admin, '/v1/tenants/acme/quotas', { pagesPerDay: 3 });
    const set = await call(gateway, admin, '/v1/tenants/acme/quotas', quotas);
    const whole = { ...quotas, pagesPerDay: null, costPerDay: null, documentsInFlight: null };
    expect(set.body).toEqual(whole);
    expect((await call(gateway, admin, '/v1/tenants/acme/quotas')).body).toEqual(whole);
    const tenant = await tenantsIn(gateway.database.session).find('acme');
    expect(tenant?.policies).toEqual({
      bytesPerDay: '5',
      requestsPerMinute: '7',
      intakePreset: 'conservative',
      region: 'south',
      regionRouting: 'redirect',
    });
    expect((await call(gateway, admin, '/v1/tenants/nobody/quotas', {})).status).toBe(404);
  });
});

/** Makes settings known to gateways, as their directory would. */
async function publish(
  gateway: TestGateway,
  tenantId: string,
  policies: Record<string, string>,
): Promise<void> {
  gateway.published.set(tenantId, {
    ...{ tenantId, version: 1, state: 'active', publicKeys: [], sources: null, at: 0 },
    policies,
  });
  return Promise.resolve();
}

describe('M-20: adaptive intake', () => {
  it('holds a flood off at two gateways, serves a small tenant, and lets the rate come back', async () => {
    let openByTenant = new Map<string, number>();
    let seconds = 0;
    const work = () => ({
      seconds,
      secondsBehindIntake: seconds,
      lanes: { urgent: 0, high: 0, normal: seconds },
      openByTenant,
    });
    const options: TestGatewayOptions = { redis: endpoints().redis, fleetPreset: 'conservative', work };
    const first = await start(options);
    const second = await start({ ...options, beside: first });
    const [loud, small] = [`loud-${randomUUID()}`, `small-${randomUUID()}`];
    const loudKey = await first.keyOf(loud, 'producer');
    const smallKey = await first.keyOf(small, 'producer');
    // Everything that waits is the loud one's: it is cut, and so is the fleet.
    openByTenant = new Map([[loud, 100]]);
    seconds = 95;
    const multiplierAt = async (gateway: TestGateway, key: string) =>
      (await call(gateway, key, '/v1/capacity')).body['multiplier'];
    for (const gateway of [first, second])
      await until('the loud tenant is cut', async () => (await multiplierAt(gateway, loudKey)) === 0.2);
    expect(await multiplierAt(second, smallKey)).toBe(1);

    const flooding = flood([first, second], loudKey, { count: 60, text: (n) => `%PDF-${n}` });
    const served = [];
    for (let n = 0; n < 3; n += 1) served.push((await submit(second, smallKey, `%PDF-small-${n}`)).status);
    const codes = await flooding;
    expect(served).toContain(202);
    expect(count(codes, 'RATE_LIMITED')).toBeGreaterThan(30);

    seconds = 10;
    for (const gateway of [first, second])
      await until('the rate has come back', async () => (await multiplierAt(gateway, loudKey)) === 2);
    const { body } = await call(first, loudKey, '/v1/capacity');
    expect(body).toMatchObject({ fleetPerSecond: 20, backlogSeconds: { normal: 10 } });
  });

  it('counts each file of batches at two gateways, and takes none while a debt is not paid off', async () => {
    const options: TestGatewayOptions = {
      ...{ redis: endpoints().redis, fleetPreset: 'conservative' },
      callsPerMinute: 1_000_000,
    };
    const first = await start(options);
    const second = await start({ ...options, beside: first });
    const key = await first.keyOf(`batches-${randomUUID()}`, 'producer');
    const send = async (gateway: TestGateway, requestId: string): Promise<Answer> => {
      const form = new FormData();
      form.append('batch', JSON.stringify({ requestId }));
      for (let n = 1; n <= maxBatchFiles; n += 1) form.append('files', new Blob([`%PDF-${n}`]), `${n}.pdf`);
      const headers = { authorization: `Bearer ${key}` };
      return answerOf(await fetch(`${gateway.url}/v1/batches`, { method: 'POST', headers, body: form }));
    };
    const documentsNow = async (gateway: TestGateway) =>
      Number((await call(gateway, key, '/v1/capacity')).body['documentsNow']);
    // While a gateway connects to Redis it counts for itself.
    for (const [from, to] of [[first, second] as const, [second, first] as const])
      await until('both gateways count in Redis', async () => {
        await submit(from, key, randomUUID());
        return (await documentsNow(to)) < 20;
      });
    await until('the bucket is full', async () => (await documentsNow(first)) === 20);
    // 80 documents; a bucket of this preset holds 20, so that each batch has the token that it begins with.
    const arriving = Array.from({ length: 16 }, (_, n) => send(n % 2 === 0 ? first : second, `batch-${n}`));
    expect((await Promise.all(arriving)).map(({ status }) => status)).toEqual(Array(16).fill(202));
    for (const gateway of [first, second])
      expect((await submit(gateway, key, '%PDF-0')).body['code']).toBe('RATE_LIMITED');
    await until('the debt is paid off', async () => (await send(second, 'batch-16')).status === 202);
  });

  it('divides the rate among gateways that share no Redis', async () => {
    const gateway = await start({
      gateways: 4,
      fleetPreset: 'conservative',
      limits: { TENANT_INTAKE_PRESET: 'conservative' },
    });
    const key = await gateway.keyOf('acme', 'producer');
    expect((await call(gateway, key, '/v1/capacity')).body).toMatchObject({ documentsNow: 5, perSecond: 10 });
  });
});
