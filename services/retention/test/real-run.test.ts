import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { runIdOf, stageNames } from '@docfleet/domain';
import { openKafkaLog } from '@docfleet/kafka';
import { openObjectStore } from '@docfleet/objects';
import { openRegistryCodec } from '@docfleet/registry';
import { endpoints, until } from '@docfleet/testing';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { startFleet, type Fleet } from './fleet-processes.ts';
import { repeatedKeys } from './repeated-keys.ts';

/** Time limit of one document, in milliseconds: a guard against hanging. */
const runGuardMs = 240_000;

const apiKey = `test_${randomUUID()}`;
const operatorKey = `test_${randomUUID()}`;
const fileName = 'Quendelwiese-Befund.pdf';
const words = ['Vexillarius', 'Thalweggasse', 'QZX-774193', '4719.53', 'Hollerbusch'];
const lines = [
  'INVOICE',
  'Vexillarius Trading Ltd, Thalweggasse 7',
  'Invoice number: QZX-774193',
  'Invoice date: 2025-03-04',
  'Bill to: Hollerbusch Company',
  'Total due: $4719.53',
];

let fleet: Fleet;

beforeAll(async () => {
  const names = ['gateway', ...stageNames, 'ledger', 'retention'];
  fleet = await startFleet(names, {
    DEVELOPMENT_API_KEY: apiKey,
    DEVELOPMENT_OPERATOR_KEY: operatorKey,
    DROP_FOLDERS: 'true',
    DROP_POLL_MS: '500',
    LOG_LEVEL: 'debug',
    ERASURE_EVERY_MS: '500',
    ERASURE_SETTLE_MS: '0',
  });
}, 300_000);
afterAll(() => fleet.stop());

interface Job {
  readonly runId: string;
  readonly status: string;
  readonly endedAt: string | null;
  readonly documents: readonly {
    readonly fields: readonly { readonly value: string; readonly normalised: string }[];
  }[];
}

async function call(path: string, init: RequestInit = {}): Promise<{ status: number; body: Job }> {
  const response = await fetch(`${fleet.api}${path}`, {
    ...init,
    headers: { authorization: `Bearer ${apiKey}` },
  });
  return { status: response.status, body: (await response.json()) as Job };
}

async function submit(requestId: string, file: Uint8Array<ArrayBuffer> | string) {
  const body = new FormData();
  body.set('requestId', requestId);
  body.set('review', 'never');
  body.set('expectations', JSON.stringify({ customer: 'Erwartungswort' }));
  body.set('file', new Blob([file], { type: 'application/pdf' }), fileName);
  return call('/v1/jobs', { method: 'POST', body });
}

async function ended(runId: string): Promise<Job> {
  const read = () => call(`/v1/jobs/${runId}`);
  await until('the run has ended', async () => (await read()).body.endedAt !== null, runGuardMs);
  return (await read()).body;
}

it('O-05, A-11: logs of a real run name it and say nothing of its content; erased, it does not run again', async () => {
  const requests = { good: `good-${randomUUID()}`, damaged: `damaged-${randomUUID()}` };
  const pdf = onePagePdf(lines);
  expect((await submit(requests.good, pdf)).status).toBe(202);
  expect((await submit(requests.damaged, '%PDF-1.4 Quittenmus')).status).toBe(202);
  const runIds = [runIdOf('development', requests.good), runIdOf('development', requests.damaged)] as const;
  const good = await ended(runIds[0]);
  expect((await ended(runIds[1])).status).toBe('failed');
  const fields = good.documents.flatMap((document) => document.fields);
  expect(fields.length).toBeGreaterThan(0);

  // Erasure, through all services.
  expect((await call(`/v1/jobs/${runIds[0]}/erase`, { method: 'POST' })).status).toBe(202);
  await until(
    'the run is erased',
    async () => (await call(`/v1/jobs/${runIds[0]}`)).status === 410,
    runGuardMs,
  );
  expect(await submit(requests.good, pdf)).toMatchObject({ status: 410, body: { code: 'ERASED' } });

  const output = [...fleet.output()].flatMap(([service, text]) =>
    text.split('\n').flatMap((line) => (line === '' ? [] : [{ service, line }])),
  );
  const secret = [
    ...words,
    'Erwartungswort',
    'Quendelwiese',
    'Quittenmus',
    ...fields.flatMap(({ value, normalised }) => [value, normalised]).filter((text) => text.length >= 5),
  ];
  expect(output.filter(({ line }) => secret.some((word) => line.includes(word)))).toEqual([]);
  expect(output.filter(({ line }) => !isObject(line))).toEqual([]);
  expect(output.filter(({ line }) => repeatedKeys(line).length > 0)).toEqual([]);
  for (const [index, runId] of runIds.entries()) {
    const ofRun = output
      .filter(({ line }) => line.includes(runId))
      .map(({ line }) => JSON.parse(line) as object);
    const requestId = Object.values(requests)[index];
    expect(ofRun.filter((line) => !has(line, { runId, requestId }))).toEqual([]);
    expect(ofRun.length).toBeGreaterThan(0);
  }
}, 600_000);

it('A-01: a file that is dropped into the folder of a tenant ends in one event', async () => {
  const tenantId = `drops-${randomUUID().slice(0, 8)}`;
  const bucket = `inbox-${randomUUID()}`;
  const inbox = openObjectStore({ ...endpoints().s3, bucket });
  const recordLog = openKafkaLog({ brokers: [endpoints().broker], clientId: 'dropped' });
  const codec = openRegistryCodec({ url: endpoints().registry });
  const stopping = new AbortController();
  const ended: string[] = [];
  onTestFinished(async () => {
    stopping.abort();
    inbox.close();
    await recordLog.close();
  });
  const operate = async (method: string, path: string, body: object): Promise<void> => {
    const headers = { authorization: `Bearer ${operatorKey}`, 'content-type': 'application/json' };
    const answer = await fetch(`${fleet.api}${path}`, { method, headers, body: JSON.stringify(body) });
    expect([path, answer.ok]).toEqual([path, true]);
  };
  await operate('POST', '/v1/tenants', { tenantId, name: tenantId });
  await operate('PUT', `/v1/tenants/${tenantId}/sources`, { sources: [bucket] });
  await operate('PUT', `/v1/tenants/${tenantId}/drop-folder`, { folder: `${bucket}/new` });
  await operate('PUT', `/v1/tenants/${tenantId}/review`, { policy: 'never', fourEyesAbove: null });
  await recordLog.follow({
    topic: 'documents.completed',
    signal: stopping.signal,
    onRecord: ({ value }) => {
      // Other tests write to the topic as well.
      codec.decode('documents.completed', value ?? Buffer.alloc(0)).then(
        (event) => {
          if (event.tenantId === tenantId) ended.push(event.runId);
        },
        () => undefined,
      );
    },
  });
  const file = Buffer.from(onePagePdf(lines));
  const drop = (key: string) =>
    inbox.upload(key, Readable.from([file]), {
      mediaType: 'application/pdf',
      maxBytes: 1_000_000,
      signal: stopping.signal,
    });
  await drop('new/Rechnung März.pdf');
  await until('the dropped file has ended', () => ended.length > 0, runGuardMs);
  // Dropped again with the same content, and another one beside it: the first is known.
  await drop('new/Rechnung März.pdf');
  await drop('new/second.pdf');
  await until('the second one has ended', () => new Set(ended).size === 2, runGuardMs);
  expect(ended).toHaveLength(2);
}, 600_000);

it('repeatedKeys finds a key that one object has twice', () => {
  expect(repeatedKeys('{"a":1,"b":{"a":2},"a":3}')).toEqual(['"a"']);
  expect(repeatedKeys(String.raw`{"a":"\"a\":","b":["a"],"c":{"a":1,"d":{"a":1}}}`)).toEqual([]);
});

function isObject(line: string): boolean {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}

const has = (line: object, expected: Readonly<Record<string, unknown>>): boolean =>
  Object.entries(expected).every(([key, value]) => (line as Record<string, unknown>)[key] === value);

/** A PDF of one A4 page with a text layer. */
function onePagePdf(texts: readonly string[]): Uint8Array<ArrayBuffer> {
  const content = texts
    .map((text, index) => `BT /F 12 Tf 72 ${760 - index * 24} Td (${text}) Tj ET`)
    .join('\n');
  const objects = [
    '1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj',
    '2 0 obj<</Type/Pages/Kids[4 0 R]/Count 1>>endobj',
    '3 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj',
    '4 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</Font<</F 3 0 R>>>>/Contents 5 0 R>>endobj',
    `5 0 obj<</Length ${content.length}>>stream\n${content}\nendstream endobj`,
  ];
  return new Uint8Array(
    Buffer.from(`%PDF-1.4\n${objects.join('\n')}\ntrailer<</Root 1 0 R>>\n%%EOF\n`, 'latin1'),
  );
}
