import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { oidcIssuersSchema } from '../src/core/oidc-issuers.ts';
import { startGateway, type TestGateway } from './gateway.ts';

let folder: string;
let gateway: TestGateway;
let without: TestGateway;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'docfleet-console-files-'));
  mkdirSync(join(folder, 'site/assets'), { recursive: true });
  writeFileSync(join(folder, 'secret.html'), 'not of the console');
  writeFileSync(join(folder, 'site/index.html'), '<!doctype html><title>console</title>');
  writeFileSync(join(folder, 'site/assets/main-a1.js'), 'export const a = 1;'.repeat(50));
  writeFileSync(join(folder, 'site/.sources.sha256'), 'a digest');
  const issuers = oidcIssuersSchema.parse([
    { issuer: 'https://id.example.org', audience: 'docfleet', console: { clientId: 'console' } },
  ]);
  gateway = await startGateway({ consoleFolder: join(folder, 'site'), issuers });
  without = await startGateway({ beside: gateway });
});
afterAll(async () => {
  await without.close();
  await gateway.close();
  rmSync(folder, { recursive: true });
});

const read = (path: string, headers: Record<string, string> = {}) =>
  fetch(`${gateway.url}${path}`, { headers, redirect: 'manual' });

/** `fetch` would resolve the dots of a path itself. */
function readAsWritten(path: string): Promise<string> {
  const { hostname, port } = new URL(gateway.url);
  return new Promise((resolve, reject) => {
    get({ hostname, port, path }, (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (part: string) => (text += part));
      answer.on('end', () => {
        resolve(text);
      });
    }).on('error', reject);
  });
}

it('H-02: the page and every place in it are sent with a strict policy, and are never kept', async () => {
  for (const path of ['/console/', '/console/index.html', '/console/documents/1?page=2']) {
    const answer = await read(path);
    expect(await answer.text()).toBe('<!doctype html><title>console</title>');
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-cache',
      'content-security-policy':
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; " +
        "connect-src 'self' https://id.example.org; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
    });
  }
  expect((await read('/console')).headers.get('location')).toBe('/console/');
});

it('H-02: files that never change are kept for a year, and are sent once', async () => {
  const answer = await read('/console/assets/main-a1.js', { 'accept-encoding': 'gzip' });
  expect(await answer.text()).toBe('export const a = 1;'.repeat(50));
  expect(Object.fromEntries(answer.headers)).toMatchObject({
    'content-type': 'text/javascript; charset=utf-8',
    'cache-control': 'public, max-age=31536000, immutable',
    'content-encoding': 'gzip',
    vary: 'accept-encoding',
  });
  const again = await read('/console/assets/main-a1.js', {
    'if-none-match': answer.headers.get('etag') ?? '',
  });
  expect(again.status).toBe(304);
  const plain = await read('/console/assets/main-a1.js', { 'accept-encoding': 'identity' });
  expect(plain.headers.get('content-encoding')).toBeNull();
});

it('H-02: nothing outside of the built files is sent', async () => {
  for (const path of [
    '/console/../secret.html',
    '/console/%2e%2e/secret.html',
    '/console/..%2fsecret.html',
  ]) {
    expect(await readAsWritten(path)).not.toContain('not of the console');
  }
  expect((await read('/console/.sources.sha256')).headers.get('content-type')).toContain('text/html');
  const missing = await read('/console/assets/old.js');
  expect([missing.status, missing.headers.get('content-type')]).toEqual([
    404,
    'application/problem+json; charset=utf-8',
  ]);
});

it('H-02: what the pages need before somebody signs in is told, and no more', async () => {
  const answer = await read('/console/config.json');
  expect(answer.headers.get('cache-control')).toBe('no-store');
  expect(await answer.json()).toEqual({
    providers: [
      {
        issuer: 'https://id.example.org',
        clientId: 'console',
        label: 'id.example.org',
        scope: 'openid',
        resource: null,
      },
    ],
    keyLinks: false,
  });
});

it('H-02: a gateway without the built console says so, and works', async () => {
  const answer = await fetch(`${without.url}/console/`);
  expect(await answer.json()).toMatchObject({
    status: 404,
    code: 'NOT_FOUND',
    errors: [{ path: 'console', message: 'was not built for this gateway; the API works without it' }],
  });
  expect((await fetch(`${without.url}/health`)).status).toBe(200);
});

it('H-02: a key tells its tenant, its role, and what that may do', async () => {
  const [viewer, admin] = [await gateway.keyOf('acme', 'viewer'), await gateway.keyOf('acme', 'fleet-admin')];
  const me = async (key: string) =>
    (await (await read('/v1/me', { authorization: `Bearer ${key}` })).json()) as Record<string, unknown>;
  expect(await me(viewer)).toMatchObject({
    tenantId: 'acme',
    role: 'viewer',
    subject: null,
    actions: ['readSelf', 'read', 'readContent', 'readArtifacts', 'readBatches', 'readUsage'],
  });
  expect(await me(admin)).toMatchObject({
    tenantId: null,
    role: 'fleet-admin',
    actions: expect.arrayContaining(['readAudit', 'orderFleet']) as unknown,
  });
});
