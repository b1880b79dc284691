import { expect, it } from 'vitest';
import { keysCommand, tenantsCommand } from './access-command.ts';

const keyId = '6a1d4c0e-5b0f-5a67-9d0a-6f1f2f6f7c11';
const described = {
  keyId,
  tenantId: 'acme',
  role: 'viewer',
  name: null,
  prefix: 'df_abcde',
  createdAt: '2026-01-02T03:04:05.000Z',
  expiresAt: null,
  lastUsedAt: null,
  revokedAt: null,
};

/** The requests that a command makes, and the lines that it prints. */
function setUp(answer: unknown) {
  const calls: string[] = [];
  const lines: string[] = [];
  const call = (path: string, { method = 'GET', body }: { method?: string; body?: object } = {}) => {
    calls.push(`${method} ${path}${body === undefined ? '' : ` ${JSON.stringify(body)}`}`);
    return Promise.resolve(answer);
  };
  return { calls, lines, call, say: (line: string) => void lines.push(line) };
}

const manner = { json: false, yes: true };

it('A-07: changes nothing without --yes', async () => {
  const { calls, lines, call, say } = setUp({});
  const dry = { json: false, yes: false };
  await tenantsCommand({ kind: 'suspend', tenantId: 'acme', ...dry }, call, say);
  await keysCommand({ kind: 'issue', tenant: 'acme', role: 'viewer', name: undefined, ...dry }, call, say);
  await keysCommand({ kind: 'revoke', tenant: undefined, keyId, ...dry }, call, say);
  expect(calls).toEqual([]);
  expect(lines).toEqual([
    'would suspend tenant acme; --yes does it',
    'would issue a key of role viewer for tenant acme; --yes does it',
    `would revoke key ${keyId} of the fleet; --yes does it`,
  ]);
});

it('A-07: prints a new key once, alone on the first line', async () => {
  const { calls, lines, call, say } = setUp({ ...described, key: 'df_secret' });
  await keysCommand({ kind: 'issue', tenant: 'acme', role: 'viewer', name: 'ours', ...manner }, call, say);
  await keysCommand({ kind: 'rotate', tenant: 'a/b', keyId, graceSeconds: 60, ...manner }, call, say);
  expect(calls).toEqual([
    'POST /v1/tenants/acme/keys {"role":"viewer","name":"ours"}',
    `POST /v1/tenants/a%2Fb/keys/${keyId}/rotate?graceSeconds=60`,
  ]);
  expect(lines[0]).toBe('df_secret');
});

it('A-07: lists keys with their state', async () => {
  const keys = [described, { ...described, revokedAt: '2026-01-03T00:00:00.000Z' }];
  const { calls, lines, call, say } = setUp({ keys });
  await keysCommand({ kind: 'list', tenant: undefined, ...manner }, call, say);
  expect(calls).toEqual(['GET /v1/fleet/keys']);
  expect(lines.map((line) => line.split(/ {2,}/).at(-1))).toEqual([
    'state',
    'valid',
    'revoked 2026-01-03 00:00',
  ]);
});
