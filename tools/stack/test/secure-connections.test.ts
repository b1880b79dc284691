import { generateKeyPairSync } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import process from 'node:process';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { createClient } from '@docfleet/client';
import { fileAt } from '@docfleet/client/node';
import { writeSamples } from '@docfleet/samples';
import {
  createAuthority,
  endpoints,
  fingerprintOf,
  otherFingerprint,
  type Authority,
} from '@docfleet/testing';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { ensureBucket } from '../src/bucket.ts';
import { programEnvironment } from '../src/child-environment.ts';
import { runTool } from '../src/fleet.ts';
import { layoutOf, type Layout } from '../src/layout.ts';
import { serviceNames, type ServiceName } from '../src/names.ts';
import { createProofKey, proofEnvironment } from '../src/proof.ts';
import { waitUntil } from '../src/processes.ts';
import { admin, startSecureServers, type SecureServers } from './secure/secure-servers.ts';
import { startSecureService, type SecureService } from './secure/secure-service.ts';
import { openTenantRecords } from './secure/tenant-records.ts';
import { openTlsProxy, type TlsProxy } from './secure/tls-proxy.ts';
import { startTokenServer, type TokenServer } from './secure/token-server.ts';

const repository = resolve(import.meta.dirname, '../../..');
const apiKey = 'dev_of-this-test-only';
const operatorKey = 'dev_fleet-of-this-test';

/** Services by the way they prove who they are; all others use SCRAM. */
const byPlain: ServiceName = 'classification';
const byOauth: ServiceName = 'validation';
const passwordOf = (name: string): string => `password-of-${name}`;
const userOf = (name: string): string => `docfleet-${name}`;

let folder: string;
let layout: Layout;
let authority: Authority;
let otherAuthority: Authority;
let servers: SecureServers;
let tokens: TokenServer;
let proxies: Readonly<Record<'registry' | 'redis' | 's3' | 'expired', TlsProxy>>;
/** Settings of all services, as an operator has them; who each service is to the brokers is beside. */
let everything: Readonly<Record<string, string>>;
const running: SecureService[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'docfleet-secure-'));
  // The database server runs as another user, who has to pass.
  chmodSync(folder, 0o755);
  const { servers: programs, models } = layoutOf(repository, 'test');
  layout = { ...layoutOf(folder, 'test'), root: repository, servers: programs, models };
  mkdirSync(layout.folder, { recursive: true });
  authority = await createAuthority(folder, 'authority');
  otherAuthority = await createAuthority(folder, 'other-authority');
  setDefaultCACertificates([...getCACertificates('default'), readFileSync(authority.cert, 'utf8')]);
  const oauthClients = [userOf(byOauth)];
  tokens = await startTokenServer(new Map(oauthClients.map((name) => [name, passwordOf(name)])));
  const scramUsers = [...serviceNames.map(userOf), userOf('stranger')];
  servers = await startSecureServers({
    layout,
    authority,
    environment: callerEnvironment(),
    isRoot: process.getuid?.() === 0,
    scram: new Map(scramUsers.map((name) => [name, passwordOf(name)])),
    plain: new Map([[userOf(byPlain), passwordOf(userOf(byPlain))]]),
  });
  const given = endpoints();
  const portOf = (url: string): number => Number(new URL(url).port);
  const server = await authority.issue('server');
  proxies = {
    registry: await openTlsProxy(portOf(given.registry), server),
    redis: await openTlsProxy(portOf(given.redis), server),
    s3: await openTlsProxy(portOf(given.s3.endpoint), server),
    expired: await openTlsProxy(servers.kafkaPort, await authority.issue('expired', { expired: true })),
  };
  everything = await settingsOfAll();
  await ensureBucket({ ...given.s3, bucket: 'secure' });
  await deploy([]);
  await deploy(['--acls', userOf('')]);
}, 300_000);

afterEach(async () => {
  await Promise.all(running.splice(0).map((service) => service.stop()));
});

afterAll(async () => {
  await Promise.all([...Object.values(proxies), tokens].map((each) => each.close()));
  await servers.stop();
  rmSync(folder, { recursive: true, force: true });
}, 60_000);

/** Only what programs need to be found. */
function callerEnvironment(): Readonly<Record<string, string | undefined>> {
  // eslint-disable-next-line no-restricted-properties -- a test has no main.ts in front of it
  const { PATH, HOME } = process.env;
  return { PATH, HOME };
}

async function settingsOfAll(): Promise<Record<string, string>> {
  const { registry, redis, s3 } = endpoints();
  const gateway = await authority.issue('gateway');
  const through = (url: string, scheme: string, proxy: TlsProxy): string => {
    const { username, password, pathname } = new URL(url);
    const user = password === '' ? '' : `${username}:${password}@`;
    return `${scheme}://${user}localhost:${proxy.port}${pathname}`;
  };
  return {
    ...(callerEnvironment() as Record<string, string>),
    KAFKA_BROKERS: `127.0.0.1:${servers.kafkaPort}`,
    KAFKA_TLS_CA_FILE: authority.cert,
    SCHEMA_REGISTRY_URL: through(registry, 'https', proxies.registry),
    SCHEMA_REGISTRY_TLS_CA_FILE: authority.cert,
    DATABASE_URL: servers.databaseUrl,
    DATABASE_REQUEST_URL: servers.databaseRoles.request,
    DATABASE_PIPELINE_URL: servers.databaseRoles.pipeline,
    DATABASE_OPERATOR_URL: servers.databaseRoles.operator,
    DATABASE_RETENTION_URL: servers.databaseRoles.retention,
    DATABASE_WEBHOOKS_URL: servers.databaseRoles.webhooks,
    DATABASE_TLS_CA_FILE: authority.cert,
    REDIS_URL: through(redis, 'rediss', proxies.redis),
    REDIS_TLS_CA_FILE: authority.cert,
    S3_ENDPOINT: through(s3.endpoint, 'https', proxies.s3).replace(/\/$/, ''),
    S3_TLS_CA_FILE: authority.cert,
    S3_REGION: s3.region,
    S3_BUCKET: 'secure',
    AWS_ACCESS_KEY_ID: s3.accessKeyId,
    AWS_SECRET_ACCESS_KEY: s3.secretAccessKey,
    HTTP_TLS_CERT_FILE: gateway.cert,
    HTTP_TLS_KEY_FILE: gateway.key,
    MODELS_DIR: layout.models,
    TOPICS_PRESET: 'local',
    // Often enough that the ledger looks at every group while the document runs.
    CENSUS_EVERY_MS: '1000',
    SWEEP_EVERY_MS: '1000',
    DEVELOPMENT_API_KEY: apiKey,
    DEVELOPMENT_OPERATOR_KEY: operatorKey,
    ...proofEnvironment({ TENANT_PROOF: 'signature' }, createProofKey()),
    WEBHOOK_SECRET_KEYS: `test=${Buffer.alloc(32).toString('base64')}`,
    TENANT_SECRETS_DIR: join(folder, 'tenant-secrets'),
    SECRET_OF_THE_CALLER: 'for nobody',
  };
}

/** How a service proves to the brokers who it is. */
function identityOf(name: ServiceName): Record<string, string> {
  const user = userOf(name);
  if (name === byOauth)
    return {
      KAFKA_SASL_MECHANISM: 'OAUTHBEARER',
      KAFKA_OAUTH_TOKEN_URL: tokens.url,
      KAFKA_OAUTH_CLIENT_ID: user,
      KAFKA_OAUTH_CLIENT_SECRET: passwordOf(user),
    };
  return {
    KAFKA_SASL_MECHANISM: name === byPlain ? 'PLAIN' : 'SCRAM-SHA-512',
    KAFKA_SASL_USERNAME: user,
    KAFKA_SASL_PASSWORD: passwordOf(user),
  };
}

async function deploy(parts: readonly string[]): Promise<void> {
  const environment = await programEnvironment(repository, 'tools/deploy', {
    ...everything,
    KAFKA_SASL_MECHANISM: 'SCRAM-SHA-512',
    KAFKA_SASL_USERNAME: admin.username,
    KAFKA_SASL_PASSWORD: admin.password,
  });
  const signal = AbortSignal.timeout(200_000);
  await runTool({ layout, tool: 'deploy', arguments: parts, environment, signal });
}

async function start(name: ServiceName, changed: Record<string, string> = {}): Promise<SecureService> {
  const service = await startSecureService(layout, name, { ...everything, ...identityOf(name), ...changed });
  running.push(service);
  return service;
}

const isReady = async (service: SecureService): Promise<boolean> => (await service.ready())?.status === 200;

/** Lines about connections that only a person can mend. */
const complaintsOf = (service: SecureService): string[] =>
  service
    .log()
    .filter(({ level, message }) => level === 'error' && message.includes('cannot be used'))
    .map(({ message }) => message);

test('a document passes a fleet whose every connection is encrypted and proven, each service with its own rights', async () => {
  const services: SecureService[] = [];
  for (const name of serviceNames) services.push(await start(name));
  const areReady = await waitUntil(
    async () => (await Promise.all(services.map(isReady))).every(Boolean),
    180_000,
  );
  expect({ areReady, complaints: services.flatMap(complaintsOf) }).toEqual({
    areReady: true,
    complaints: [],
  });

  const samples = await writeSamples(join(folder, 'samples'));
  const path = samples.find(({ form }) => form === 'digital')?.path ?? '';
  const signal = AbortSignal.timeout(180_000);
  const client = createClient({ api: services[0]?.url ?? '', apiKey, signal });
  const { runId } = await client.submitFile(await fileAt(path), { requestId: 'secure-1', review: 'never' });
  const job = await client.waitForEnd(runId);
  expect(job.status).toMatch(/^completed/);

  expect(services.flatMap(complaintsOf)).toEqual([]);
  expect(tokens.given()).toBeGreaterThan(0);
  for (const service of services) await expectOnlyOwnSecrets(service);
}, 420_000);

/** A service has the variables of its own settings and of its own identity, and no other. */
async function expectOnlyOwnSecrets(service: SecureService): Promise<void> {
  const { name } = service;
  const allowed = await programEnvironment(repository, `services/${name}`, {
    ...everything,
    ...identityOf(name),
    HTTP_HOST: '',
    HTTP_PORT: '',
  });
  const environment = service.environment();
  expect([name, [...environment.keys()].sort()]).toEqual([name, Object.keys(allowed).sort()]);
  const others = serviceNames.filter((other) => other !== name).map((other) => passwordOf(userOf(other)));
  expect(others.filter((secret) => [...environment.values()].includes(secret))).toEqual([]);
}

test('M-23: a check of the ACLs finds none missing, and names who may act as the fleet', async () => {
  await deploy(['--acls', userOf(''), '--check', '--topic-per-tenant']);
  await deploy(['--acls', 'guest-']);
  await expect(deploy(['--acls', userOf(''), '--check'])).rejects.toThrow(
    'User:guest-ocr may use transactional ids of the fleet, and so stop its stages',
  );
});

interface Case {
  readonly what: string;
  readonly service: ServiceName;
  readonly changed: () => Record<string, string>;
  /** Parts of each line that is expected. */
  readonly lines: readonly (readonly string[])[];
}

const brokerCases: readonly Case[] = [
  {
    what: 'a broker of another authority',
    service: 'extraction',
    changed: () => ({ KAFKA_TLS_CA_FILE: otherAuthority.cert }),
    lines: [['Kafka at 127.0.0.1:', 'trusted authority', 'KAFKA_TLS_CA_FILE']],
  },
  {
    what: 'a certificate of the broker that is not pinned',
    service: 'extraction',
    changed: () => ({ KAFKA_TLS_PIN_SHA256: otherFingerprint }),
    lines: [['Kafka at 127.0.0.1:', 'KAFKA_TLS_PIN_SHA256']],
  },
  {
    what: 'a certificate of the broker that has expired',
    service: 'extraction',
    changed: () => ({ KAFKA_BROKERS: `127.0.0.1:${proxies.expired.port}` }),
    lines: [['Kafka at 127.0.0.1:', 'has expired', 'Renew']],
  },
  {
    what: 'a wrong password for the broker',
    service: 'extraction',
    changed: () => ({ KAFKA_SASL_PASSWORD: 'wrong' }),
    lines: [['Kafka at 127.0.0.1:', 'refuses the credentials', 'KAFKA_SASL_PASSWORD']],
  },
  {
    what: 'a wrong secret at the token endpoint',
    service: 'validation',
    changed: () => ({ KAFKA_OAUTH_CLIENT_SECRET: 'wrong' }),
    lines: [['The token endpoint of KAFKA_OAUTH_TOKEN_URL at 127.0.0.1:', 'KAFKA_OAUTH_CLIENT_SECRET']],
  },
  {
    what: 'a principal without ACLs',
    service: 'extraction',
    changed: () => ({
      KAFKA_SASL_USERNAME: userOf('stranger'),
      KAFKA_SASL_PASSWORD: passwordOf(userOf('stranger')),
    }),
    lines: [['Kafka at 127.0.0.1:', 'permission is missing', 'npm run deploy -- --acls']],
  },
];

const otherCases: readonly Case[] = [
  {
    what: 'a schema registry and a Postgres of another authority',
    service: 'ledger',
    changed: () => ({
      SCHEMA_REGISTRY_TLS_CA_FILE: otherAuthority.cert,
      DATABASE_TLS_CA_FILE: otherAuthority.cert,
    }),
    lines: [
      ['Postgres at localhost:', 'trusted authority', 'DATABASE_TLS_CA_FILE'],
      ['The schema registry at localhost:', 'trusted authority', 'SCHEMA_REGISTRY_TLS_CA_FILE'],
    ],
  },
  {
    what: 'a wrong password for Postgres and a store of another authority',
    service: 'gateway',
    changed: () => ({
      DATABASE_REQUEST_URL: servers.databaseRoles.request.replace(/:[^:@]*@/, ':wrong@'),
      S3_TLS_CA_FILE: otherAuthority.cert,
    }),
    lines: [
      ['Postgres at localhost:', 'refuses the credentials', 'DATABASE_REQUEST_URL'],
      ['The object store at localhost:', 'trusted authority', 'S3_TLS_CA_FILE'],
    ],
  },
  {
    what: 'a Redis of another authority',
    service: 'ocr',
    changed: () => ({ REDIS_TLS_CA_FILE: otherAuthority.cert }),
    lines: [['Redis at localhost:', 'trusted authority', 'REDIS_TLS_CA_FILE']],
  },
];

/** Long enough for clients to try again many times, in milliseconds. */
const quietMs = 5_000;

describe('one clear line about a connection that only a person can mend', () => {
  test.each([...brokerCases, ...otherCases])(
    '$what',
    async ({ service: name, changed, lines }) => {
      const service = await start(name, changed());
      const reasons = async (): Promise<string[]> =>
        ((await service.ready())?.reasons ?? []).filter((reason) => reason.includes('cannot be used'));
      await waitUntil(async () => (await reasons()).length >= lines.length, 60_000);
      await new Promise((done) => setTimeout(done, quietMs));
      const complaints = complaintsOf(service).sort();
      expect(complaints).toHaveLength(lines.length);
      for (const [index, parts] of lines.entries())
        for (const part of parts) expect(complaints[index]).toContain(part);
      expect((await reasons()).sort()).toEqual(complaints);
      expect(service.log().length).toBeLessThan(40);
      expect(JSON.stringify(service.log())).not.toMatch(/password-of-|wrong@/);
    },
    120_000,
  );

  test('a pinned certificate that is the right one says nothing', async () => {
    const pin = fingerprintOf(join(folder, 'authority-broker.pem'));
    const service = await start('extraction', { KAFKA_TLS_PIN_SHA256: `${otherFingerprint},${pin}` });
    expect(await waitUntil(() => isReady(service), 90_000)).toBe(true);
    expect(complaintsOf(service)).toEqual([]);
  }, 120_000);
});

describe('M-23: records of tenants on real brokers', () => {
  const newKey = (keyId: string) => {
    const { publicKey, privateKey } = generateKeyPairSync('ed25519');
    const pem = publicKey.export({ format: 'pem', type: 'spki' }).toString();
    return { signing: { keyId, algorithm: 'ed25519' as const, privateKey }, body: { keyId, publicKey: pem } };
  };

  test('are accepted from who signed them, and touch no run otherwise', async () => {
    const secret = Buffer.alloc(32, 7);
    mkdirSync(join(folder, 'tenant-secrets/development'), { recursive: true });
    writeFileSync(join(folder, 'tenant-secrets/development/shared'), secret.toString('base64'));
    const [gateway, preprocess] = [await start('gateway'), await start('preprocess')];
    const areReady = () => Promise.all([gateway, preprocess].map(isReady));
    expect(await waitUntil(async () => (await areReady()).every(Boolean), 180_000)).toBe(true);
    const records = await openTenantRecords({
      ...everything,
      KAFKA_SASL_MECHANISM: 'SCRAM-SHA-512',
      KAFKA_SASL_USERNAME: admin.username,
      KAFKA_SASL_PASSWORD: admin.password,
    });
    const call = async (path: string, as: string, body: object = {}): Promise<number> => {
      const headers = { authorization: `Bearer ${as}`, 'content-type': 'application/json' };
      const init = { method: 'POST', headers, body: JSON.stringify(body) };
      return (await fetch(`${gateway.url}/v1/tenants${path}`, init)).status;
    };
    /** Sends a record and gives what became of it, and of its copies. */
    const fateOf = async (
      requestId: string,
      facts: Partial<Parameters<typeof records.send>[0]>,
      copies = 1,
    ): Promise<readonly string[]> => {
      await records.send({ tenantId: 'development', requestId, ...facts }, copies);
      await waitUntil(() => Promise.resolve(records.fatesOf(requestId).length >= copies), 60_000);
      return records.fatesOf(requestId);
    };
    const [first, second, others] = [newKey('first'), newKey('second'), newKey('first')];
    const shared = { keyId: 'shared', algorithm: 'hmac-sha256' as const, secret };
    try {
      // The development key is made in the background.
      const added = () => call('/development/public-keys', apiKey, first.body);
      expect(await waitUntil(async () => (await added()) === 201, 60_000)).toBe(true);
      expect(await call('', operatorKey, { tenantId: 'other' })).toBe(201);
      expect(await call('/other/public-keys', operatorKey, others.body)).toBe(201);
      // The last key to be published, so that all are known once it is.
      let known = 0;
      const isKnown = async (): Promise<boolean> =>
        (await fateOf(`known-${(known += 1)}`, { tenantId: 'other', signedWith: others.signing }))[0] ===
        'accepted';
      expect(await waitUntil(isKnown, 60_000)).toBe(true);

      const refused = ['TENANT_UNVERIFIED'];
      expect({
        signed: await fateOf('signed', { signedWith: first.signing }),
        shared: await fateOf('shared', { signedWith: shared }),
        copied: await fateOf('copied', { signedWith: first.signing }, 3),
        unsigned: await fateOf('unsigned', {}),
        'of another tenant': await fateOf('others', { signedWith: others.signing }),
        'with an unknown key': await fateOf('unknown', { signedWith: second.signing }),
        'too old': await fateOf('old', { signedWith: first.signing, ageMs: 301_000 }),
        'signed ahead': await fateOf('ahead', { signedWith: first.signing, ageMs: -301_000 }),
      }).toEqual({
        signed: ['accepted'],
        shared: ['accepted'],
        copied: ['accepted', 'duplicate', 'duplicate'],
        unsigned: refused,
        'of another tenant': refused,
        'with an unknown key': refused,
        'too old': refused,
        'signed ahead': refused,
      });

      expect(await call('/development/public-keys', apiKey, second.body)).toBe(201);
      expect(await call('/development/public-keys/first/revoke', apiKey)).toBe(200);
      let tried = 0;
      const isRotated = async (): Promise<boolean> =>
        (await fateOf(`rotated-${(tried += 1)}`, { signedWith: second.signing }))[0] === 'accepted' &&
        (await fateOf(`revoked-${tried}`, { signedWith: first.signing }))[0] === 'TENANT_UNVERIFIED';
      expect(await waitUntil(isRotated, 60_000)).toBe(true);

      expect(await call('/development/suspend', operatorKey)).toBe(200);
      const isSuspended = async (): Promise<boolean> =>
        (await fateOf(`paused-${(tried += 1)}`, { signedWith: second.signing }))[0] === 'TENANT_SUSPENDED';
      expect(await waitUntil(isSuspended, 60_000)).toBe(true);
      expect(await call('/development/resume', operatorKey)).toBe(200);
    } finally {
      await records.close();
    }
  }, 420_000);
});
