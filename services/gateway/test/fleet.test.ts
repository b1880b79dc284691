import { randomUUID } from 'node:crypto';
import type { FleetHealth } from '@docfleet/contracts';
import { fleetView } from '@docfleet/fleet-level';
import { systemClock } from '@docfleet/domain';
import { silentFollowReport } from '@docfleet/record-log';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createFleetAdministration } from '../src/fleet.ts';
import { startGateway, type TestGateway } from './gateway.ts';

let gateway: TestGateway;
let admin: string;
let operator: string;

beforeAll(async () => {
  const topic = 'ocr.tasks.high';
  gateway = await startGateway({
    admin: {
      committed: (group) =>
        Promise.resolve(group === 'ocr' ? [{ topic, partition: 0, offset: 4n, metadata: '' }] : []),
      endOffsets: (partitions) => Promise.resolve(partitions.map((each) => ({ ...each, offset: 10n }))),
      members: () => Promise.resolve(new Map([['ocr', 1]])),
    },
  });
  admin = await gateway.keyOf('', 'fleet-admin');
  operator = await gateway.keyOf('', 'operator');
});
afterAll(() => gateway.close());

async function call(method: string, path: string, body?: object, as = operator) {
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

const order = (wish: object, more: object = {}) =>
  call('POST', '/v1/fleet/orders', { order: wish, reason: 'drill', ...more });

/** Publishes what waits, and waits until the gateway knows it. */
async function applied(kind: string, isThere: boolean): Promise<Record<string, unknown>[]> {
  await gateway.sender.sendOnce();
  return vi.waitFor(async () => {
    const { body } = await call('GET', '/v1/fleet');
    const orders = (body['orders'] as Record<string, unknown>[]).filter((each) => each['kind'] === kind);
    expect(orders.length > 0).toBe(isThere);
    return orders;
  }, 20_000);
}

async function report(health: Partial<FleetHealth> & { readonly process: string }): Promise<void> {
  const value = await gateway.codec.encode('fleet.health', {
    service: 'ocr',
    at: Date.now(),
    breakers: [],
    measures: {},
    models: [],
    ...health,
  });
  await gateway.cluster
    .log('ocr')
    .produce([{ topic: 'fleet.health', key: Buffer.from(health.process), value, headers: {} }]);
  await vi.waitFor(async () => {
    const { body } = await call('GET', '/v1/fleet');
    expect((body['processes'] as { process: string }[]).map(({ process }) => process)).toContain(
      health.process,
    );
  });
}

const auditOf = async (action: string) => {
  const { body } = await call('GET', `/v1/audit?action=${action}`, undefined, admin);
  return body['rows'] as Record<string, unknown>[];
};

describe('O-10: orders to the fleet', () => {
  it('pause a lane with a reason, show it with what waits, and release it; each is audited', async () => {
    const pause = { kind: 'pause', stage: 'ocr', lane: 'high' };
    const paused = await order({ ...pause, paused: true });
    expect([paused.status, paused.body]).toEqual([
      202,
      expect.objectContaining({ kind: 'pause', what: 'ocr high', isSet: true, reason: 'drill', until: null }),
    ]);
    await applied('pause', true);
    const { body } = await call('GET', '/v1/fleet/lag');
    const ocr = (body['stages'] as { stage: string; lanes: object[] }[]).find(({ stage }) => stage === 'ocr');
    expect(ocr?.lanes[1]).toEqual({ lane: 'high', records: 6, seconds: null, paused: true });
    await order({ ...pause, paused: false });
    await applied('pause', false);
    const rows = [...(await auditOf('stage.pause')), ...(await auditOf('stage.resume'))];
    expect(
      rows.map(({ action, subject, actorRole, detail }) => ({ action, subject, actorRole, detail })),
    ).toEqual(
      ['stage.pause', 'stage.resume'].map((action) => ({
        action,
        subject: 'ocr high',
        actorRole: 'operator',
        detail: { reason: 'drill', until: null },
      })),
    );
  });

  it('set a level that ends by itself', async () => {
    const set = await order({ kind: 'level', level: 'L2' }, { expiresInSeconds: 2 });
    expect(set.body).toMatchObject({ what: 'L2', until: expect.stringMatching(/Z$/) as string });
    await applied('level', true);
    await applied('level', false);
  });

  it('drain a process that reports, and no other', async () => {
    const process = `ocr-host-${randomUUID().slice(0, 8)}`;
    expect((await order({ kind: 'drain', process, drained: true })).status).toBe(404);
    await report({ process });
    expect((await order({ kind: 'drain', process, drained: true })).status).toBe(202);
    await applied('drain', true);
    const { body } = await call('GET', '/v1/fleet');
    expect(body['processes']).toContainEqual(expect.objectContaining({ process, drained: true }));
    expect((await order({ kind: 'drain', process, drained: false })).status).toBe(202);
    await applied('drain', false);
    expect((await order({ kind: 'drain', process, drained: false })).status).toBe(404);
  });

  it.each([
    [{ kind: 'level', level: 'L9' }, {}],
    [{ kind: 'pause', stage: 'gateway', paused: true }, {}],
    [{ kind: 'pause', stage: 'ocr', lane: 'slow', paused: true }, {}],
    [{ kind: 'models', digest: 'abc', previous: null }, {}],
    [{ kind: 'level', level: 'L1' }, { reason: ' ' }],
    [{ kind: 'level', level: 'L1' }, { expiresInSeconds: 0 }],
  ])('refuse %j with %j', async (wish, more) => {
    expect((await order(wish, more)).status).toBe(400);
  });
});

describe('O-10: model versions', () => {
  const digest = (letter: string): string => letter.repeat(64);
  it('are listed, pinned and rolled back by a fleet-admin', async () => {
    const old = { version: '1', digest: digest('a'), inUse: true };
    await report({ process: 'ocr-old', models: [old] });
    await report({ process: 'ocr-new', models: [old, { version: '2', digest: digest('b'), inUse: false }] });
    const pin = (start: string, as = admin) =>
      call('POST', '/v1/fleet/models/pin', { digest: start, reason: 'better' }, as);
    expect([(await pin('bbbbbbbb', operator)).status, (await pin('cccccccc')).status]).toEqual([403, 404]);
    expect((await pin('aaaaaaaa')).status).toBe(202);
    await applied('models', true);
    expect((await pin('bbbbbbbb')).status).toBe(202);
    await gateway.sender.sendOnce();
    await vi.waitFor(async () => {
      const { body } = await call('GET', '/v1/fleet/models');
      expect(body).toMatchObject({
        versions: [
          { version: '1', digest: digest('a'), installed: 2, inUse: 2, pinned: false },
          { version: '2', digest: digest('b'), installed: 1, inUse: 0, pinned: true },
        ],
        pinned: { digest: digest('b'), previous: digest('a'), reason: 'better' },
        missing: ['ocr-old'],
      });
    }, 20_000);
    const back = await call('POST', '/v1/fleet/models/rollback', { reason: 'worse' }, admin);
    expect(back.body).toMatchObject({ what: digest('a'), isSet: true });
    expect((await auditOf('models.pin')).map(({ subject }) => subject)).toEqual(['a', 'b', 'a'].map(digest));
  });
});

it('A-07: the audit log is listed by tenant, action and time, in pages', async () => {
  const tenantId = `tenant-${randomUUID().slice(0, 8)}`;
  await call('POST', '/v1/tenants', { tenantId }, admin);
  for (const verb of ['suspend', 'resume'])
    await call('POST', `/v1/tenants/${tenantId}/${verb}`, undefined, admin);
  const list = async (query: string) => {
    const { status, body } = await call('GET', `/v1/audit?tenant=${tenantId}&${query}`, undefined, admin);
    const rows = (body['rows'] ?? []) as { action: string }[];
    return { status, actions: rows.map(({ action }) => action), next: body['next'] as string | null };
  };
  const first = await list('limit=2');
  expect(first.actions).toEqual(['tenant.resume', 'tenant.suspend']);
  expect(await list(`limit=2&cursor=${first.next ?? ''}`)).toEqual({
    status: 200,
    actions: ['tenant.create'],
    next: null,
  });
  expect((await list(`since=${new Date(Date.now() + 60_000).toISOString()}`)).actions).toEqual([]);
  expect([(await list('cursor=x')).status, (await list('since=yesterday')).status]).toEqual([400, 400]);
});

it('O-10: what is not known yet is not shown as nothing', () => {
  const view = fleetView({
    recordLog: gateway.cluster.log('late'),
    codec: gateway.codec,
    clock: systemClock,
    report: silentFollowReport,
  });
  const parts = { asCaller: () => Promise.reject(new Error('not called')), view, clock: systemClock };
  const fleet = createFleetAdministration({ ...parts, onChange: () => undefined });
  expect(() => fleet.state()).toThrow(expect.objectContaining({ code: 'BROKER_UNAVAILABLE' }));
});
