import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import {
  claimName,
  runIdOf,
  stageNames,
  systemClock,
  type PageManifest,
  type PageReading,
} from '@docfleet/domain';
import { openUrlSigner } from '@docfleet/objects';
import { endpoints } from '@docfleet/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { signLink } from '../src/core/artifact-link.ts';
import { artifactLinkSecret, startGateway, type TestGateway } from './gateway.ts';

const { signal } = new AbortController();

let gateway: TestGateway;
let tenant: string;
let key: string;
let tenants = 0;

beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.close());
beforeEach(async () => {
  tenants += 1;
  tenant = `artifacts-${String(tenants)}`;
  key = await gateway.keyOf(tenant, 'producer');
});

function ask(path: string, init: RequestInit = {}, as = key): Promise<Response> {
  const url = path.startsWith('http') ? path : `${gateway.url}${path}`;
  const headers = new Headers(init.headers);
  if (as !== '') headers.set('authorization', `Bearer ${as}`);
  return fetch(url, { ...init, headers });
}

const sha256 = (bytes: Uint8Array | string) => createHash('sha256').update(bytes).digest('hex');

/** A PDF of one page, 200 by 100 points, that shows nothing. */
const blankPdf = Buffer.from(
  '%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj ' +
    '3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 100]>>endobj\ntrailer<</Root 1 0 R>>\n',
  'latin1',
);

/** A finished run with one page, as the stages leave it. */
async function finishedRun(
  options: { file?: Uint8Array<ArrayBuffer>; fileName?: string } = {},
): Promise<string> {
  const file = options.file ?? new Uint8Array(blankPdf);
  const form = new FormData();
  form.set('requestId', 'r');
  form.set('file', new Blob([file], { type: 'application/pdf' }), options.fileName ?? 'scan.pdf');
  const submitted = await ask('/v1/jobs', { method: 'POST', body: form });
  expect(submitted.status).toBe(202);
  const runId = runIdOf(tenant, 'r');
  const folder = `runs/2026-11-22/${runId}/r1`;
  const put = async (key: string, bytes: Uint8Array, mediaType: string) =>
    (await gateway.store.createOnce(`${folder}/${key}`, bytes, mediaType, signal)).ref;
  const json = (key: string, value: unknown) =>
    put(key, Buffer.from(JSON.stringify(value)), 'application/json');
  const image = await put('preprocess@1/pages/0001.png', Buffer.from('an image'), 'image/png');
  const size = { page: 1, widthPx: 400, heightPx: 200 };
  const box = [20, 40, 120, 60] as const;
  const reading: PageReading = {
    ...size,
    engine: 'onnx',
    engineVersion: 'v',
    lines: [{ text: 'Total', box, confidence: 0.9, words: [{ text: 'Total', box, confidence: 0.9 }] }],
  };
  const manifest: PageManifest = {
    mediaType: 'application/pdf',
    pageCount: 1,
    pages: [{ ...size, image, dpi: 144, rotation: 0, deskewDegrees: 0, textLayer: 'none', reading: null }],
  };
  await json('preprocess@1/manifest.json', manifest);
  const read = await json('ocr@1/pages/0001.json', reading);
  await json('results/o/evidence_registry.json', { pages: [{ page: 1, reading: read, image }] });
  const bundle = await json('results/o/result.json', { of: 'result' });
  const run = await gateway.runs.find(runId);
  if (run === undefined) throw new Error('no such run');
  const ended = {
    status: 'completed' as const,
    stagesDone: stageNames.length,
    endedAt: run.createdAt + 1_000,
  };
  await gateway.runs.save([{ ...run, ...ended, verdict: 'approve', bundle }]);
  return runId;
}

const pathOf = (runId: string, name: string) => `/v1/jobs/${runId}/artifacts/${name}`;

describe('A-03: artifacts of a run', () => {
  it('lists the result, the original, the pages and what can be made of the words', async () => {
    const runId = await finishedRun();
    const { artifacts } = (await (await ask(`/v1/jobs/${runId}/artifacts`)).json()) as {
      artifacts: { name: string; sizeBytes: number | null; sha256: string | null }[];
    };
    expect(artifacts.map(({ name, sizeBytes }) => [name, sizeBytes])).toEqual([
      ['result.json', 15],
      ['evidence_registry.json', expect.any(Number)],
      ['original', blankPdf.length],
      ['page-1', 8],
      ['words.json', null],
      ['words.hocr', null],
      ['words.alto.xml', null],
      ['searchable.pdf', null],
    ]);
    expect(artifacts.find(({ name }) => name === 'page-1')?.sha256).toBe(sha256('an image'));
  });

  it('shows a viewer what was found, and not the document', async () => {
    const runId = await finishedRun();
    const viewer = await gateway.keyOf(tenant, 'viewer');
    const { artifacts } = (await (await ask(`/v1/jobs/${runId}/artifacts`, {}, viewer)).json()) as {
      artifacts: { name: string }[];
    };
    expect(artifacts.map(({ name }) => name)).toEqual(['result.json']);
    for (const name of ['original', 'page-1', 'words.json', 'searchable.pdf']) {
      expect((await ask(pathOf(runId, name), {}, viewer)).status).toBe(403);
    }
    const signed = await ask(`${pathOf(runId, 'original')}/url`, { method: 'POST' }, viewer);
    expect(signed.status).toBe(403);
  });

  it('serves the original to be saved, never as a page of this host, whatever its name is', async () => {
    const fileName = 'bericht "ü"\r\nx: <script>.html';
    const file = new TextEncoder().encode('<script>alert(1)</script>');
    const runId = await finishedRun({ file, fileName });
    const answer = await ask(pathOf(runId, 'original'));
    expect(await answer.text()).toBe('<script>alert(1)</script>');
    const { headers } = answer;
    expect(headers.get('content-disposition')).toMatch(
      /^attachment; filename="[ -~]*"; filename\*=UTF-8''[!-~]+$/,
    );
    expect(headers.get('x')).toBeNull();
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('content-security-policy')).toContain('sandbox');
    expect(headers.get('cache-control')).toBe('no-store');
  });

  it('makes a searchable PDF once, and serves the stored one afterwards', async () => {
    const runId = await finishedRun();
    const first = await ask(pathOf(runId, 'searchable.pdf'));
    expect([first.status, first.headers.get('content-type')]).toEqual([200, 'application/pdf']);
    const bytes = Buffer.from(await first.arrayBuffer());
    expect(bytes.subarray(0, 5).toString()).toBe('%PDF-');
    const key = `runs/2026-11-22/${runId}/r1/results/o/renditions@1/searchable.pdf`;
    const stored = await gateway.store.read(gateway.store.uriOf(key), { signal, maxBytes: 1e6 });
    expect(Buffer.compare(stored, bytes)).toBe(0);
    const hocr = await (await ask(pathOf(runId, 'words.hocr'))).text();
    expect(hocr).toContain('title="bbox 20 40 120 60; x_wconf 90">Total</span>');
    const words = (await (await ask(pathOf(runId, 'words.json'))).json()) as object;
    expect(words).toMatchObject({ schema: 'docfleet.words/1', pages: [{ lines: [{ text: 'Total' }] }] });
  });

  it('A-11: leaves nothing behind of a run that is erased while a rendition is made', async () => {
    const runId = await finishedRun();
    const claim = Buffer.from(JSON.stringify({ submission: '', claimDate: '', erased: true }));
    const options = { mediaType: 'application/json', maxBytes: 1_000, signal };
    await gateway.store.upload(claimName(runId), Readable.from([claim]), options);
    const answer = await ask(pathOf(runId, 'searchable.pdf'));
    expect([answer.status, await answer.json()]).toEqual([410, expect.objectContaining({ code: 'ERASED' })]);
    const key = `runs/2026-11-22/${runId}/r1/results/o/renditions@1/searchable.pdf`;
    expect(await gateway.store.head(gateway.store.uriOf(key), signal)).toBeUndefined();
  });

  it('does not find what a run does not have', async () => {
    const runId = await finishedRun();
    for (const name of ['page-2', 'page-0', 'coverage_report.json', 'other']) {
      expect((await ask(pathOf(runId, name))).status).toBe(404);
    }
    const other = await gateway.keyOf('artifacts-other', 'producer');
    expect((await ask(pathOf(runId, 'original'), {}, other)).status).toBe(404);
  });
});

describe('A-03: ranges', () => {
  const file = new TextEncoder().encode('0123456789');
  let path: string;

  beforeEach(async () => {
    path = pathOf(await finishedRun({ file }), 'original');
  });

  const range = async (headers: Record<string, string>) => {
    const answer = await ask(path, { headers });
    return [answer.status, answer.headers.get('content-range'), await answer.text()];
  };

  it('sends the bytes that are asked for', async () => {
    expect(await range({ range: 'bytes=2-4' })).toEqual([206, 'bytes 2-4/10', '234']);
    expect(await range({ range: 'bytes=-3' })).toEqual([206, 'bytes 7-9/10', '789']);
    expect(await range({ range: 'bytes=0-1,4-5' })).toEqual([200, null, '0123456789']);
    const whole = await ask(path);
    expect([whole.headers.get('accept-ranges'), whole.headers.get('content-length')]).toEqual([
      'bytes',
      '10',
    ]);
  });

  it('refuses a range behind the end, and says how long it is', async () => {
    const answer = await ask(path, { headers: { range: 'bytes=10-' } });
    const body = (await answer.json()) as Record<string, unknown>;
    expect([answer.status, answer.headers.get('content-range'), body['code']]).toEqual([
      416,
      'bytes */10',
      'REQUEST_INVALID',
    ]);
  });

  it('sends a range of the version that is named only, and nothing that the caller has', async () => {
    const etag = `"${sha256(file)}"`;
    expect(await range({ range: 'bytes=0-0', 'if-range': etag })).toEqual([206, 'bytes 0-0/10', '0']);
    expect(await range({ range: 'bytes=0-0', 'if-range': '"other"' })).toEqual([200, null, '0123456789']);
    const known = await ask(path, { headers: { 'if-none-match': etag } });
    expect([known.status, known.headers.get('etag'), await known.text()]).toEqual([304, etag, '']);
  });

  it('answers HEAD with the length alone', async () => {
    const answer = await ask(path, { method: 'HEAD' });
    expect([answer.status, answer.headers.get('content-length'), await answer.text()]).toEqual([
      200,
      '10',
      '',
    ]);
  });
});

describe('A-03: signed URLs', () => {
  const sign = async (runId: string, name: string, query = '') => {
    const answer = await ask(`${pathOf(runId, name)}/url${query}`, { method: 'POST' });
    return (await answer.json()) as { url: string; expiresAt: string };
  };

  it('give one artifact without a key, also in ranges', async () => {
    const runId = await finishedRun();
    const { url, expiresAt } = await sign(runId, 'original', '?expiresInSeconds=60');
    expect(Date.parse(expiresAt) - systemClock.now()).toBeGreaterThan(0);
    expect(Date.parse(expiresAt) - systemClock.now()).toBeLessThanOrEqual(60_000);
    const answer = await ask(url, { headers: { range: 'bytes=0-3' } }, '');
    expect([answer.status, await answer.text()]).toEqual([206, '%PDF']);
  });

  it('A-07: leave a row of the audit log when they are read, also without a key', async () => {
    const runId = await finishedRun();
    const { url } = await sign(runId, 'original');
    await ask(url, {}, '');
    await gateway.flushCalls();
    const rows = await gateway.database.session
      .selectFrom('audit')
      .select(['action', 'actorKeyId', 'actorRole', 'tenantId', 'status', 'address'])
      .where('subject', '=', `${runId}/original`)
      .where('actorRole', '=', 'signed-url')
      .execute();
    const who = { actorKeyId: null, actorRole: 'signed-url', tenantId: tenant, address: '127.0.0.1' };
    expect(rows).toEqual([{ action: 'call.read-artifacts', status: 200, ...who }]);
  });

  it('are refused when they are past their time, changed, or of a tenant that is suspended', async () => {
    const runId = await finishedRun();
    const link = {
      tenantId: tenant,
      runId,
      revision: 1,
      name: 'original',
      expiresAt: systemClock.now() + 60_000,
    };
    const read = async (token: string) => {
      const answer = await ask(`/v1/artifact-links?token=${token}`, {}, '');
      const { code, errors } = (await answer.json()) as { code: string; errors?: { message: string }[] };
      return [answer.status, code, ...(errors ?? []).map(({ message }) => message)];
    };
    const refused = [403, 'FORBIDDEN', 'is past its time, or was not signed here; ask for another URL'];
    const token = signLink(link, artifactLinkSecret);
    expect(await read(signLink({ ...link, expiresAt: systemClock.now() - 1 }, artifactLinkSecret))).toEqual(
      refused,
    );
    expect(await read(`x${token}`)).toEqual(refused);
    expect(await read(signLink({ ...link, revision: 2 }, artifactLinkSecret))).toEqual([404, 'NOT_FOUND']);
    expect(await read(signLink({ ...link, tenantId: 'another' }, artifactLinkSecret))).toEqual([
      404,
      'NOT_FOUND',
    ]);
    gateway.published.set(tenant, { state: 'suspended' } as never);
    expect(await read(token)).toEqual([403, 'TENANT_SUSPENDED']);
  });

  it('A-11: are answered with 410 once the run was erased', async () => {
    const runId = await finishedRun();
    const { url } = await sign(runId, 'original');
    await gateway.database.session.deleteFrom('runs').where('runId', '=', runId).execute();
    await gateway.database.session
      .insertInto('erasedRuns')
      .values({ runId, tenantId: tenant, erasedAt: new Date(systemClock.now()) })
      .execute();
    const answer = await ask(url, {}, '');
    expect([answer.status, await answer.json()]).toEqual([410, expect.objectContaining({ code: 'ERASED' })]);
  });

  it('live for a quarter of an hour at most', async () => {
    const runId = await finishedRun();
    const answer = await ask(`${pathOf(runId, 'original')}/url?expiresInSeconds=901`, { method: 'POST' });
    expect(answer.status).toBe(400);
  });
});

it('A-03: signed URLs are of the store where callers reach it', async () => {
  const { s3 } = endpoints();
  const signer = openUrlSigner(s3);
  const other = await startGateway({ signer });
  try {
    const runId = await finishedRun();
    const run = await gateway.runs.find(runId);
    if (run === undefined) throw new Error('no such run');
    await other.runs.save([run]);
    const otherKey = await other.keyOf(tenant, 'producer');
    const made = await fetch(`${other.url}${pathOf(runId, 'original')}/url`, {
      method: 'POST',
      headers: { authorization: `Bearer ${otherKey}` },
    });
    const { url } = (await made.json()) as { url: string };
    expect(url.startsWith(s3.endpoint)).toBe(true);
    const answer = await fetch(url, { headers: { range: 'bytes=0-3' } });
    expect([answer.status, await answer.text(), answer.headers.get('content-disposition')]).toEqual([
      206,
      '%PDF',
      'attachment; filename=scan.pdf',
    ]);
    const changed = await fetch(
      url.replace('original', 'x').replace(/X-Amz-Expires=\d+/, 'X-Amz-Expires=899'),
    );
    expect(changed.status).toBe(403);
  } finally {
    await other.close();
    signer.close();
  }
});
