import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { callInTest, type CallOptions, type Ended } from '../remote/call-in-test.ts';

const folder = mkdtempSync(join(tmpdir(), 'docfleet-webhooks-'));
const endpointsFile = join(folder, 'endpoints.json');
const endpointId = '3b0f4c52-6a55-4f5e-8a33-0d0f7a1c2b3e';
const deliveryId = 'c1f0c5b2-0d8e-5f6f-8a44-3b6d2f6f7c11';

const webhook = {
  ...{ endpointId, url: 'https://hooks.example.com', description: 'of Ann', eventTypes: ['batch.*'] },
  ...{ createdAt: 't', updatedAt: 't', enabled: true, disabledAt: null, disabledReason: null, links: {} },
};
const delivery = {
  ...{ deliveryId, endpointId, url: null, type: 'webhook.test', subject: 's', state: 'pending' },
  ...{ problem: null, attempts: 0, createdAt: 't0', nextAttemptAt: 't1', expiresAt: 't9', endedAt: null },
};
const attempt = { number: 1, at: 't1', durationMs: 12, status: 500, problem: 'HTTP_500' };

/** A stand-in fleet. */
let server: Server;
let received: { readonly call: string; readonly body: string }[] = [];
/** How often a delivery is asked for before its first attempt. */
let untried = 0;
/** Cursors that a replay of a time answers, before it has no more. */
let cursors: string[] = [];

function answer(call: string): [status: number, body: object] {
  if (call.includes('/unknown')) return [404, { title: 'There is none.', status: 404, code: 'NOT_FOUND' }];
  if (call === 'POST /v1/webhooks' || call.includes('/rotate'))
    return [201, { ...webhook, secret: 'whsec_x' }];
  if (call === 'GET /v1/webhooks') return [200, { webhooks: [webhook] }];
  if (call.startsWith(`GET /v1/webhook-deliveries/`)) {
    untried -= 1;
    const tried = { ...delivery, problem: 'HTTP_500', attempts: 1, log: [attempt] };
    return [200, untried >= 0 ? { ...delivery, log: [] } : tried];
  }
  if (call.startsWith('GET /v1/webhook-deliveries')) return [200, { deliveries: [delivery], next: null }];
  if (call === `POST /v1/webhooks/${endpointId}/replay`)
    return [202, { replayed: 3, next: cursors.shift() ?? null }];
  if (call.endsWith('/test') || call.endsWith('/replay')) return [202, delivery];
  return [200, webhook];
}

beforeAll(async () => {
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const call = `${request.method ?? ''} ${request.url ?? ''}`;
      received.push({ call, body: Buffer.concat(chunks).toString() });
      const [status, body] = answer(call);
      response.writeHead(status).end(JSON.stringify(body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const api = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  writeFileSync(endpointsFile, JSON.stringify({ api, apiKey: 'good' }));
});

afterEach(() => {
  [received, untried, cursors] = [[], 0, []];
});

afterAll(() => {
  server.closeAllConnections();
  server.close();
  rmSync(folder, { recursive: true });
});

const run = (line: readonly string[], given?: CallOptions): Promise<Ended> =>
  callInTest(['webhooks', ...line], { folder, endpointsFile }, given);

test('create sends what is given, shows the secret, and says that this is the only time', async () => {
  const line = ['create', 'https://hooks.example.com', '--event', 'batch.*', '--description', 'of Ann'];
  const { code, stdout, stderr } = await run(line, { isTerminal: true });
  expect([code, stderr]).toEqual([0, '']);
  expect(stdout).toBe(
    `${endpointId}  https://hooks.example.com  batch.*  enabled  of Ann\nwhsec_x\nIt is not stored and cannot be shown again.\n`,
  );
  expect(JSON.parse(received[0]?.body ?? '')).toEqual({
    ...{ url: 'https://hooks.example.com', eventTypes: ['batch.*'], description: 'of Ann' },
  });
  expect(JSON.parse((await run(line)).stdout)).toMatchObject({ endpointId, secret: 'whsec_x' });
});

test('list, show, update and delete', async () => {
  expect((await run(['list'], { isTerminal: true })).stdout).toBe(
    `${endpointId}  https://hooks.example.com  batch.*  enabled  of Ann\n`,
  );
  expect(JSON.parse((await run(['show', endpointId])).stdout)).toEqual(webhook);
  await run(['update', endpointId, '--disable', '--all-events']);
  expect((await run(['delete', endpointId], { isTerminal: true })).stdout).toBe(`${endpointId}: deleted\n`);
  expect(received.slice(1).map(({ call, body }) => [call, body])).toEqual([
    [`GET /v1/webhooks/${endpointId}`, ''],
    [`PATCH /v1/webhooks/${endpointId}`, '{"eventTypes":[],"enabled":false}'],
    [`DELETE /v1/webhooks/${endpointId}`, ''],
  ]);
});

test('rotate makes a secret of a webhook or of callbacks, and says that it is shown once', async () => {
  const { stdout } = await run(['rotate', endpointId, '--grace', '0'], { isTerminal: true });
  expect(stdout).toMatch(/\nwhsec_x\nIt is not stored and cannot be shown again\.\n$/);
  const callbacks = await run(['rotate', 'callbacks'], { isTerminal: true });
  expect(callbacks.stdout).toBe('whsec_x\nIt is not stored and cannot be shown again.\n');
  expect(received.map(({ call }) => call)).toEqual([
    `POST /v1/webhooks/${endpointId}/rotate?graceSeconds=0`,
    'POST /v1/webhooks/callbacks/rotate?graceSeconds=86400',
  ]);
});

test('a test of a webhook waits for the first attempt and tells how it went', async () => {
  untried = 1;
  const { code, stdout } = await run(['test', endpointId], { isTerminal: true });
  expect(stdout).toBe(
    `${deliveryId}  t0  webhook.test  s  pending (HTTP_500)  1 attempt, next t1\n  1  t1  HTTP_500  12 ms\n`,
  );
  expect(code).toBe(4);
  expect((await run(['test', endpointId, '--timeout', '0'])).code).toBe(0);
});

test('deliveries are listed, or shown with their attempts', async () => {
  const chosen = ['--endpoint', endpointId, '--state', 'failed', '--subject', 's', '--limit', '7'];
  await run(['deliveries', ...chosen]);
  expect(received[0]?.call).toBe(
    `GET /v1/webhook-deliveries?endpointId=${endpointId}&state=failed&subject=s&limit=7`,
  );
  expect(JSON.parse((await run(['deliveries', deliveryId])).stdout)).toMatchObject({ log: [attempt] });
});

test('replay sends deliveries again, or those of a time until there are no more', async () => {
  await run(['replay', deliveryId]);
  expect(received.map(({ call }) => call)).toEqual([`POST /v1/webhook-deliveries/${deliveryId}/replay`]);
  received = [];
  cursors = ['2026-11-28T10:00:00.000Z'];
  const line = ['replay', '--endpoint', endpointId, '--since', '2026-11-28T09:00:00Z', '--state', 'failed'];
  expect((await run(line, { isTerminal: true })).stdout).toBe(`${endpointId}: 6 will be sent again\n`);
  expect(received.map(({ body }) => body)).toEqual([
    '{"since":"2026-11-28T09:00:00.000Z","state":"failed"}',
    '{"since":"2026-11-28T10:00:00.000Z","state":"failed"}',
  ]);
});

test('a refusal is told in one line; wrong calls do nothing and say why', async () => {
  expect(await run(['show', 'unknown'])).toEqual({
    ...{ code: 1, stdout: '', stderr: 'NOT_FOUND: There is none.\n' },
  });
  received = [];
  const wrong = [
    [['create'], 'takes one address'],
    [['show'], 'takes the id of one webhook'],
    [['update', endpointId], 'needs an option'],
    [['update', endpointId, '--enable', '--disable'], 'exclude each other'],
    [['update', endpointId, '--event', 'a.b', '--all-events'], 'exclude each other'],
    [['deliveries', deliveryId, '--state', 'failed'], 'takes ids, or options'],
    [['replay'], 'takes ids of deliveries, or --endpoint with --since'],
    [['replay', deliveryId, '--since', '2026-11-28'], 'takes ids of deliveries, or'],
    [['replay', '--endpoint', endpointId], 'needs --endpoint and --since'],
  ] as const;
  const told = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  for (const [line, why] of wrong) {
    const { code, stdout } = await run(line);
    expect([code, stdout]).toEqual([2, '']);
    expect(told).toHaveBeenLastCalledWith(expect.stringContaining(why));
  }
  expect(received).toEqual([]);
});
