import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { serverTls } from '@docfleet/connections';
import { createAuthority, type Authority, type CertificateFiles } from '@docfleet/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { clientCertificatesSchema } from '../src/core/client-certificate.ts';
import { startGateway, type TestGateway } from './gateway.ts';

const uri = 'spiffe://example.org/acme/scanner';

let folder: string;
let authority: Authority;
let gateway: TestGateway;
let certificates: Record<'scanner' | 'named' | 'unmapped' | 'stranger', CertificateFiles>;
let keys: Record<'acme' | 'other', string>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'docfleet-certificates-'));
  authority = await createAuthority(folder, 'clients');
  const server = await authority.issue('server');
  certificates = {
    scanner: await authority.issue('scanner', { uris: [uri] }),
    named: await authority.issue('named', { subject: '/O=Acme/CN=named' }),
    unmapped: await authority.issue('unmapped', { subject: '/O=Other/CN=named', uris: [`${uri}/more`] }),
    stranger: await authority.issue('unknown-tenant'),
  };
  gateway = await startGateway({
    tls: serverTls({ cert: server.cert, key: server.key, clientCa: authority.cert }),
    certificates: clientCertificatesSchema.parse([
      { uri, tenant: 'acme', role: 'producer' },
      { subject: { O: 'Acme', CN: 'named' }, tenant: 'acme', role: 'tenant-admin' },
      { subject: { CN: 'unknown-tenant' }, tenant: 'unknown', role: 'viewer' },
    ]),
  });
  keys = { acme: await gateway.keyOf('acme', 'viewer'), other: await gateway.keyOf('other', 'viewer') };
});
afterAll(async () => {
  await gateway.close();
  await rm(folder, { recursive: true });
});

async function call(
  shown: keyof typeof certificates,
  {
    key,
    path = '/v1/jobs',
    headers = {},
  }: { key?: string; path?: string; headers?: Record<string, string> } = {},
): Promise<number> {
  const [ca, cert, ownKey] = await Promise.all(
    [authority.cert, certificates[shown].cert, certificates[shown].key].map((file) => readFile(file)),
  );
  const url = new URL(path, gateway.url);
  return new Promise((resolve, reject) => {
    const sent = request(url, {
      ca,
      cert,
      key: ownKey,
      agent: false,
      headers: { ...headers, ...(key === undefined ? {} : { authorization: `Bearer ${key}` }) },
    });
    sent.on('response', (response) => {
      text(response).then(() => {
        resolve(response.statusCode ?? 0);
      }, reject);
    });
    sent.on('error', reject);
    sent.end();
  });
}

it('A-07: a client certificate acts as the tenant and role that its URI or subject stands for', async () => {
  const path = '/v1/tenants/acme/keys';
  expect([await call('scanner'), await call('scanner', { path })]).toEqual([200, 403]);
  expect([await call('named'), await call('named', { path })]).toEqual([200, 200]);
});

it('A-07: it is named in the audit log', async () => {
  await call('scanner', { path: '/v1/jobs/2f1c5c4e-3f7b-4a53-9d8e-0a8d8b1f7c11/artifacts' });
  await gateway.flushCalls();
  const row = await gateway.database.session
    .selectFrom('audit')
    .select(['actorKeyId', 'actorSubject', 'actorIssuer', 'tenantId', 'status'])
    .where('action', '=', 'call.read-artifacts')
    .executeTakeFirst();
  expect(row).toEqual({
    actorKeyId: null,
    actorSubject: uri,
    actorIssuer: 'certificate of CN=clients',
    tenantId: 'acme',
    status: 404,
  });
});

it('A-07: a certificate that stands for nobody is refused without a key, and leaves a key alone', async () => {
  expect([await call('unmapped'), await call('stranger')]).toEqual([401, 401]);
  expect(await call('unmapped', { key: keys.other })).toBe(200);
});

it('A-07: with a key of its own tenant the key counts, with one of another tenant both are refused', async () => {
  const path = '/v1/tenants/acme/keys';
  expect(await call('named', { key: keys.acme })).toBe(200);
  expect(await call('named', { key: keys.acme, path })).toBe(403);
  expect(await call('named', { key: keys.other })).toBe(401);
  expect(await call('named', { key: 'no-such-key' })).toBe(401);
});

it('A-07: no header stands for a certificate', async () => {
  const headers = { 'x-forwarded-client-cert': `URI=${uri}`, 'ssl-client-subject-dn': 'O=Acme,CN=named' };
  expect(await call('unmapped', { headers })).toBe(401);
});
