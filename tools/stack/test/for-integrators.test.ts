import { readFileSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { basename, join } from 'node:path';
import { createClient, verifyWebhook, type Batch, type Client } from '@docfleet/client';
import { fileAt } from '@docfleet/client/node';
import { openDatabase, type Database } from '@docfleet/database';
import { filesOf, runPage } from '@docfleet/docs-check';
import { writeSamples, type SampleFile } from '@docfleet/samples';
import { until } from '@docfleet/testing';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { serviceNames, type ServiceName } from '../src/names.ts';
import { createProofKey, proofEnvironment } from '../src/proof.ts';
import { createWebhookKey, webhookEnvironment } from '../src/webhook-key.ts';
import { callProgram, type ProgramCall } from './call-program.ts';
import { inherited, type Ended } from './run-script.ts';
import { pageEnvironment } from './secure/page-environment.ts';
import { startSecureService, type SecureService } from './secure/secure-service.ts';
import { siteKeys, startSecureSite, untilReady, type SecureSite } from './secure/secure-site.ts';

const { apiKey, operatorKey } = siteKeys;

/** A fleet that asks records for signatures, with brokers and a database behind TLS. */
let site: SecureSite;
const services = new Map<ServiceName, SecureService>();
/** As the owner of the tables. */
let database: Database;
let samples: readonly SampleFile[];
let folder: string;
let client: Client;

beforeAll(async () => {
  site = await startSecureSite('for-integrators');
  const { layout, servers, authorityFile } = site;
  const settings = {
    ...site.settings,
    ...proofEnvironment({ TENANT_PROOF: 'signature' }, createProofKey()),
    ...webhookEnvironment(createWebhookKey()),
    WEBHOOK_FIRST_PAUSE_MS: '60000',
  };
  database = openDatabase(servers.databaseUrl, { tls: { ca: readFileSync(authorityFile) } });
  await site.deploy(settings);
  for (const name of serviceNames) services.set(name, await startSecureService(layout, name, settings));
  await untilReady(services.values());
  folder = join(site.folder, 'files');
  samples = await writeSamples(folder);
  writeFileSync(join(folder, 'broken.pdf'), 'no document');
  client = createClient({ api: gatewayUrl(), apiKey });
}, 600_000);

afterAll(async () => {
  await Promise.all([...services.values()].map((service) => service.stop()));
  await database.close();
  await site.stop();
}, 90_000);

const gatewayUrl = (): string => services.get('gateway')?.url ?? '';

function call(tool: 'docfleet' | 'operate', line: string, more: Readonly<Record<string, string>> = {}) {
  const key = tool === 'docfleet' ? apiKey : operatorKey;
  const { PATH = '' } = inherited();
  const environment = { PATH, HOME: site.folder, DOCFLEET_API: gatewayUrl(), DOCFLEET_API_KEY: key, ...more };
  return callProgram(tool, line.split(' '), { folder, environment });
}

const docfleet = (line: string): Promise<Ended> => call('docfleet', line).ended;

/** The objects of an answer, one a line. */
function objectsOf({ stdout }: Ended): Record<string, unknown>[] {
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

const three = 'letter-digital.pdf broken.pdf invoice-digital.pdf';

test('A-10: docfleet batch prints the result of each file without a terminal, of a broken one its code', async () => {
  const submitted = await docfleet(
    `batch submit ${three} --wait --no-review --period 2026-03 --field city=Delft`,
  );
  expect({ code: submitted.code, stderr: submitted.stderr }).toEqual({ code: 4, stderr: '' });
  const results = objectsOf(submitted).map(({ file, verdict, failure }) => [
    file,
    (failure as { code?: string } | null)?.code ?? verdict,
  ]);
  expect(results).toEqual([
    ['letter-digital.pdf', 'approve'],
    ['broken.pdf', 'UNSUPPORTED_TYPE'],
    ['invoice-digital.pdf', expect.stringMatching(/^(approve|review)$/)],
  ]);

  const [listed] = objectsOf(await docfleet('batch list --limit 1'));
  const batchId = String(listed?.['batchId']);
  expect(listed).toMatchObject({ state: 'PARTIALLY_COMPLETED', counts: { completed: 2, failed: 1 } });
  expect(objectsOf(await docfleet(`batch status ${batchId}`))).toMatchObject([
    { metadata: { period: '2026-03', fields: { city: 'Delft' } } },
  ]);
  const watched = await docfleet(`batch watch ${batchId}`);
  const events = objectsOf(watched);
  expect([watched.code, events.at(-1)]).toMatchObject([4, { type: 'batch', state: 'PARTIALLY_COMPLETED' }]);
  expect(events.filter(({ type }) => type === 'ended')).toHaveLength(3);
  const report = await docfleet(`batch results ${batchId} --format pdf --output report.pdf`);
  expect(report).toEqual({ code: 4, stdout: '', stderr: '' });
  expect(readFileSync(join(folder, 'report.pdf')).subarray(0, 5).toString()).toBe('%PDF-');
  expect((await docfleet(`batch results ${batchId} --format csv`)).stdout).toContain('invoice-digital.pdf');
  expect((await docfleet(`batch cancel ${batchId}`)).stderr).toContain('ALREADY_ENDED');
}, 300_000);

test('A-10: a draft that another process began is finished by docfleet batch submit --resume', async () => {
  const { batchId } = await client.createBatch({ body: { draft: true, options: { review: 'never' } } });
  await client.putDraftFile(batchId, 1, await fileAt(join(folder, 'letter-digital.pdf')));
  expect((await docfleet(`batch watch ${batchId}`)).code).toBe(4);
  const resumed = await docfleet(`batch submit ${three} --resume ${batchId}`);
  expect(resumed.stderr).toBe('');
  expect(objectsOf(resumed)).toMatchObject([{ batchId, files: three.split(' ').map((file) => ({ file })) }]);
  expect((await client.waitForBatch(batchId)).state).toBe('PARTIALLY_COMPLETED');
}, 300_000);

test('A-10: Ctrl-C ends the wait for a batch and not the batch, unless it is asked to', async () => {
  const scans = samples.filter(({ form }) => form !== 'digital').map(({ path }) => basename(path));
  const interrupted = async (requestId: string, more: string): Promise<[Ended, Batch]> => {
    const line = `batch submit ${scans.join(' ')} --draft --wait --no-review --request-id ${requestId}${more}`;
    const waiting: ProgramCall = call('docfleet', line);
    const find = async () =>
      (await client.listBatches({ limit: 20 })).batches.find((batch) => batch.requestId === requestId);
    await until('the batch is started', async () => ((await find())?.acceptedAt ?? null) !== null, 60_000);
    // The answer to the start has to be read as well.
    await until('it is asked for', async () => (await find())?.state === 'PROCESSING', 60_000);
    waiting.interrupt();
    const ended = await waiting.ended;
    return [ended, await client.getBatch({ batchId: (await find())?.batchId ?? '' })];
  };
  const [goesOn, batch] = await interrupted('goes-on', '');
  expect(goesOn).toEqual({
    code: 130,
    stdout: '',
    stderr: `Interrupted: the batch goes on. Follow: docfleet batch watch ${batch.batchId}\n`,
  });
  const [cancelled, { batchId }] = await interrupted('is-cancelled', ' --cancel-on-interrupt');
  expect(cancelled).toMatchObject({ code: 130, stderr: 'Interrupted: the batch was cancelled.\n' });
  expect((await client.waitForBatch(batchId)).state).toMatch(/CANCELLED|PARTIALLY_COMPLETED/);
  expect((await client.waitForBatch(batch.batchId)).state).toBe('COMPLETED');
}, 600_000);

/** A receiver of webhooks on this machine. */
async function startReceiver() {
  const received: { readonly body: string; readonly headers: IncomingHttpHeaders }[] = [];
  const answers = { status: 204 };
  const server: Server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      received.push({ body: Buffer.concat(chunks).toString(), headers: request.headers });
      response.writeHead(answers.status).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
  return { url, received, answers, close: () => server.close() };
}

test('A-10: docfleet webhooks creates a webhook, tests it, changes its secret and sends again', async () => {
  const receiver = await startReceiver();
  try {
    const [made] = objectsOf(await docfleet(`webhooks create ${receiver.url} --event batch.*`));
    const endpointId = String(made?.['endpointId']);
    const first = String(made?.['secret']);
    expect(objectsOf(await docfleet(`webhooks show ${endpointId}`))[0]).not.toHaveProperty('secret');
    const tested = await docfleet(`webhooks test ${endpointId}`);
    expect([tested.code, tested.stderr]).toEqual([0, '']);
    expect(objectsOf(tested)).toMatchObject([{ state: 'delivered', log: [{ status: 204 }] }]);
    const [message] = receiver.received;
    const signed = { body: message?.body ?? '', headers: message?.headers as Record<string, string> };
    await expect(verifyWebhook(signed, { secrets: [first] })).resolves.toBeDefined();

    const [rotated] = objectsOf(await docfleet(`webhooks rotate ${endpointId} --grace 0`));
    receiver.answers.status = 500;
    const failed = await docfleet(`webhooks test ${endpointId}`);
    expect([failed.code, ...objectsOf(failed)]).toMatchObject([4, { state: 'pending', problem: 'HTTP_500' }]);
    receiver.answers.status = 204;
    const second = {
      body: receiver.received[1]?.body ?? '',
      headers: receiver.received[1]?.headers as Record<string, string>,
    };
    await expect(verifyWebhook(second, { secrets: [String(rotated?.['secret'])] })).resolves.toBeDefined();
    await expect(verifyWebhook(second, { secrets: [first] })).rejects.toThrow();

    const [, oldest] = objectsOf(await docfleet(`webhooks deliveries --endpoint ${endpointId}`));
    expect(oldest).toMatchObject({ type: 'webhook.test', state: 'delivered' });
    expect((await docfleet(`webhooks replay ${String(oldest?.['deliveryId'])}`)).code).toBe(0);
    await until('it is there again', () => Promise.resolve(receiver.received.length === 3), 60_000);
    expect(objectsOf(await docfleet(`webhooks update ${endpointId} --disable`))).toMatchObject([
      { enabled: false },
    ]);
    expect((await docfleet(`webhooks delete ${endpointId}`)).code).toBe(0);
    expect((await docfleet(`webhooks show ${endpointId}`)).stderr).toMatch(/^NOT_FOUND: /);
  } finally {
    receiver.close();
  }
}, 300_000);

test('A-06 A-10: the pages for integrators do what they show, with records that are signed', async () => {
  const environment = await pageEnvironment(site, { api: gatewayUrl(), takesUnsigned: false });
  const document = samples.find(({ path }) => path.endsWith('invoice-digital.pdf'))?.path ?? '';
  const reports = [];
  for (const page of filesOf('docs/integrate/*.md'))
    reports.push(await runPage(page, { document, environment }));
  expect(reports.flatMap(({ faults }) => faults)).toEqual([]);
  expect(reports.flatMap(({ skipped }) => skipped)).toEqual([
    expect.stringMatching(/^docs\/integrate\/kafka\.md:\d+ was not run: UNSIGNED_TOPIC is not set$/),
  ]);
  expect(reports.reduce((sum, { passed }) => sum + passed, 0)).toBeGreaterThanOrEqual(20);
}, 600_000);

// Last: it breaks the chain of the audit log.
test('A-07: operate exports every row of the audit log, and verifies the chain that the fleet seals', async () => {
  const idsIn = (rows: readonly Record<string, unknown>[]) => rows.map(({ id }) => String(id));
  const since = new Date(Date.now() - 3_600_000);
  const before = new Date();
  const exported = await call(
    'operate',
    `audit export --since ${since.toISOString()} --until ${before.toISOString()}`,
  ).ended;
  expect([exported.code, exported.stderr]).toEqual([0, '']);
  const rows = objectsOf(exported);
  const stored = await sql<{ id: string }>`
    select id::text from audit where at >= ${since.toISOString()}::timestamptz and at < ${before.toISOString()}::timestamptz order by at, id
  `.execute(database.session);
  expect(idsIn(rows)).toEqual(stored.rows.map(({ id }) => id));
  expect(new Set(rows.map(({ action }) => action))).toContain('call.submit');

  const { DATABASE_OPERATOR_URL = '', DATABASE_TLS_CA_FILE = '' } = site.settings;
  const verify = (end = '') =>
    call('operate', `audit verify${end}`, { DATABASE_OPERATOR_URL, DATABASE_TLS_CA_FILE }).ended;
  const whole = await verify();
  expect(whole).toMatchObject({ code: 0, stderr: '' });
  const [, count = '0', end = ''] = /^whole: (\d+) rows, [^]*\nend: (\S+) /.exec(whole.stdout) ?? [];
  expect(Number(count)).toBeGreaterThan(10);
  expect((await verify(` --end ${end}`)).code).toBe(0);
  await sql`alter table audit disable trigger audit_append_only`.execute(database.session);
  await sql`update audit set subject = 'x' where sealed_as = 3`.execute(database.session);
  expect(await verify()).toMatchObject({
    code: 1,
    stdout: expect.stringMatching(/^BROKEN at position 3 /) as string,
  });
}, 120_000);
