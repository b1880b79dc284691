import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { parseSecret, tenantSecrets } from './tenant-secrets.ts';

const secret = Buffer.alloc(32, 7);
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'docfleet-secrets-'));
  await mkdir(join(folder, 'acme'));
  await mkdir(join(folder, '..data'));
});
afterAll(() => rm(folder, { recursive: true }));

it('M-23: reads secrets of tenants, names what cannot be used, and forgets what is gone', async () => {
  const secrets = tenantSecrets(folder);
  await writeFile(join(folder, 'acme/k1'), `${secret.toString('base64')}\n`);
  await writeFile(join(folder, 'acme/short'), Buffer.alloc(31).toString('base64'));
  expect(await secrets.reload()).toEqual(['acme/short']);
  expect(secrets.secretOf('acme', 'k1')).toEqual({
    algorithm: 'hmac-sha256',
    secret,
    notBeforeMs: 0,
    notAfterMs: null,
  });
  expect(secrets.secretOf('acme', 'short')).toBeUndefined();
  expect(secrets.secretOf('other', 'k1')).toBeUndefined();
  await rm(join(folder, 'acme/k1'));
  await secrets.reload();
  expect(secrets.secretOf('acme', 'k1')).toBeUndefined();
});

it('M-23: has none without a folder, or with one that does not exist', async () => {
  for (const path of [undefined, join(folder, 'none')]) {
    const secrets = tenantSecrets(path);
    expect([await secrets.reload(), secrets.secretOf('acme', 'k1')]).toEqual([[], undefined]);
  }
});

it('M-23: reads from when to when a secret is valid', () => {
  const text = `${secret.toString('base64url')}\nnot-before: 2026-01-01T00:00:00Z\nnot-after: 2026-02-01T00:00:00Z`;
  expect(parseSecret(text)).toMatchObject({
    notBeforeMs: Date.UTC(2026, 0, 1),
    notAfterMs: Date.UTC(2026, 1, 1),
  });
});

it.each([
  '',
  'not base64!',
  `${secret.toString('base64')}\nnot-after: soon`,
  `${secret.toString('base64')}\nsecond`,
])('M-23: refuses %j as a secret', (text) => {
  expect(parseSecret(text)).toBeUndefined();
});
