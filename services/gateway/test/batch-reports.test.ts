import { resultHash } from '@docfleet/domain';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { loadBatch } from '../src/batches/load-batch.ts';
import { readReportFile } from '../src/report-files.ts';
import { startGateway, type TestGateway } from './gateway.ts';

const { signal } = new AbortController();

let gateway: TestGateway;
let key: string;

const tenantId = 'batch-results';
let batchId: string;
/** Runs of the two files of the batch: the first has artifacts, those of the second are gone. */
let runId: string;
let goneRunId: string;

beforeAll(async () => {
  gateway = await startGateway();
  key = await gateway.keyOf(tenantId, 'producer');
  const form = new FormData();
  form.append('batch', JSON.stringify({ metadata: { period: 'March', fields: { period: 'a field' } } }));
  for (const name of ['a.pdf', 'b.pdf']) form.append('files', new Blob([`%PDF-${name}`]), name);
  const answer = await ask('/v1/batches', { method: 'POST', body: form });
  const batch = (await answer.json()) as { batchId: string; files: readonly { runId: string }[] };
  batchId = batch.batchId;
  runId = batch.files[0]?.runId ?? '';
  goneRunId = batch.files[1]?.runId ?? '';
  await storeRuns();
});
afterAll(() => gateway.close());

/** Ends both runs; the first has one field, as integration leaves it. */
async function storeRuns(): Promise<void> {
  const folder = `runs/2026-11-22/${runId}/r1/results/o`;
  const field = {
    name: 'total',
    type: 'money',
    value: '=1,00',
    normalised: '1.00',
    confidence: 0.8,
    provenance: { page: 1, box: [1, 2, 3, 4], words: '1,00' },
    source: 'candidates@1',
  };
  const document = {
    index: 1,
    documentClass: 'invoice',
    classVersion: 1,
    confidence: 0.9,
    firstPage: 1,
    lastPage: 1,
    verdict: 'approve',
    findings: [],
    gaps: [],
    fields: [field],
    rows: [],
  };
  const hash = resultHash([document]);
  const counts = {
    fieldsExpected: 1,
    fieldsAnswered: 1,
    rowsSeen: 0,
    rowsExtracted: 0,
    pages: 1,
    pagesRead: 1,
  };
  const put = async (name: string, value: unknown) =>
    (
      await gateway.store.createOnce(
        `${folder}/${name}`,
        Buffer.from(JSON.stringify(value)),
        'application/json',
        signal,
      )
    ).ref;
  const bundle = await put('result.json', { resultHash: hash, documents: [document] });
  await put('evidence_registry.json', { resultHash: hash, pages: [] });
  await put('coverage_report.json', { documents: [{ document: 1, ...counts, gaps: [] }] });
  const ends = [
    [runId, bundle],
    [goneRunId, { ...bundle, uri: bundle.uri.replace(runId, goneRunId) }],
  ] as const;
  for (const [id, result] of ends) {
    const run = await gateway.runs.find(id);
    if (run === undefined) throw new Error('no such run');
    const endedAt = run.createdAt + 1_000;
    const end = { status: 'completed', verdict: 'approve', endedAt, pageCount: 1, bundle: result } as const;
    await gateway.runs.save([{ ...run, ...end }]);
  }
}

function ask(path: string, init: RequestInit = {}, as = key): Promise<Response> {
  const headers = new Headers(init.headers);
  headers.set('authorization', `Bearer ${as}`);
  return fetch(`${gateway.url}${path}`, { ...init, headers });
}

const results = (format: string, as = key) =>
  ask(`/v1/batches/${batchId}/results?format=${format}&originals=true`, {}, as);

it('A-02: JSON with the figures, and the hashes of the artifacts checked', async () => {
  const answer = await results('json');
  expect([answer.status, await answer.json()]).toEqual([
    200,
    expect.objectContaining({
      schema: 'docfleet.batch/1',
      period: 'March',
      metadata: { period: 'a field' },
      summary: expect.objectContaining({ files: 2 }) as unknown,
      checks: expect.arrayContaining([
        expect.objectContaining({ name: 'hashesEqual' }),
        expect.objectContaining({ name: 'coverageComplete' }),
      ]) as unknown,
      files: [
        expect.objectContaining({ n: 1, name: 'a.pdf', documents: [expect.anything()] }),
        expect.objectContaining({ n: 2, name: 'b.pdf', documents: [] }),
      ],
    }),
  ]);
});

it('A-02: CSV without formulas, XLSX, a PDF, and a ZIP with the artifacts', async () => {
  const csv = await results('csv');
  expect([csv.headers.get('content-type'), await csv.text()]).toEqual([
    'text/csv; charset=utf-8; header=present',
    expect.stringContaining(`total,"'=1,00",1.00,0.8,1\r\n`),
  ]);
  for (const [format, start] of [
    ['xlsx', 'PK'],
    ['pdf', '%PDF-'],
    ['zip', 'PK'],
  ] as const) {
    const answer = await results(format);
    const bytes = Buffer.from(await answer.arrayBuffer());
    expect([format, answer.status, bytes.subarray(0, start.length).toString()]).toEqual([format, 200, start]);
    expect(answer.headers.get('content-disposition')).toBe(`attachment; filename=batch-${batchId}.${format}`);
    expect(bytes.includes('files/001 a.pdf/result.json')).toBe(format === 'zip');
  }
});

it('A-02, A-07: a viewer reads the values, and not the documents', async () => {
  const viewer = await gateway.keyOf(tenantId, 'viewer');
  const statuses = await Promise.all(
    ['json', 'csv', 'xlsx', 'pdf', 'zip'].map(async (format) => (await results(format, viewer)).status),
  );
  expect(statuses).toEqual([200, 200, 200, 403, 403]);
});

it('A-02: a draft has no results', async () => {
  const body = JSON.stringify({ draft: true });
  const headers = { 'content-type': 'application/json' };
  const draft = await ask('/v1/batches', { method: 'POST', body, headers });
  const { batchId: id } = (await draft.json()) as { batchId: string };
  expect((await ask(`/v1/batches/${id}/results`)).status).toBe(404);
});

it('A-02: the batch of another tenant is not found, and another format is refused', async () => {
  const other = await gateway.keyOf('another', 'producer');
  expect((await results('json', other)).status).toBe(404);
  expect((await results('docx')).status).toBe(400);
});

it('A-02: a file whose result was changed fails the check of the hashes', async () => {
  const [first] = (await loadBatch(gateway.database, tenantId, batchId)).files;
  if (first === undefined) throw new Error('no file');
  const changed = {
    readJson: async <T>(uri: string, parse: (value: unknown) => T) =>
      gateway.store.readJson(
        uri,
        (value) => parse(JSON.parse(JSON.stringify(value).replace('"1.00"', '"9.00"'))),
        signal,
      ),
  };
  const file = await readReportFile(changed, first, signal);
  expect(file.hashes?.computed).not.toBe(file.hashes?.stated);
});
