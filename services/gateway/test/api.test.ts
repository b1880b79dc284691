import { readdir } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import type { TopicName } from '@docfleet/contracts';
import { fleetRoles, outcomeIdOfOrder, runIdOf, stageNames, systemClock } from '@docfleet/domain';
import { createLog } from '@docfleet/telemetry';
import { until } from '@docfleet/testing';
import { Validator } from '@seriousme/openapi-schema-validator';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { sweepOnce } from '../src/sweeper.ts';
import { maxUploadBytes, startGateway, type TestGateway } from './gateway.ts';

let gateway: TestGateway;
let key: string;
let tenants = 0;
let tenant: string;

beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(async () => {
  await gateway.close();
});
beforeEach(async () => {
  tenants += 1;
  tenant = `tenant-${tenants}`;
  key = await gateway.keyOf(tenant, 'producer');
  gateway.logIs = 'up';
  gateway.databaseIs = 'up';
});

interface Answer {
  status: number;
  type: string | null;
  headers: Headers;
  body: Record<string, unknown>;
}

async function call(path: string, init: RequestInit = {}, as = key): Promise<Answer> {
  const headers = new Headers(init.headers);
  if (as !== '') headers.set('authorization', `Bearer ${as}`);
  const response = await fetch(`${gateway.url}${path}`, { ...init, headers });
  const text = await response.text();
  return {
    status: response.status,
    type: response.headers.get('content-type'),
    headers: response.headers,
    body: (text.startsWith('{') ? JSON.parse(text) : { text }) as Record<string, unknown>,
  };
}

function form(content: string | Uint8Array<ArrayBuffer>, fields: Record<string, string> = {}): FormData {
  const data = new FormData();
  for (const [name, value] of Object.entries(fields)) data.set(name, value);
  data.set('file', new Blob([content], { type: 'application/pdf' }), 'invoice.pdf');
  return data;
}

const upload = (content: string, fields: Record<string, string> = {}, path = '/v1/jobs') =>
  call(path, { method: 'POST', body: form(content, fields) });

const postJson = (body: unknown, path = '/v1/jobs') =>
  call(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });

/** Values of a topic that belong to a run, oldest first. */
async function recordsOf<T extends TopicName>(topic: T, runId: string) {
  const entries = gateway.cluster
    .dump(topic)
    .flatMap((entry) => (entry.record?.key?.toString() === runId ? [entry.record] : []));
  return Promise.all(
    entries.map(async (record) => ({
      value: await gateway.codec.decode(topic, record.value ?? Buffer.alloc(0)),
      headers: record.headers,
    })),
  );
}

/** Address of an object among the tenant's own uploads. */
async function inboxFile(): Promise<string> {
  const options = { mediaType: 'application/pdf', maxBytes: 1_000, signal: AbortSignal.timeout(5_000) };
  return (await gateway.store.upload(`uploads/${tenant}/inbox/b.pdf`, Readable.from(['%PDF']), options)).uri;
}

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

describe('submitting', () => {
  it('A-01, A-08: stores an upload, publishes one record and returns 202 with the address of the job', async () => {
    const answer = await upload('%PDF-1', {
      requestId: 'r-1',
      lane: 'urgent',
      expectations: '{"reason":"illness"}',
    });
    const runId = runIdOf(tenant, 'r-1');
    expect([answer.status, answer.headers.get('location')]).toEqual([202, `/v1/jobs/${runId}`]);
    expect(answer.body).toMatchObject({
      runId,
      requestId: 'r-1',
      tenantId: tenant,
      lane: 'urgent',
      status: 'accepted',
      fileName: 'invoice.pdf',
      progress: { stagesDone: 0, stagesTotal: stageNames.length },
      documents: [],
      links: { self: `/v1/jobs/${runId}`, cancel: `/v1/jobs/${runId}/cancel`, artifacts: null },
    });
    const [record, ...others] = await recordsOf('documents.urgent', runId);
    const uri = gateway.store.uriOf(`uploads/${tenant}/${runId}/${sha256('%PDF-1')}`);
    expect(others).toEqual([]);
    expect(record?.value).toMatchObject({
      tenantId: tenant,
      requestId: 'r-1',
      source: { uri, sha256: sha256('%PDF-1') },
      expectations: { reason: 'illness' },
      region: 'north',
    });
    expect(record?.headers).toEqual({
      traceparent: `00-${runId.replaceAll('-', '')}-${runId.replaceAll('-', '').slice(16)}-01`,
      'docfleet-tenant': tenant,
    });
    const bytes = await gateway.store.read(uri, { signal: AbortSignal.timeout(5_000), maxBytes: 100 });
    expect(bytes.toString()).toBe('%PDF-1');
    expect((await gateway.runs.find(runId))?.acknowledged).toBe(true);
    expect(await readdir(gateway.spoolFolder)).toEqual([]);
  });

  it('accepts form fields after the file', async () => {
    const data = form('%PDF-late');
    data.set('requestId', 'r-late');
    const answer = await call('/v1/jobs', { method: 'POST', body: data });
    expect([answer.status, answer.body['requestId']]).toEqual([202, 'r-late']);
  });

  it('cleans free text of what nobody can store', async () => {
    const answer = await postJson(
      `{"source":{"uri":"${await inboxFile()}"},"requestId":"r-text","fileName":"a\\u0000\\ud800.pdf","expectations":{"full\\u0000Name":"A\\udfff\\u0007"}}`,
    );
    const [record] = await recordsOf('documents.normal', runIdOf(tenant, 'r-text'));
    expect([answer.status, answer.body['fileName']]).toEqual([202, 'a\ufffd.pdf']);
    expect(record?.value.expectations).toEqual({ 'full\ufffdName': 'A\ufffd\ufffd' });
  });

  it.each([
    ['{"total\\u0000":"1","total\\u0001":"2"}', 'one name once they are cleaned'],
    ['{"__proto__":"1"}', 'a name that is none'],
  ])('refuses the expectations %s as JSON and as a form: %s', async (expectations) => {
    const json = await postJson(`{"source":{"uri":"${await inboxFile()}"},"expectations":${expectations}}`);
    const form = await upload('%PDF-x', { expectations });
    expect([json.status, form.status]).toEqual([400, 400]);
  });

  it('finds a job by its id in upper case', async () => {
    const { body } = await upload('%PDF-upper');
    const found = await call(`/v1/jobs/${String(body['runId']).toUpperCase()}`);
    expect([found.status, found.body['runId']]).toEqual([200, body['runId']]);
  });

  it('D-01: accepts a reference to an object in JSON', async () => {
    const ref = await gateway.store.upload(`uploads/${tenant}/inbox/a.pdf`, Readable.from(['%PDF-ref']), {
      mediaType: 'application/pdf',
      maxBytes: 1_000,
      signal: AbortSignal.timeout(5_000),
    });
    const answer = await postJson({ source: { uri: ref.uri, sha256: ref.sha256 }, requestId: 'r-ref' });
    const [record] = await recordsOf('documents.normal', runIdOf(tenant, 'r-ref'));
    expect(answer.status).toBe(202);
    expect(record?.value.source).toEqual({ uri: ref.uri, sha256: ref.sha256 });
  });

  it('returns 422 for a reference to a missing object, and to the upload of another tenant', async () => {
    const foreign = gateway.store.uriOf('uploads/tenant-0/run/digest');
    for (const uri of [gateway.store.uriOf(`uploads/${tenant}/none`), foreign]) {
      const answer = await postJson({ source: { uri } });
      expect([answer.status, answer.body['code']]).toEqual([422, 'SOURCE_NOT_FOUND']);
    }
  });

  it('M-22: rejects another region before anything is stored', async () => {
    const answer = await upload('%PDF-region', { requestId: 'r-region', region: 'south' });
    expect([answer.status, answer.body['code']]).toEqual([421, 'REGION_MISMATCH']);
    expect(await gateway.runs.find(runIdOf(tenant, 'r-region'))).toBeUndefined();
  });

  it('creates a new job for each request without requestId', async () => {
    const [one, two] = [await upload('%PDF-same'), await upload('%PDF-same')];
    expect([one.status, two.status]).toEqual([202, 202]);
    expect(one.body['runId']).not.toBe(two.body['runId']);
  });
});

describe('A-04: submitting again', () => {
  it('returns the same job for the same body and publishes nothing', async () => {
    const first = await upload('%PDF-a', { requestId: 'r-1' });
    const again = await upload('%PDF-a', { requestId: 'r-1' });
    expect([first.status, again.status]).toEqual([202, 200]);
    expect(again.body['runId']).toBe(first.body['runId']);
    expect(await recordsOf('documents.normal', runIdOf(tenant, 'r-1'))).toHaveLength(1);
  });

  it.each([
    ['file', '%PDF-b', {}],
    ['lane', '%PDF-a', { lane: 'high' }],
    ['expectations', '%PDF-a', { expectations: '{"reason":"move"}' }],
  ])('rejects another %s with 409', async (_, content, fields) => {
    await upload('%PDF-a', { requestId: 'r-1' });
    const answer = await upload(content, { requestId: 'r-1', ...fields });
    expect([answer.status, answer.body['code']]).toEqual([409, 'REQUEST_CONFLICT']);
  });

  it('accepts the header Idempotency-Key as the requestId', async () => {
    const init = { method: 'POST', headers: { 'idempotency-key': 'r-key' } };
    const answer = await call('/v1/jobs', { ...init, body: form('%PDF-a') });
    expect(answer.body['runId']).toBe(runIdOf(tenant, 'r-key'));
    const differing = await call('/v1/jobs', { ...init, body: form('%PDF-a', { requestId: 'r-2' }) });
    expect([differing.status, differing.body['code']]).toEqual([400, 'REQUEST_INVALID']);
  });

  it('creates one job from twenty concurrent requests', async () => {
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => upload('%PDF-race', { requestId: 'r-race' })),
    );
    expect(new Set(answers.map((answer) => answer.body['runId']))).toEqual(
      new Set([runIdOf(tenant, 'r-race')]),
    );
    expect(answers.every((answer) => answer.status === 200 || answer.status === 202)).toBe(true);
    expect(answers.filter((answer) => answer.status === 202)).toHaveLength(1);
  });

  it('separates tenants', async () => {
    const one = await upload('%PDF-a', { requestId: 'r-1' });
    key = await gateway.keyOf('another-tenant', 'producer');
    const other = await upload('%PDF-b', { requestId: 'r-1' });
    expect([other.status, other.body['runId'] === one.body['runId']]).toEqual([202, false]);
  });
});

describe('with an unavailable dependency', () => {
  it.each(['refusing', 'silent'] as const)(
    'returns 503 with Retry-After when the log is %s',
    async (state) => {
      gateway.logIs = state;
      const answer = await upload('%PDF-a', { requestId: 'r-1' });
      expect([answer.status, answer.body['code'], answer.headers.get('retry-after')]).toEqual([
        503,
        'BROKER_UNAVAILABLE',
        '5',
      ]);
    },
  );

  it('publishes an unacknowledged submission again when the client repeats the request', async () => {
    gateway.logIs = 'refusing';
    await upload('%PDF-a', { requestId: 'r-1' });
    gateway.logIs = 'up';
    const answer = await upload('%PDF-a', { requestId: 'r-1' });
    expect(answer.status).toBe(200);
    expect(await recordsOf('documents.normal', runIdOf(tenant, 'r-1'))).toHaveLength(1);
  });

  it('publishes an unacknowledged submission again by itself', async () => {
    gateway.logIs = 'refusing';
    await upload('%PDF-a', { requestId: 'r-1' });
    gateway.logIs = 'up';
    const later = { ...systemClock, now: () => Date.now() + 60_000 };
    const sweeper = { ...gateway, clock: later, log: createLog({ service: 'gateway', level: 'silent' }) };
    expect(await sweepOnce(sweeper)).toBeGreaterThan(0);
    expect(await sweepOnce(sweeper)).toBe(0);
    expect(await recordsOf('documents.normal', runIdOf(tenant, 'r-1'))).toHaveLength(1);
  });
});

describe('lists with a run whose times nobody could write', () => {
  it('show the nearest time, to its tenant and to fleet roles', async () => {
    const { body } = await upload('%PDF-far');
    const run = await gateway.runs.find(String(body['runId']));
    if (run === undefined) throw new Error('no run');
    await gateway.database.session
      .updateTable('runs')
      .set({ createdAt: new Date(9e14) })
      .where('runId', '=', run.runId)
      .execute();
    const operator = await gateway.keyOf('none', 'operator');
    for (const as of [key, operator]) {
      const response = await fetch(`${gateway.url}/v1/jobs?tenant=${tenant}&limit=1`, {
        headers: { authorization: `Bearer ${as}` },
      });
      const { jobs } = (await response.json()) as { jobs: { createdAt: string }[] };
      expect(jobs.map(({ createdAt }) => createdAt)).toEqual(['9999-12-31T23:59:59.999Z']);
    }
  });
});

describe('a submission that the broker refuses for itself', () => {
  const later = { ...systemClock, now: () => Date.now() + 60_000 };
  const sweep = () =>
    sweepOnce({ ...gateway, clock: later, log: createLog({ service: 'gateway', level: 'silent' }) });

  it('is rejected by the sweep, and holds no other', async () => {
    gateway.logIs = 'refusing';
    const expectations = Object.fromEntries(
      Array.from({ length: 20 }, (_, at) => [`name${at}`, 'x'.repeat(400)]),
    );
    await upload('%PDF-a', { requestId: 'r-large', expectations: JSON.stringify(expectations) });
    await upload('%PDF-b', { requestId: 'r-small' });
    gateway.logIs = 'strict';
    await sweep();
    const large = await gateway.runs.find(runIdOf(tenant, 'r-large'));
    expect([large?.status, large?.failureCode]).toEqual(['rejected', 'RECORD_TOO_LARGE']);
    expect(await recordsOf('documents.normal', runIdOf(tenant, 'r-small'))).toHaveLength(1);
    expect(await sweep()).toBe(0);
  });
});

describe('A-06: invalid requests', () => {
  it.each([
    ['malformed JSON', () => postJson('{"source":'), 400, 'REQUEST_INVALID'],
    ['JSON of another shape', () => postJson({ source: 1 }), 400, 'REQUEST_INVALID'],
    ['an unknown field', () => upload('%PDF', { colour: 'red' }), 400, 'REQUEST_INVALID'],
    ['expectations that are not JSON', () => upload('%PDF', { expectations: '{' }), 400, 'REQUEST_INVALID'],
    ['an empty file', () => upload(''), 400, 'REQUEST_INVALID'],
    ['no body', () => call('/v1/jobs', { method: 'POST' }), 400, 'REQUEST_INVALID'],
    [
      'a wrong media type',
      () => call('/v1/jobs', { method: 'POST', body: 'x', headers: { 'content-type': 'text/csv' } }),
      415,
      'REQUEST_INVALID',
    ],
    ['a file that is too large', () => upload('x'.repeat(maxUploadBytes + 1)), 413, 'DOC_TOO_LARGE'],
    [
      'JSON that is too large',
      () => postJson({ source: { uri: 'x'.repeat(300_000) } }),
      413,
      'REQUEST_INVALID',
    ],
    ['an unknown path', () => call('/v1/nothing'), 404, 'NOT_FOUND'],
    ['an unknown job', () => call(`/v1/jobs/${runIdOf('a', 'b')}`), 404, 'NOT_FOUND'],
    ['an invalid id', () => call('/v1/jobs/1'), 400, 'REQUEST_INVALID'],
    ['an invalid cursor', () => call('/v1/jobs?cursor=abc'), 400, 'REQUEST_INVALID'],
    [
      'a waitMs that is too large',
      () => upload('%PDF', {}, '/v1/process?waitMs=999999'),
      400,
      'REQUEST_INVALID',
    ],
  ])('answers %s with a problem document', async (_, ask, status, code) => {
    const answer = await ask();
    expect([answer.status, answer.type, answer.body['code'], answer.body['status']]).toEqual([
      status,
      'application/problem+json; charset=utf-8',
      code,
      status,
    ]);
    expect(await readdir(gateway.spoolFolder)).toEqual([]);
  });

  it('names each invalid field', async () => {
    const answer = await postJson({ source: { uri: 's3://bucket/key' }, lane: 'soon' });
    expect(answer.body).toEqual({
      type: 'urn:docfleet:problem:REQUEST_INVALID',
      title: 'The request is not valid.',
      status: 400,
      code: 'REQUEST_INVALID',
      instance: '/v1/jobs',
      errors: [{ path: 'lane', message: 'Invalid option: expected one of "urgent"|"high"|"normal"' }],
    });
  });
});

describe('A-07: access', () => {
  it('requires a known key on every path of the API', async () => {
    const runId = runIdOf(tenant, 'r');
    const paths: [string, string][] = [
      ['GET', '/v1/jobs'],
      ['POST', '/v1/jobs'],
      ['POST', '/v1/process'],
      ['GET', `/v1/jobs/${runId}`],
      ['POST', `/v1/jobs/${runId}/cancel`],
      ['GET', `/v1/jobs/${runId}/artifacts`],
      ['GET', `/v1/jobs/${runId}/artifacts/result.json`],
    ];
    for (const [method, path] of paths) {
      for (const wrong of ['', 'df_unknown']) {
        const answer = await call(path, { method }, wrong);
        expect([path, answer.status, answer.body['code']]).toEqual([path, 401, 'UNAUTHENTICATED']);
      }
    }
  });

  it('rejects what the role does not allow', async () => {
    key = await gateway.keyOf(tenant, 'viewer');
    const submitted = await upload('%PDF');
    const cancelled = await call(`/v1/jobs/${runIdOf(tenant, 'r')}/cancel`, { method: 'POST' });
    const listed = await call('/v1/jobs');
    expect([submitted.status, cancelled.status, listed.status]).toEqual([403, 403, 200]);
  });

  it('hides the jobs of other tenants', async () => {
    const { body } = await upload('%PDF-a');
    const path = `/v1/jobs/${String(body['runId'])}`;
    key = await gateway.keyOf('third-tenant', 'tenant-admin');
    const answers = await Promise.all([
      call(path),
      call(`${path}/cancel`, { method: 'POST' }),
      call(`${path}/artifacts/result.json`),
    ]);
    expect(answers.map((answer) => answer.status)).toEqual([404, 404, 404]);
    expect((await call('/v1/jobs')).body).toEqual({ jobs: [], next: null });
  });
});

describe('rejected submissions', () => {
  /** Writes the row as the ledger does when preprocess rejects a submission. */
  async function reject(runId: string): Promise<void> {
    const run = await gateway.runs.find(runId);
    if (run === undefined) throw new Error('no row');
    const failure = { failureCode: 'REQUEST_CONFLICT', failureMessage: 'Used before.' };
    await gateway.runs.save([{ ...run, ...failure, status: 'rejected', endedAt: 1_700_000_000_000 }]);
  }

  it('have ended, with the reason and without artifacts', async () => {
    const runId = runIdOf(tenant, 'r');
    await upload('%PDF-a', { requestId: 'r' });
    await reject(runId);
    const { body } = await call(`/v1/jobs/${runId}`);
    expect(body).toMatchObject({
      status: 'rejected',
      failure: { code: 'REQUEST_CONFLICT', message: 'Used before.' },
      endedAt: '2023-11-14T22:13:20.000Z',
      links: { cancel: null, artifacts: null },
    });
    const waited = await upload('%PDF-a', { requestId: 'r' }, '/v1/process?waitMs=0');
    expect(waited.body['status']).toBe('accepted');
  });

  it('allow their requestId to be used again, also for another document', async () => {
    const runId = runIdOf(tenant, 'r');
    await upload('%PDF-a', { requestId: 'r' });
    await reject(runId);
    const again = await upload('%PDF-b', { requestId: 'r' });
    expect([again.status, again.body['status'], again.body['failure']]).toEqual([202, 'accepted', null]);
    const records = await recordsOf('documents.normal', runId);
    expect(records.map(({ value }) => value.source.sha256)).toEqual([sha256('%PDF-a'), sha256('%PDF-b')]);
  });
});

describe('M-12: cancelling while the database is unavailable', () => {
  const cancel = (runId: string, as = key) => call(`/v1/jobs/${runId}/cancel`, { method: 'POST' }, as);

  it('stops a job that was submitted here; its ending waits for the database', async () => {
    const runId = runIdOf(tenant, 'r');
    await upload('%PDF-a', { requestId: 'r', lane: 'high' });
    gateway.databaseIs = 'down';
    const answer = await cancel(runId);
    expect([answer.status, answer.body['runId']]).toEqual([202, runId]);
    const [ending] = await recordsOf('integration.tasks.high', runId);
    const [stop] = await recordsOf('documents.control', runId);
    expect([ending?.value.ending.outcomeId, stop?.value.revision]).toEqual([
      outcomeIdOfOrder(runId, 1, 'cancelled'),
      1,
    ]);
  });

  it('returns 503 for a job that it has not seen, and for one of another tenant', async () => {
    const runId = runIdOf(tenant, 'r');
    await upload('%PDF-a', { requestId: 'r' });
    const other = await gateway.keyOf('other-tenant', 'producer');
    await call('/v1/jobs', {}, other);
    gateway.databaseIs = 'down';
    const answers = [await cancel(runIdOf(tenant, 'unseen')), await cancel(runId, other)];
    expect(answers.map(({ status, body }) => [status, body['code']])).toEqual([
      [503, 'DATABASE_UNAVAILABLE'],
      [503, 'DATABASE_UNAVAILABLE'],
    ]);
  });
});

describe('M-12: cancelling', () => {
  it('publishes the ending, then the stop, and can be repeated', async () => {
    const { body } = await upload('%PDF-a', { lane: 'high' });
    const runId = String(body['runId']);
    const answers = [
      await call(`/v1/jobs/${runId}/cancel`, { method: 'POST' }),
      await call(`/v1/jobs/${runId}/cancel`, { method: 'POST' }),
    ];
    const endings = await recordsOf('integration.tasks.high', runId);
    const stops = await recordsOf('documents.control', runId);
    expect(answers.map((answer) => answer.status)).toEqual([202, 202]);
    expect(endings.map(({ value }) => value.ending)).toEqual(
      endings.map(({ value }) => ({
        outcomeId: outcomeIdOfOrder(runId, 1, 'cancelled'),
        status: 'cancelled',
        verdict: null,
        failure: { code: 'RUN_CANCELLED', message: 'The run was cancelled.', stage: null, page: null },
        endedBy: 'gateway',
        at: value.ending.at,
        decisionId: null,
      })),
    );
    expect(stops.map(({ value }) => [value.runId, value.revision, value.action])).toEqual([
      [runId, 1, 'stop'],
      [runId, 1, 'stop'],
    ]);
    expect(stops[0]?.value.at).toBe(endings[0]?.value.ending.at);
  });

  it('publishes no stop when the ending is not acknowledged', async () => {
    const { body } = await upload('%PDF-a');
    const runId = String(body['runId']);
    gateway.logIs = 'silent';
    const answer = await call(`/v1/jobs/${runId}/cancel`, { method: 'POST' });
    expect([answer.status, await recordsOf('documents.control', runId)]).toEqual([503, []]);
  });

  it('returns 409 for a job that has ended', async () => {
    const runId = await endedJob();
    const answer = await call(`/v1/jobs/${runId}/cancel`, { method: 'POST' });
    expect([answer.status, answer.body['code']]).toEqual([409, 'ALREADY_ENDED']);
  });
});

/** A job with a result, as the ledger writes it, and its artifacts. */
async function endedJob(): Promise<string> {
  const { body } = await upload('%PDF-a');
  const runId = String(body['runId']);
  await endJob(runId);
  return runId;
}

async function endJob(runId: string): Promise<void> {
  const run = await gateway.runs.find(runId);
  if (run === undefined) throw new Error('no such run');
  const folder = `runs/2026-11-22/${runId}/r1/results/outcome`;
  const { signal } = new AbortController();
  for (const name of ['result.json', 'evidence_registry.json']) {
    await gateway.store.createOnce(
      `${folder}/${name}`,
      Buffer.from(`{"of":"${name}"}`),
      'application/json',
      signal,
    );
  }
  const uri = gateway.store.uriOf(`${folder}/result.json`);
  await gateway.runs.save([
    {
      ...run,
      status: 'completed',
      stagesDone: stageNames.length,
      verdict: 'approve',
      endedAt: run.createdAt + 1_000,
      bundle: { uri, sha256: 'ab', mediaType: 'application/json', sizeBytes: 20 },
      timings: [{ stage: 'ocr', attempt: 1, queuedMs: 2, activeMs: 3 }],
      result: {
        fieldsOmitted: false,
        degradation: 'L0',
        documents: [
          {
            index: 1,
            documentClass: 'invoice',
            classVersion: 1,
            confidence: 0.9,
            firstPage: 1,
            lastPage: 1,
            classSource: 'submitted',
            verdict: 'approve',
            findings: [],
            gaps: [],
            fields: [
              {
                name: 'total',
                type: 'money',
                value: '1,00',
                normalised: '1.00',
                confidence: 0.8,
                page: 1,
                box: [1, 2, 3, 4],
                source: 'machine',
              },
            ],
          },
        ],
      },
    },
  ]);
}

describe('results', () => {
  it('A-01: returns the fields of a finished job', async () => {
    const runId = await endedJob();
    const { body } = await call(`/v1/jobs/${runId}`);
    expect(body).toMatchObject({
      status: 'completed',
      verdict: 'approve',
      documents: [
        { documentClass: 'invoice', fields: [{ name: 'total', normalised: '1.00', box: [1, 2, 3, 4] }] },
      ],
      timings: [{ stage: 'ocr', attempt: 1, queuedMs: 2, activeMs: 3 }],
      links: { self: `/v1/jobs/${runId}`, cancel: null, artifacts: `/v1/jobs/${runId}/artifacts` },
    });
  });

  it('A-03: lists and streams the artifacts that exist', async () => {
    const runId = await endedJob();
    const list = await call(`/v1/jobs/${runId}/artifacts`);
    const facts = { mediaType: 'application/json', sha256: null };
    const hrefOf = (name: string) => `/v1/jobs/${runId}/artifacts/${name}`;
    expect(list.body['artifacts']).toEqual([
      { ...facts, name: 'result.json', sizeBytes: 20, sha256: 'ab', href: hrefOf('result.json') },
      { ...facts, name: 'evidence_registry.json', sizeBytes: 31, href: hrefOf('evidence_registry.json') },
      {
        name: 'original',
        mediaType: 'application/pdf',
        sizeBytes: 6,
        sha256: sha256('%PDF-a'),
        href: hrefOf('original'),
      },
    ]);
    const artifact = await call(`/v1/jobs/${runId}/artifacts/result.json`);
    expect([artifact.status, artifact.type, artifact.body]).toEqual([
      200,
      'application/json',
      { of: 'result.json' },
    ]);
    const absent = await call(`/v1/jobs/${runId}/artifacts/coverage_report.json`);
    const unknown = await call(`/v1/jobs/${runId}/artifacts/other.json`);
    expect([absent.status, unknown.status]).toEqual([404, 404]);
  });

  it('A-03, A-07: refuses evidence to viewers and artifacts to operators', async () => {
    const runId = await endedJob();
    key = await gateway.keyOf(tenant, 'viewer');
    const viewer = await call(`/v1/jobs/${runId}/artifacts/evidence_registry.json`);
    key = await gateway.keyOf(tenant, 'operator');
    const operator = await call(`/v1/jobs/${runId}/artifacts/result.json`);
    expect([viewer.status, operator.status]).toEqual([403, 403]);
  });

  it.each(fleetRoles)(
    'A-07: shows a %s jobs of all tenants without anything of the document',
    async (role) => {
      const runId = await endedJob();
      const other = await call('/v1/jobs', {
        method: 'POST',
        body: form('%PDF-other', { expectations: '{"fullName":"A. Example"}' }),
      });
      const fleet = await gateway.keyOf('none', role);
      const { body } = await call(`/v1/jobs/${runId}`, {}, fleet);
      expect(body).toMatchObject({
        runId,
        tenantId: tenant,
        status: 'completed',
        verdict: 'approve',
        fileName: null,
        documents: [],
        fieldsOmitted: true,
        engines: [],
        timings: [{ stage: 'ocr', attempt: 1, queuedMs: 2, activeMs: 3 }],
      });
      const list = await call(`/v1/jobs?tenant=${tenant}`, {}, fleet);
      const cancelled = await call(
        `/v1/jobs/${String(other.body['runId'])}/cancel`,
        { method: 'POST' },
        fleet,
      );
      expect(cancelled.status).toBe(202);
      const text = JSON.stringify([body, list.body, cancelled.body]);
      for (const content of ['1,00', '1.00', 'invoice', 'Example']) expect(text).not.toContain(content);
      const everywhere = await call('/v1/jobs?limit=200', {}, fleet);
      const seen = (everywhere.body['jobs'] as { tenantId: string }[]).map(({ tenantId }) => tenantId);
      expect(new Set(seen).size).toBeGreaterThan(1);
      expect((await call('/v1/jobs?tenant=other')).status).toBe(403);
      const own = await call(`/v1/jobs/${runId}`);
      expect(JSON.stringify(own.body)).toContain('1.00');
    },
  );

  it('A-01: waits for the end of a job, at most waitMs', async () => {
    const runId = runIdOf(tenant, 'r-wait');
    const unfinished = await upload('%PDF-w', { requestId: 'r-wait' }, '/v1/process?waitMs=1');
    expect([unfinished.status, unfinished.body['status']]).toEqual([202, 'accepted']);
    const waiting = upload('%PDF-w', { requestId: 'r-wait' }, '/v1/process?waitMs=20000');
    await endJob(runId);
    const answer = await waiting;
    expect([answer.status, answer.body['status']]).toEqual([200, 'completed']);
  });

  it('A-01: reads a small column while it waits, and the run once', async () => {
    await upload('%PDF-w', { requestId: 'r-told' });
    const runId = runIdOf(tenant, 'r-told');
    gateway.reads.length = 0;
    const waiting = upload('%PDF-w', { requestId: 'r-told' }, '/v1/process?waitMs=20000');
    await until('the request waits', () => gateway.reads.includes('hasSettled'));
    await endJob(runId);
    const { body } = await waiting;
    expect(body['status']).toBe('completed');
    // One look-up of the repeated submission, and one of the result.
    expect(gateway.reads.filter((name) => name === 'find')).toEqual(['find', 'find']);
  });

  it('A-01: lists jobs in pages, with filters', async () => {
    for (const requestId of ['l-1', 'l-2', 'l-3']) await upload('%PDF-l', { requestId });
    await endJob(runIdOf(tenant, 'l-2'));
    const ids = (answer: Answer) =>
      (answer.body['jobs'] as { requestId: string }[]).map((job) => job.requestId);
    const first = await call('/v1/jobs?limit=2');
    const second = await call(`/v1/jobs?limit=2&cursor=${String(first.body['next'])}`);
    expect([...ids(first), ...ids(second)].sort()).toEqual(['l-1', 'l-2', 'l-3']);
    expect([ids(first).length, second.body['next']]).toEqual([2, null]);
    expect(ids(await call('/v1/jobs?status=completed'))).toEqual(['l-2']);
    expect(ids(await call('/v1/jobs?lane=urgent'))).toEqual([]);
    expect(ids(await call('/v1/jobs?since=2100-01-01T00:00:00Z'))).toEqual([]);
  });
});

describe('descriptions and health', () => {
  it('A-06: has an OpenAPI 3.1 document with every route, both bodies and the problems', async () => {
    const { body, type } = await call('/openapi.json', {}, '');
    expect(type).toBe('application/json; charset=utf-8');
    const document = body as {
      openapi: string;
      paths: Record<
        string,
        Record<string, { requestBody?: { content: object }; responses: Record<string, { content?: object }> }>
      >;
    };
    expect(document.openapi).toBe('3.1.0');
    expect(Object.keys(document.paths).sort()).toEqual([
      '/v1/artifact-links',
      '/v1/audit',
      '/v1/audit/export',
      '/v1/batches',
      '/v1/batches/{batchId}',
      '/v1/batches/{batchId}/cancel',
      '/v1/batches/{batchId}/events',
      '/v1/batches/{batchId}/files/{n}',
      '/v1/batches/{batchId}/results',
      '/v1/batches/{batchId}/start',
      '/v1/capacity',
      '/v1/class-drafts',
      '/v1/classes',
      '/v1/dead-letters',
      '/v1/dead-letters/{id}',
      '/v1/dead-letters/{id}/redrive',
      '/v1/erasures/{erasureId}',
      '/v1/fleet',
      '/v1/fleet/accounts',
      '/v1/fleet/keys',
      '/v1/fleet/keys/{keyId}/revoke',
      '/v1/fleet/keys/{keyId}/rotate',
      '/v1/fleet/lag',
      '/v1/fleet/models',
      '/v1/fleet/models/pin',
      '/v1/fleet/models/rollback',
      '/v1/fleet/orders',
      '/v1/fleet/webhooks',
      '/v1/jobs',
      '/v1/jobs/{runId}',
      '/v1/jobs/{runId}/artifacts',
      '/v1/jobs/{runId}/artifacts/{name}',
      '/v1/jobs/{runId}/artifacts/{name}/url',
      '/v1/jobs/{runId}/cancel',
      '/v1/jobs/{runId}/erase',
      '/v1/jobs/{runId}/events',
      '/v1/me',
      '/v1/process',
      '/v1/read-model/set-aside',
      '/v1/read-model/set-aside/{id}/redrive',
      '/v1/review/labels',
      '/v1/review/next',
      '/v1/review/tasks',
      '/v1/review/tasks/{taskId}',
      '/v1/review/tasks/{taskId}/assign',
      '/v1/review/tasks/{taskId}/changes',
      '/v1/review/tasks/{taskId}/claim',
      '/v1/review/tasks/{taskId}/decision',
      '/v1/review/tasks/{taskId}/history',
      '/v1/review/tasks/{taskId}/pages',
      '/v1/review/tasks/{taskId}/pages/{page}/image',
      '/v1/review/tasks/{taskId}/pages/{page}/words',
      '/v1/review/tasks/{taskId}/skip',
      '/v1/tenants',
      '/v1/tenants/{tenantId}/drop-folder',
      '/v1/tenants/{tenantId}/erase',
      '/v1/tenants/{tenantId}/keys',
      '/v1/tenants/{tenantId}/keys/{keyId}/revoke',
      '/v1/tenants/{tenantId}/keys/{keyId}/rotate',
      '/v1/tenants/{tenantId}/public-keys',
      '/v1/tenants/{tenantId}/public-keys/{keyId}/revoke',
      '/v1/tenants/{tenantId}/quotas',
      '/v1/tenants/{tenantId}/region',
      '/v1/tenants/{tenantId}/resume',
      '/v1/tenants/{tenantId}/review',
      '/v1/tenants/{tenantId}/sources',
      '/v1/tenants/{tenantId}/suspend',
      '/v1/tenants/{tenantId}/usage',
      '/v1/usage',
      '/v1/webhook-deliveries',
      '/v1/webhook-deliveries/{deliveryId}',
      '/v1/webhook-deliveries/{deliveryId}/replay',
      '/v1/webhooks',
      '/v1/webhooks/callbacks/rotate',
      '/v1/webhooks/{endpointId}',
      '/v1/webhooks/{endpointId}/replay',
      '/v1/webhooks/{endpointId}/rotate',
      '/v1/webhooks/{endpointId}/test',
    ]);
    const submission = document.paths['/v1/jobs']?.['post'];
    expect(Object.keys(submission?.requestBody?.content ?? {})).toEqual([
      'application/json',
      'multipart/form-data',
    ]);
    expect(Object.keys(submission?.responses ?? {})).toEqual(['200', '202', '307', '4XX', '5XX']);
    expect(Object.keys(submission?.responses['4XX']?.content ?? {})).toEqual(['application/problem+json']);
  });

  it('A-06: has an OpenAPI document that is valid', async () => {
    const { body } = await call('/openapi.json', {}, '');
    expect(await new Validator().validate(body)).toEqual({ valid: true });
  });

  it('A-09: serves health, readiness and metrics without a key', async () => {
    const answers = await Promise.all(
      ['/health', '/ready', '/metrics', '/docs/'].map((path) => call(path, {}, '')),
    );
    expect(answers.map((answer) => answer.status)).toEqual([200, 200, 200, 200]);
    expect(String(answers[2]?.body['text'])).toContain('docfleet_http_request_duration_seconds');
  });
});
