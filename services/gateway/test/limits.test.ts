import { randomUUID } from 'node:crypto';
import { openSharedCounter } from '@docfleet/cache';
import { endpoints, until } from '@docfleet/testing';
import { afterEach, describe, expect, it } from 'vitest';
import { startGateway, type TestGateway, type TestGatewayOptions } from './gateway.ts';

const open: TestGateway[] = [];

afterEach(async () => {
  for (const gateway of open.splice(0)) await gateway.close();
});

async function start(options: TestGatewayOptions): Promise<TestGateway> {
  const gateway = await startGateway(options);
  open.push(gateway);
  return gateway;
}

async function list(gateway: TestGateway, key: string) {
  const headers = { authorization: `Bearer ${key}` };
  const response = await fetch(`${gateway.url}/v1/jobs`, { headers });
  const body = (await response.json()) as { code?: string };
  return { status: response.status, code: body.code, headers: response.headers };
}

/** Waits until a gateway counts in Redis: while it is connecting it counts for itself. */
async function untilShared(gateway: TestGateway): Promise<void> {
  const tenant = `warming-up-${randomUUID()}`;
  const key = await gateway.keyOf(tenant, 'viewer');
  const counter = openSharedCounter({ url: endpoints().redis });
  let own = 0;
  try {
    await until('the gateway counts in Redis', async () => {
      await list(gateway, key);
      const counted = await counter.add(`rate-limit:${tenant}`, 60_000);
      if (counted === undefined) return false;
      own += 1;
      return counted.count > own;
    });
  } finally {
    counter.close();
  }
}

describe('the limit of a tenant', () => {
  it('holds for all gateways together, and for each tenant alone', async () => {
    const options = { callsPerMinute: 3, redis: endpoints().redis };
    const gateways = [await start(options), await start(options)] as const;
    const [tenant, other] = [`limited-${randomUUID()}`, `limited-${randomUUID()}`];
    const keys = [
      await gateways[0].keyOf(tenant, 'viewer'),
      await gateways[1].keyOf(tenant, 'viewer'),
    ] as const;
    for (const gateway of gateways) await untilShared(gateway);
    const statuses = [];
    for (const turn of [0, 1, 0, 1, 0] as const)
      statuses.push((await list(gateways[turn], keys[turn])).status);
    expect(statuses).toEqual([200, 200, 200, 429, 429]);
    const refused = await list(gateways[1], keys[1]);
    expect([refused.code, refused.headers.get('ratelimit-policy')]).toEqual([
      'RATE_LIMITED',
      '"tenant";q=3;w=60',
    ]);
    expect(refused.headers.get('ratelimit')).toMatch(/^"tenant";r=0;t=\d+$/);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    const allowed = await list(gateways[0], await gateways[0].keyOf(other, 'viewer'));
    expect([allowed.status, allowed.headers.get('ratelimit')?.split(';t=')[0]]).toEqual([
      200,
      '"tenant";r=2',
    ]);
  });

  it('holds at each gateway while Redis is away', async () => {
    const gateway = await start({ callsPerMinute: 2, redis: 'redis://127.0.0.1:1' });
    const key = await gateway.keyOf('lonely', 'viewer');
    const statuses = [];
    for (let call = 0; call < 4; call += 1) statuses.push((await list(gateway, key)).status);
    expect(statuses).toEqual([200, 200, 429, 429]);
  });
});

describe('the limit of failed calls', () => {
  it('ends the look-ups of an address that tries keys, and lets keys that are known pass', async () => {
    const gateway = await start({ failedCallsPerMinute: 3 });
    const key = await gateway.keyOf('steady', 'viewer');
    expect((await list(gateway, key)).status).toBe(200);
    const answers = [];
    for (let call = 0; call < 5; call += 1) answers.push(await list(gateway, `df_guess-${call}`));
    expect(answers.map(({ status }) => status)).toEqual([401, 401, 401, 429, 429]);
    expect(answers[4]?.headers.get('ratelimit-policy')).toBe('"unknown-key";q=3;w=60');
    // Without a look-up an unavailable database is not noticed.
    gateway.databaseIs = 'down';
    expect((await list(gateway, 'df_guess-5')).status).toBe(429);
    gateway.databaseIs = 'up';
    expect((await list(gateway, key)).status).toBe(200);
  });

  it('counts calls without a key', async () => {
    const gateway = await start({ failedCallsPerMinute: 2 });
    const statuses = [];
    for (let call = 0; call < 3; call += 1) {
      const response = await fetch(`${gateway.url}/v1/jobs`);
      await response.body?.cancel();
      statuses.push(response.status);
    }
    expect(statuses).toEqual([401, 401, 429]);
  });

  it('looks an unknown key up once', async () => {
    const gateway = await start({});
    expect((await list(gateway, 'df_never-issued')).status).toBe(401);
    gateway.databaseIs = 'down';
    expect((await list(gateway, 'df_never-issued')).status).toBe(401);
    expect((await list(gateway, 'df_another')).status).toBe(503);
  });
});
