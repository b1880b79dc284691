/** About 2 min, with servers: documents of two extraction pools end once, also where a pool is removed with documents in it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createClient, type Client } from '@docfleet/client';
import { fileAt } from '@docfleet/client/node';
import type { DocumentCompleted, StageEvent } from '@docfleet/contracts';
import { openKafkaLog } from '@docfleet/kafka';
import type { LogRecord, RecordLog } from '@docfleet/record-log';
import { openRegistryCodec } from '@docfleet/registry';
import { writeSamples } from '@docfleet/samples';
import { until } from '@docfleet/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { serviceNames, type ServiceName } from '../../src/names.ts';
import { admin } from '../secure/secure-servers.ts';
import { startSecureService, type SecureService } from '../secure/secure-service.ts';
import { siteKeys, startSecureSite, untilReady, type SecureSite } from '../secure/secure-site.ts';

const twoPools = { EXTRACTION_POOLS: 'bank=invoice;post=letter', CENSUS_EVERY_MS: '1000' };
const onePool = { EXTRACTION_POOLS: 'post=letter', CENSUS_EVERY_MS: '1000' };

let site: SecureSite;
let log: RecordLog;
let client: Client;
const samples = new Map<string, string>();
/** By service, and by pool for processes of pools. */
const services = new Map<ServiceName | 'bank' | 'post', SecureService>();
const events: StageEvent[] = [];
const completed: DocumentCompleted[] = [];
const following = new AbortController();

async function start(name: ServiceName, changed: Record<string, string>): Promise<SecureService> {
  const service = await startSecureService(site.layout, name, { ...site.settings, ...changed });
  services.set(name, service);
  return service;
}

const clientOfGateway = (): Client =>
  createClient({
    api: services.get('gateway')?.url ?? '',
    apiKey: siteKeys.apiKey,
    signal: AbortSignal.timeout(900_000),
  });

async function startPool(pool: 'bank' | 'post'): Promise<SecureService> {
  const changed = { ...twoPools, EXTRACTION_POOL: pool };
  const service = await startSecureService(site.layout, 'extraction', { ...site.settings, ...changed });
  services.set(pool, service);
  return service;
}

beforeAll(async () => {
  site = await startSecureSite('extraction-pools');
  await site.deploy({ ...site.settings, ...twoPools });
  for (const name of serviceNames) await start(name, twoPools);
  for (const pool of ['bank', 'post'] as const) await startPool(pool);
  await untilReady(services.values());
  for (const { form, path } of await writeSamples(join(site.folder, 'samples'))) {
    if (form === 'digital') samples.set(/([a-z-]+)-digital/.exec(path)?.[1] ?? '', path);
  }
  client = clientOfGateway();
  await follow();
}, 600_000);

afterAll(async () => {
  following.abort(new Error('the test has ended'));
  await log.close();
  await Promise.all([...services.values()].map((service) => service.stop()));
  await site.stop();
}, 120_000);

/** Collects events and endings. */
async function follow(): Promise<void> {
  log = openKafkaLog({
    brokers: [`127.0.0.1:${site.servers.kafkaPort}`],
    clientId: 'test',
    tls: { ca: readFileSync(site.authorityFile) },
    sasl: { mechanism: 'scram-sha-512', username: admin.username, password: admin.password },
  });
  const codec = openRegistryCodec({ url: site.settings['SCHEMA_REGISTRY_URL'] ?? '' });
  const { signal } = following;
  const bytesOf = ({ value }: LogRecord): Buffer => value ?? Buffer.alloc(0);
  await log.follow({
    topic: 'documents.events',
    signal,
    onRecord: (record) =>
      void codec.decode('documents.events', bytesOf(record)).then((event) => events.push(event)),
  });
  await log.follow({
    topic: 'documents.completed',
    signal,
    onRecord: (record) =>
      void codec.decode('documents.completed', bytesOf(record)).then((end) => completed.push(end)),
  });
}

async function submit(sample: string): Promise<string> {
  return (await client.submitFile(await fileAt(samples.get(sample) ?? ''), { review: 'never' })).runId;
}

/** Topics from which tasks of a run were finished by extraction, without the lane: one for each time. */
function extractedFrom(runId: string): string[] {
  return events
    .filter((event) => event.runId === runId && event.stage === 'extraction' && event.kind === 'finished')
    .map(({ source }) => source.topic.replace(/\.[a-z]+$/, ''));
}

const hasPassed = (runId: string, stage: string): boolean =>
  events.some((event) => event.runId === runId && event.stage === stage && event.kind === 'finished');

/** A metric of the development tenant at the ledger. */
async function accountOf(metric: string): Promise<number> {
  const text = await (await fetch(`${services.get('ledger')?.url ?? ''}/metrics`)).text();
  const line = text.split('\n').find((each) => each.startsWith(`${metric}{tenant="development"`));
  return Number(line?.split(' ').at(-1));
}

test('M-21: classes go to their pools, and what a removed pool has left ends once in the common processes', async () => {
  const first = {
    invoice: await submit('invoice'),
    letter: await submit('letter'),
    receipt: await submit('receipt'),
  };
  for (const runId of Object.values(first)) {
    expect((await client.waitForEnd(runId)).status).toMatch(/^completed/);
  }
  await until('every extraction is reported', () =>
    Object.values(first).every((runId) => extractedFrom(runId).length > 0),
  );
  expect([first.invoice, first.letter, first.receipt].map(extractedFrom)).toEqual([
    ['extraction.bank.tasks'],
    ['extraction.post.tasks'],
    ['extraction.tasks'],
  ]);

  // Nobody works for the pool: its documents wait, and are counted where they wait.
  await services.get('bank')?.stop();
  services.delete('bank');
  const waiting = [await submit('invoice'), await submit('invoice'), await submit('invoice')];
  await until(
    'the invoices wait',
    () => waiting.every((runId) => hasPassed(runId, 'classification')),
    120_000,
  );
  await until('they are counted', async () => (await accountOf('docfleet_runs_in_flight')) === 3, 60_000);
  expect(await accountOf('docfleet_accounting_difference')).toBe(0);
  const other = await submit('letter');
  expect((await client.waitForEnd(other)).status).toMatch(/^completed/);
  expect(waiting.flatMap(extractedFrom)).toEqual([]);

  // The pool is removed: topics first, then those who route, then the common processes.
  await site.deploy({ ...site.settings, ...onePool });
  for (const name of ['gateway', 'classification', 'extraction'] as const) {
    await services.get(name)?.stop();
    await untilReady([await start(name, onePool)]);
  }
  client = clientOfGateway();
  for (const runId of waiting) expect((await client.waitForEnd(runId)).status).toMatch(/^completed/);
  const after = await submit('invoice');
  expect((await client.waitForEnd(after)).status).toMatch(/^completed/);
  await until('every extraction is reported', () =>
    [...waiting, after].every((runId) => extractedFrom(runId).length > 0),
  );
  expect([...waiting, after].map(extractedFrom)).toEqual([
    ...waiting.map(() => ['extraction.bank.tasks']),
    ['extraction.tasks'],
  ]);
  const all = [...Object.values(first), ...waiting, other, after];
  await until('every ending is read', () => completed.length >= all.length, 60_000);
  expect(completed.map(({ runId }) => runId).toSorted()).toEqual(all.toSorted());
  await until('nothing is in flight', async () => (await accountOf('docfleet_runs_in_flight')) === 0, 60_000);
  expect(await accountOf('docfleet_accounting_difference')).toBe(0);
}, 900_000);
