import { setAsideRecordsIn } from '@docfleet/database';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { startGateway, type TestGateway } from './gateway.ts';

let gateway: TestGateway;
let keys: Record<'fleetAdmin' | 'operator' | 'tenantAdmin', string>;
let next = 0n;

beforeAll(async () => {
  gateway = await startGateway();
  keys = {
    fleetAdmin: await gateway.keyOf('', 'fleet-admin'),
    operator: await gateway.keyOf('', 'operator'),
    tenantAdmin: await gateway.keyOf('acme', 'tenant-admin'),
  };
});
afterAll(async () => {
  await gateway.close();
});

const records = () => setAsideRecordsIn(gateway.database.session);

/** Adds one record of tenant `acme` and gives its id. */
async function add(tenantId: string | null = 'acme', at = Date.now()): Promise<string> {
  const offset = next;
  next += 1n;
  const place = { topic: 'documents.events', partition: 0, offset };
  await records().add([{ ...place, tenantId, runId: null, cause: '22021', message: 'refused', at }]);
  return `documents.events-0-${offset}`;
}

async function call(path: string, as: string, method = 'GET') {
  const response = await fetch(`${gateway.url}/v1/read-model/set-aside${path}`, {
    method,
    headers: { authorization: `Bearer ${as}` },
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

const idsOf = ({ body }: { body: Record<string, unknown> }) =>
  (body['records'] as { id: string }[]).map(({ id }) => id);

beforeEach(async () => {
  for (const { id } of await records().list({ limit: 1000 })) await records().noteRedriven(id, 1);
});

it('R-06: lists records newest first, page by page', async () => {
  const ids = [await add('acme', 1_000), await add(null, 2_000), await add('acme', 3_000)];
  const first = await call('?redriven=false&limit=2', keys.fleetAdmin);
  const second = await call(`?redriven=false&limit=2&cursor=${String(first.body['next'])}`, keys.fleetAdmin);
  expect([...idsOf(first), ...idsOf(second)]).toEqual(ids.toReversed());
  expect(second.body).toMatchObject({
    next: null,
    records: [{ cause: '22021', offset: ids[0]?.split('-').at(-1), state: 'set-aside', tries: 1 }],
  });
});

it('R-06: asks the ledger for a redrive, and says when the record is stored', async () => {
  const id = await add();
  const asked = await call(`/${id}/redrive`, keys.operator, 'POST');
  expect([asked.status, asked.body['state']]).toEqual([202, 'redrive-asked']);
  expect((await records().asked('', 9)).map((row) => row.id)).toEqual([id]);
  await records().noteRedriven(id, Date.now());
  const repeated = await call(`/${id}/redrive`, keys.operator, 'POST');
  expect([repeated.status, repeated.body['state']]).toEqual([200, 'redriven']);
});

it('A-07: shows a tenant nothing, not even of its own records', async () => {
  const own = await add('acme');
  expect((await call('', keys.tenantAdmin)).status).toBe(403);
  expect((await call(`/${own}/redrive`, keys.tenantAdmin, 'POST')).status).toBe(403);
});

it.each([
  ['/seven/redrive', 'POST', 400],
  ['/documents.events-9-999999/redrive', 'POST', 404],
  ['?cursor=noise', 'GET', 400],
  ['?limit=0', 'GET', 400],
] as const)('refuses %s', async (path, method, status) => {
  expect((await call(path, keys.fleetAdmin, method)).status).toBe(status);
});
