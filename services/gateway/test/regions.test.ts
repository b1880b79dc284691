import { readdir } from 'node:fs/promises';
import type { TenantSettings } from '@docfleet/contracts';
import { apiKeysIn } from '@docfleet/database';
import { batchIdOf, requestIdOfBatchFile, runIdOf } from '@docfleet/domain';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { maxUploadBytes, startGateway, type TestGateway } from './gateway.ts';

let north: TestGateway;
let south: TestGateway;
const keyOf = (tenant: string) => `key-of-${tenant}-in-both-fleets`;

/** Tenants of both fleets, by how the north routes their documents; `settled` has its region in the south. */
const tenants = {
  refused: {},
  redirected: { regionRouting: 'redirect' },
  passed: { regionRouting: 'proxy' },
  settled: { regionRouting: 'proxy', region: 'south' },
  moved: {},
};

function settingsOf(tenantId: string, policies: Readonly<Record<string, string>>): TenantSettings {
  return { tenantId, version: 1, state: 'active', publicKeys: [], sources: null, policies, at: 0 };
}

beforeAll(async () => {
  south = await startGateway({ region: 'south', regions: new Map([['north', 'http://127.0.0.1:1']]) });
  const regions = new Map([
    ['south', south.url],
    ['gone', 'http://127.0.0.1:1'],
  ]);
  north = await startGateway({ regions });
  for (const [tenantId, policies] of Object.entries(tenants)) {
    for (const { database, published } of [north, south]) {
      const scope = { tenantId, role: 'producer' } as const;
      await apiKeysIn(database.session).ensure({ ...scope, at: Date.now() }, keyOf(tenantId));
      published.set(tenantId, settingsOf(tenantId, policies));
    }
  }
});
afterAll(async () => {
  await Promise.all([north.close(), south.close()]);
});

type Fields = readonly (readonly [string, string | Blob])[];

async function submit(tenant: string, fields: Fields, { path = '/v1/jobs', headers = {} } = {}) {
  const form = new FormData();
  for (const [name, value] of fields)
    if (typeof value === 'string') form.append(name, value);
    else form.append(name, value, 'ä b.pdf');
  const response = await fetch(`${north.url}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${keyOf(tenant)}`, ...headers },
    body: form,
    redirect: 'manual',
  });
  const text = await response.text();
  const body = (text === '' ? {} : JSON.parse(text)) as Readonly<Record<string, unknown>>;
  return { status: response.status, location: response.headers.get('location'), body };
}

const file = (text: string): readonly [string, Blob] => [
  'file',
  new Blob([text], { type: 'application/pdf' }),
];

describe('M-22: a document of another region', () => {
  it('is refused before a byte of it is read', async () => {
    const { status, body } = await submit('refused', [['requestId', 'r'], ['region', 'south'], file('%PDF')]);
    expect([status, body['code']]).toEqual([421, 'REGION_MISMATCH']);
    expect(north.reads).not.toContain('insertFirst');
    expect(await readdir(north.spoolFolder)).toEqual([]);
  });

  it('is refused also when its region comes behind it', async () => {
    const { status, body } = await submit('refused', [file('%PDF'), ['region', 'south']]);
    expect([status, body['code']]).toEqual([421, 'REGION_MISMATCH']);
  });

  it('is redirected where the tenant has it so, with the whole path', async () => {
    const answer = await submit('redirected', [['region', 'south'], file('%PDF')], {
      path: '/v1/process?waitMs=0',
    });
    expect(answer).toEqual({ status: 307, location: `${south.url}/v1/process?waitMs=0`, body: {} });
  });

  it('is passed on as it arrives, with every field, and found where it is', async () => {
    const expectations = JSON.stringify({ fullName: 'Jörg "J" Müller' });
    const content = '%PDF'.padEnd(maxUploadBytes - 100, 'ü').slice(0, maxUploadBytes / 2);
    const answer = await submit('passed', [
      ['region', 'south'],
      ['requestId', 'r-passed'],
      ['expectations', expectations],
      file(content),
      ['lane', 'urgent'],
    ]);
    const runId = runIdOf('passed', 'r-passed');
    expect([answer.status, answer.location]).toEqual([202, `${south.url}/v1/jobs/${runId}`]);
    const run = await south.runs.find(runId);
    expect(run).toMatchObject({
      region: 'south',
      lane: 'urgent',
      fileName: 'ä b.pdf',
      expectations: { fullName: 'Jörg "J" Müller' },
      input: { sizeBytes: Buffer.byteLength(content), mediaType: 'application/pdf' },
    });
    expect(await north.runs.find(runId)).toBeUndefined();
    expect(await readdir(north.spoolFolder)).toEqual([]);
  });

  it('is passed on for a tenant whose documents belong there, also as JSON', async () => {
    const response = await fetch(`${north.url}/v1/jobs`, {
      method: 'POST',
      headers: { authorization: `Bearer ${keyOf('settled')}`, 'content-type': 'application/json' },
      body: JSON.stringify({ source: { uri: 's3://granted/none.pdf' } }),
    });
    // The south has looked for the object.
    expect([response.status, ((await response.json()) as { code: string }).code]).toEqual([
      422,
      'SOURCE_NOT_FOUND',
    ]);
    const own = await submit('settled', [['requestId', 'r-own'], ['region', 'north'], file('%PDF')]);
    expect([own.status, own.location]).toEqual([202, `/v1/jobs/${runIdOf('settled', 'r-own')}`]);
  });

  it('is refused by a gateway that it was passed to, instead of being passed on again', async () => {
    const hops = { headers: { 'docfleet-hops': '1' } };
    const { status, body } = await submit('passed', [['region', 'south'], file('%PDF')], hops);
    expect([status, body['code']]).toEqual([421, 'REGION_MISMATCH']);
  });

  it('gets 503 while the gateway of its region gives no answer, and 421 where none is known', async () => {
    const away = await submit('passed', [['region', 'gone'], file('%PDF')]);
    expect([away.status, away.body['code']]).toEqual([503, 'SERVICE_UNAVAILABLE']);
    const unknown = await submit('passed', [['region', 'west'], file('%PDF')]);
    expect(unknown.status).toBe(421);
  });
});

describe('M-22: a batch of a tenant whose documents belong elsewhere', () => {
  const call = async (path: string, init: RequestInit, tenant = 'settled') => {
    const headers = new Headers(init.headers);
    headers.set('authorization', `Bearer ${keyOf(tenant)}`);
    const answer = await fetch(`${north.url}${path}`, { ...init, headers });
    return { status: answer.status, body: (await answer.json()) as { code?: string; batchId: string } };
  };
  const post = (path: string, body: object, tenant?: string) =>
    call(
      path,
      { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) },
      tenant,
    );
  const put = (batchId: string, tenant?: string) => {
    const body = new FormData();
    body.set('file', new Blob(['%PDF-draft'], { type: 'application/pdf' }), 'a.pdf');
    return call(`/v1/batches/${batchId}/files/1`, { method: 'PUT', body }, tenant);
  };
  const form = (batch: object) => {
    const body = new FormData();
    body.set('batch', JSON.stringify(batch));
    body.append('files', new Blob(['%PDF-batch'], { type: 'application/pdf' }), 'a.pdf');
    return call('/v1/batches', { method: 'POST', body });
  };

  it('is refused as files, as references and as a draft, and nothing is stored', async () => {
    const answers = [
      await form({ requestId: 'b-settled' }),
      await post('/v1/batches', { sources: [{ uri: 's3://granted/none.pdf' }] }),
      await post('/v1/batches', { draft: true }),
    ];
    expect(answers.map(({ status, body }) => [status, body.code])).toEqual(
      answers.map(() => [421, 'REGION_MISMATCH']),
    );
    const runId = runIdOf('settled', requestIdOfBatchFile(batchIdOf('settled', 'b-settled'), 1));
    expect(await north.runs.find(runId)).toBeUndefined();
    expect(await readdir(north.spoolFolder)).toEqual([]);
  });

  it('is taken where it names this region itself', async () => {
    const options = { region: 'north' };
    expect((await form({ options })).status).toBe(202);
    const { body } = await post('/v1/batches', { draft: true, options });
    expect((await put(body.batchId)).status).toBe(201);
    expect((await post(`/v1/batches/${body.batchId}/start`, {})).status).toBe(202);
  });

  it('is refused as a draft whose tenant was given another region since it was opened', async () => {
    const { body } = await post('/v1/batches', { draft: true }, 'moved');
    expect((await put(body.batchId, 'moved')).status).toBe(201);
    north.published.set('moved', settingsOf('moved', { region: 'south' }));
    const answers = [
      await put(body.batchId, 'moved'),
      await post(`/v1/batches/${body.batchId}/start`, {}, 'moved'),
    ];
    expect(answers.map(({ status }) => status)).toEqual([421, 421]);
  });
});
