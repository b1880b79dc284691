import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openDatabase, type Database } from '@docfleet/database';
import { createClient, type Client } from '@docfleet/client';
import { fileAt } from '@docfleet/client/node';
import { runPage } from '@docfleet/docs-check';
import { writeSamples } from '@docfleet/samples';
import { until } from '@docfleet/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { serviceNames, type ServiceName } from '../src/names.ts';
import { pageEnvironment } from './secure/page-environment.ts';
import { startSecureService, type SecureService } from './secure/secure-service.ts';
import { siteKeys, startSecureSite, untilReady, type SecureSite } from './secure/secure-site.ts';

const { apiKey, operatorKey } = siteKeys;

let site: SecureSite;
/** As the owner of the tables. */
let database: Database;
const services = new Map<ServiceName, SecureService>();
let path: string;
/** What the pages for integrators call `invoice.pdf`. */
let invoice: string;

/** A fleet of its own, with a database that can be stopped. */
beforeAll(async () => {
  site = await startSecureSite('database-away');
  const { layout, servers, settings, authorityFile } = site;
  database = openDatabase(servers.databaseUrl, { tls: { ca: readFileSync(authorityFile) } });
  await site.deploy(settings);
  for (const name of serviceNames) services.set(name, await startSecureService(layout, name, settings));
  await untilReady(services.values());
  const samples = await writeSamples(join(site.folder, 'samples'));
  path = samples.find(({ form }) => form === 'digital')?.path ?? '';
  invoice = samples.find((sample) => sample.path.endsWith('invoice-digital.pdf'))?.path ?? '';
}, 600_000);

afterAll(async () => {
  await Promise.all([...services.values()].map((service) => service.stop()));
  await database.close();
  await site.stop();
}, 90_000);

const urlOf = (name: ServiceName): string => services.get(name)?.url ?? '';

/** Sum of a metric of a service over its lines that contain `label`. */
async function metricOf(name: ServiceName, metric: string, label = ''): Promise<number> {
  const text = await (await fetch(`${urlOf(name)}/metrics`)).text();
  const lines = text.split('\n').filter((line) => line.startsWith(metric) && line.includes(label));
  return lines.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
}

async function call(route: string, init: { method?: string; as?: string } = {}) {
  const { method = 'GET', as = apiKey } = init;
  const answer = await fetch(`${urlOf('gateway')}${route}`, {
    method,
    headers: { authorization: `Bearer ${as}` },
  });
  const body = (await answer.json()) as { readonly status?: unknown };
  return { status: answer.status, warning: answer.headers.get('warning'), job: body.status };
}

const clientOfGateway = (): Client =>
  createClient({ api: urlOf('gateway'), apiKey, signal: AbortSignal.timeout(540_000) });

async function submitAs(client: Client, requestId: string): Promise<string> {
  return (await client.submitFile(await fileAt(path), { requestId, review: 'never' })).runId;
}

const levelOfOcr = () => metricOf('ocr', 'docfleet_degradation_level');

test('R-01 R-02: documents accepted while the database is stopped all end once, and known jobs stay readable', async () => {
  const client = clientOfGateway();
  const submit = (requestId: string) => submitAs(client, requestId);
  const before = await submit('before');
  const { status: ended } = await client.waitForEnd(before);
  expect(ended).toMatch(/^completed/);
  await call('/v1/tenants', { as: operatorKey });

  await site.servers.stopDatabase();
  const meanwhile = [await submit('meanwhile-1'), await submit('meanwhile-2'), await submit('meanwhile-3')];
  const cancelled = await submit('cancelled');
  const cancel = await call(`/v1/jobs/${cancelled}/cancel`, { method: 'POST' });
  const stale = '110 - "Response is Stale"';
  expect([
    await call(`/v1/jobs/${before}`),
    await call(`/v1/jobs/${String(meanwhile[0])}`),
    await call(`/v1/jobs/${before}`, { as: operatorKey }),
    cancel.status,
  ]).toEqual([
    { status: 200, warning: stale, job: ended },
    { status: 200, warning: stale, job: 'accepted' },
    { status: 503, warning: null, job: 503 },
    202,
  ]);
  await until(
    'gateway, ledger and integration have opened their breakers, and integration starts nothing',
    async () => {
      const open = (name: ServiceName) =>
        metricOf(name, 'docfleet_breaker_state{breaker="database",position="open"');
      const states = await Promise.all((['gateway', 'ledger', 'integration'] as const).map(open));
      const held = await metricOf('integration', 'docfleet_starting_held', 'reason="database"');
      return states.every((state) => state === 1) && held === 1;
    },
    90_000,
  );
  await until('OCR works at L2', async () => (await levelOfOcr()) === 2, 60_000);

  site.servers.startDatabase();
  const jobs = await Promise.all([...meanwhile, cancelled].map((runId) => client.waitForEnd(runId)));
  expect(jobs.slice(0, 3).map(({ status }) => status)).toEqual([ended, ended, ended]);
  // The cancellation raced with the document; whichever came first at integration is its ending.
  expect(['cancelled', ended]).toContain(jobs[3]?.status);
  await until(
    'every run has ended once',
    async () => (await metricOf('integration', 'documents_processed_total')) === 5,
    60_000,
  );
  expect(await metricOf('ledger', 'docfleet_double_endings_total')).toBe(0);
  expect(await metricOf('gateway', 'docfleet_first_rows_waiting')).toBe(0);
}, 600_000);

test('R-02: writes of the ledger that take longer than 5 s take the fleet to L2', async () => {
  await until('the fleet is at L0', async () => (await levelOfOcr()) === 0, 120_000);
  const client = clientOfGateway();
  const runId = await submitAs(client, 'slow');
  const written = Promise.withResolvers<undefined>();
  // The ledger waits for the rows, at most as long as a statement may take, and tries again.
  const locking = database.transaction(async (session) => {
    await session.selectFrom('runs').select('runId').forUpdate().execute();
    await Promise.race([written.promise, new Promise((resolve) => setTimeout(resolve, 25_000))]);
  });
  await until('OCR works at L2', async () => (await levelOfOcr()) === 2, 60_000);
  written.resolve(undefined);
  await locking;
  const reasons = services
    .get('ocr')
    ?.log()
    .flatMap((line) => ('reasons' in line ? [line.reasons] : []));
  expect(reasons).toContain('database-slow');
  expect((await client.waitForEnd(runId)).status).toMatch(/^completed/);
}, 300_000);

// Last, because the runs of the page would be counted by the other tests.
test('A-10: the page about Kafka does what it shows, where records need no signature', async () => {
  const environment = await pageEnvironment(site, { api: urlOf('gateway'), takesUnsigned: true });
  const { passed, faults, skipped } = await runPage('docs/integrate/kafka.md', {
    document: invoice,
    environment,
  });
  expect([...faults, ...skipped]).toEqual([]);
  expect(passed).toBe(10);
}, 300_000);
