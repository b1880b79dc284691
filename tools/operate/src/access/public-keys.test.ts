import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UsageError } from '@docfleet/command-line';
import { expect, it } from 'vitest';
import { parsePublicKeys } from './public-keys-arguments.ts';
import { publicKeysCommand } from './public-keys-command.ts';

const manner = { json: false, yes: true, tenant: 'acme' };

it.each([
  [['list'], { kind: 'list' }],
  [['add', 'k1', 'key.pem'], { kind: 'add', keyId: 'k1', file: 'key.pem' }],
  [['revoke', 'k1'], { kind: 'revoke', keyId: 'k1' }],
])('M-23: reads public-keys %j', (operands, expected) => {
  expect(parsePublicKeys(operands, manner)).toEqual({ ...manner, ...expected });
});

it.each([[[]], [['add', 'k1']], [['list', 'k1']], [['revoke']], [['revoke', 'k1', 'k2']]])(
  'M-23: refuses public-keys %j',
  (operands) => {
    expect(() => parsePublicKeys(operands, manner)).toThrow(UsageError);
  },
);

it('M-23: needs the tenant', () => {
  expect(() => parsePublicKeys(['list'], { json: false, yes: false })).toThrow(UsageError);
});

it('M-23: adds the key in a file, and nothing without --yes', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'docfleet-key-'));
  const file = join(folder, 'key.pem');
  await writeFile(file, 'the key\n');
  const calls: unknown[] = [];
  const lines: string[] = [];
  const call = (path: string, request?: object) => {
    calls.push([path, request]);
    return Promise.resolve({});
  };
  const add = { kind: 'add', keyId: 'k1', file, tenant: 'a/b', json: false } as const;
  await publicKeysCommand({ ...add, yes: false }, call, (line) => lines.push(line));
  await publicKeysCommand({ ...add, yes: true }, call, (line) => lines.push(line));
  await rm(folder, { recursive: true });
  expect(calls).toEqual([
    ['/v1/tenants/a%2Fb/public-keys', { method: 'POST', body: { keyId: 'k1', publicKey: 'the key' } }],
  ]);
  expect(lines).toEqual([
    'would add public key k1 of tenant a/b; --yes does it',
    'done: add public key k1 of tenant a/b',
  ]);
});
