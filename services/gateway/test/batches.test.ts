import { randomUUID } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { Readable } from 'node:stream';
import type { TopicName } from '@docfleet/contracts';
import { batchEndingsIn } from '@docfleet/database';
import {
  batchIdOf,
  requestIdOfBatchFile,
  reservedRequestIdMessage,
  runIdOf,
  stageNames,
  systemClock,
} from '@docfleet/domain';
import { createLog } from '@docfleet/telemetry';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { sweptRuns } from '../src/adapters/swept-runs.ts';
import { sweepOnce } from '../src/sweeper.ts';
import { openStream } from './event-stream.ts';
import { maxArchiveBytes, maxBatchFiles, maxUploadBytes, startGateway, type TestGateway } from './gateway.ts';
import { makeZip, type ZipEntry } from './make-zip.ts';
import { rawRequest } from './raw-request.ts';

let gateway: TestGateway;
let key: string;
let tenant: string;

beforeAll(async () => {
  gateway = await startGateway({ callsPerMinute: 1_000_000 });
});
afterAll(() => gateway.close());
beforeEach(async () => {
  tenant = `tenant-${randomUUID().slice(0, 8)}`;
  key = await gateway.keyOf(tenant, 'producer');
  gateway.logIs = 'up';
  gateway.databaseIs = 'up';
  gateway.services = stageNames;
});

interface BatchBody {
  readonly batchId: string;
  readonly requestId: string;
  readonly state: string;
  readonly revision: number;
  readonly counts: Readonly<Record<string, number>>;
  readonly metadata: unknown;
  readonly files: readonly {
    readonly n: number;
    readonly fileName: string | null;
    readonly runId: string;
    readonly status: string | null;
    readonly sha256: string | null;
    readonly failure: { readonly code: string } | null;
  }[];
  readonly batches: readonly { readonly batchId: string; readonly state: string }[];
  readonly next: string | null;
  readonly code: string;
  readonly errors: readonly { readonly path: string; readonly message: string }[];
  readonly n: number;
}

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: BatchBody;
}

async function call(path: string, init: RequestInit = {}, as = key): Promise<Answer> {
  const headers = new Headers(init.headers);
  headers.set('authorization', `Bearer ${as}`);
  const response = await fetch(`${gateway.url}${path}`, { ...init, headers });
  return { status: response.status, headers: response.headers, body: (await response.json()) as BatchBody };
}

const pdf = (content: string | Buffer): Blob =>
  new Blob([typeof content === 'string' ? content : new Uint8Array(content)], { type: 'application/pdf' });

function batchForm(files: readonly string[], batch?: unknown): FormData {
  const data = new FormData();
  if (batch !== undefined) data.set('batch', JSON.stringify(batch));
  files.forEach((content, index) => {
    data.append('files', pdf(content), `folder/${index + 1}.pdf`);
  });
  return data;
}

/** A form that repeats the field `batch`. */
function twoFields(): FormData {
  const data = new FormData();
  data.append('batch', '{"requestId":"b-1"}');
  data.append('batch', '{}');
  data.append('files', pdf('%PDF'), 'a.pdf');
  return data;
}

const post = (body: FormData, headers: Record<string, string> = {}, as = key) =>
  call('/v1/batches', { method: 'POST', body, headers }, as);
const postJson = (body: unknown, path = '/v1/batches', headers: Record<string, string> = {}) =>
  call(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
const read = (batchId: string, as = key) => call(`/v1/batches/${batchId}`, {}, as);

function postZip(entries: readonly ZipEntry[], bytes: Buffer = makeZip(entries)): Promise<Answer> {
  const data = new FormData();
  data.set('batch', '{"requestId":"zip"}');
  data.set('zip', pdf(bytes), 'all.zip');
  return post(data);
}

function runIdsOf(requestId: string, files: number): readonly string[] {
  const batchId = batchIdOf(tenant, requestId);
  return Array.from({ length: files }, (_, index) =>
    runIdOf(tenant, requestIdOfBatchFile(batchId, index + 1)),
  );
}

/** How many records of a topic belong to runs. */
function recordsOf(topic: TopicName, runIds: readonly string[]): number {
  return gateway.cluster.dump(topic).filter(({ record }) => runIds.includes(record?.key?.toString() ?? ''))
    .length;
}

/** What a refused batch must not leave. */
async function expectNothing(requestId: string): Promise<void> {
  const runIds = runIdsOf(requestId, maxBatchFiles);
  expect((await read(batchIdOf(tenant, requestId))).status).toBe(404);
  expect((await Promise.all(runIds.map((id) => gateway.runs.find(id)))).filter(Boolean)).toEqual([]);
  expect(recordsOf('documents.normal', runIds)).toBe(0);
  // A body that was given up is let go shortly after its answer.
  await vi.waitFor(async () => {
    expect(await readdir(gateway.spoolFolder)).toEqual([]);
  }, 10_000);
}

/** Ends runs of a batch as the ledger would. */
async function endRuns(statuses: Readonly<Record<string, string>>): Promise<void> {
  await gateway.database.transaction(async (session) => {
    for (const [runId, status] of Object.entries(statuses)) {
      await session
        .updateTable('runs')
        .set({ status: status as 'completed', endedAt: status === 'running' ? null : new Date() })
        .where('runId', '=', runId)
        .execute();
    }
    await batchEndingsIn(session).settle(Object.keys(statuses), Date.now());
  });
}

const eventsOf = async (batchId: string) => {
  const rows = await gateway.database.session
    .selectFrom('tenantEvents')
    .select(['type', 'data'])
    .where('subject', '=', batchId)
    .orderBy('id')
    .execute();
  return rows.map(({ type, data }) => [type, data['revision']]);
};

describe('submitting files', () => {
  it('A-02: makes a run of each file, and returns 202 with what every file is', async () => {
    const metadata = {
      requester: { name: 'Ada', email: 'ada@example.org', notes: null },
      period: '2026-01',
      fields: { municipality: 'Delft', year: '2026' },
    };
    const options = { lane: 'urgent', expectations: { reason: 'illness' } };
    const answer = await post(batchForm(['%PDF-1', '%PDF-2'], { requestId: 'b-1', metadata, options }));
    const batchId = batchIdOf(tenant, 'b-1');
    const runIds = runIdsOf('b-1', 2);
    expect([answer.status, answer.headers.get('location')]).toEqual([202, `/v1/batches/${batchId}`]);
    expect(answer.body).toMatchObject({
      batchId,
      requestId: 'b-1',
      state: 'QUEUED',
      revision: 0,
      counts: { files: 2, waiting: 2, running: 0, inReview: 0, completed: 0, failed: 0, cancelled: 0 },
      metadata,
      files: [
        { n: 1, fileName: '1.pdf', runId: runIds[0], status: 'accepted' },
        { n: 2, fileName: '2.pdf', runId: runIds[1], status: 'accepted' },
      ],
    });
    expect(recordsOf('documents.urgent', runIds)).toBe(2);
    expect(await gateway.runs.find(runIds[1] ?? '')).toMatchObject({
      requestId: requestIdOfBatchFile(batchId, 2),
      acknowledged: true,
      expectations: { reason: 'illness' },
    });
    expect(await readdir(gateway.spoolFolder)).toEqual([]);
  });

  it('A-02: tells the stages of the class and the checks of a batch, and refuses a class that there is none of', async () => {
    const options = { documentClass: 'invoice', checks: false };
    expect((await post(batchForm(['%PDF-1'], { requestId: 'b-2', options }))).status).toBe(202);
    const [runId = ''] = runIdsOf('b-2', 1);
    const record = gateway.cluster
      .dump('documents.normal')
      .find((each) => each.record?.key?.toString() === runId)?.record;
    expect(await gateway.codec.decode('documents.normal', record?.value ?? Buffer.alloc(0))).toMatchObject(
      options,
    );
    const refused = await post(batchForm(['%PDF-1'], { options: { documentClass: 'passport' } }));
    expect([refused.status, refused.body.errors]).toEqual([
      400,
      [
        {
          path: 'options.documentClass',
          message:
            'Invalid option: expected one of "ad-buy"|"invoice"|"letter"|"receipt"|"registration-form"',
        },
      ],
    ]);
  });

  it('A-02: 50 equal batches at once are one', async () => {
    const answers = await Promise.all(
      Array.from({ length: 50 }, () =>
        post(batchForm(['%PDF-1', '%PDF-2'], {}), { 'idempotency-key': 'same' }),
      ),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([
      ...Array.from({ length: 49 }, () => 200),
      202,
    ]);
    expect(new Set(answers.map(({ body }) => body.batchId))).toEqual(new Set([batchIdOf(tenant, 'same')]));
    expect(recordsOf('documents.normal', runIdsOf('same', 2))).toBe(2);
  });

  it.each([
    ['another file', batchForm(['%PDF-1', '%PDF-3'], {})],
    ['files in another order', batchForm(['%PDF-2', '%PDF-1'], {})],
    ['a further file', batchForm(['%PDF-1', '%PDF-2', '%PDF-2'], {})],
    ['another option', batchForm(['%PDF-1', '%PDF-2'], { options: { lane: 'high' } })],
    ['other metadata', batchForm(['%PDF-1', '%PDF-2'], { metadata: { period: '2026' } })],
  ])('A-02: the same key with %s is a conflict', async (_, body) => {
    const headers = { 'idempotency-key': 'b-1' };
    expect((await post(batchForm(['%PDF-1', '%PDF-2'], {}), headers)).status).toBe(202);
    const answer = await post(body, headers);
    expect([answer.status, answer.body.code]).toEqual([409, 'REQUEST_CONFLICT']);
    expect(recordsOf('documents.normal', runIdsOf('b-1', 3))).toBe(2);
  });

  it.each([
    ['no file', batchForm([], { requestId: 'b-1' }), 400, 'REQUEST_INVALID'],
    [
      'too many files',
      batchForm(
        Array.from({ length: maxBatchFiles + 1 }, () => 'a'),
        { requestId: 'b-1' },
      ),
      413,
      'REQUEST_INVALID',
    ],
    [
      'a file that is too large',
      batchForm(['%PDF', 'x'.repeat(maxUploadBytes + 1)], { requestId: 'b-1' }),
      413,
      'DOC_TOO_LARGE',
    ],
    [
      'an unknown option',
      batchForm(['%PDF'], { requestId: 'b-1', options: { colour: 'red' } }),
      400,
      'REQUEST_INVALID',
    ],
    [
      'a callback that would never be sent',
      batchForm(['%PDF'], { requestId: 'b-1', options: { callbackUrl: 'http://a.example/' } }),
      400,
      'REQUEST_INVALID',
    ],
    ['two fields', twoFields(), 400, 'REQUEST_INVALID'],
    [
      'another region',
      batchForm(['%PDF'], { requestId: 'b-1', options: { region: 'south' } }),
      421,
      'REGION_MISMATCH',
    ],
  ])('A-02: is refused as a whole with %s', async (_, body, status, code) => {
    const answer = await post(body);
    expect([answer.status, answer.body.code]).toEqual([status, code]);
    await expectNothing('b-1');
  });

  it('A-02: the field of the batch comes before the files', async () => {
    const data = batchForm(['%PDF']);
    data.set('batch', '{"requestId":"b-1"}');
    expect((await post(data)).body.errors).toEqual([
      { path: 'batch', message: 'must come before the files' },
    ]);
    await expectNothing('b-1');
  });

  it('A-02: a form that breaks off leaves no batch and no run', async () => {
    const part = (disposition: string, content: string): string =>
      `--b\r\ncontent-disposition: form-data; ${disposition}\r\n\r\n${content}`;
    const body =
      `${part('name="batch"', '{"requestId":"b-1"}')}\r\n` +
      `${part('name="files"; filename="1.pdf"', '%PDF-1')}\r\n` +
      part('name="files"; filename="2.pdf"', '%PDF-2');
    const head =
      `POST /v1/batches HTTP/1.1\r\nhost: a\r\nauthorization: Bearer ${key}\r\n` +
      'content-type: multipart/form-data; boundary=b\r\n';
    const whole = await rawRequest(
      gateway.url,
      `${head}content-length: ${body.length}\r\nconnection: close\r\n\r\n${body}`,
    );
    expect([whole.status, whole.problem.code]).toEqual([400, 'REQUEST_INVALID']);
    const stalled = await rawRequest(gateway.url, `${head}content-length: 9000\r\n\r\n${body}`);
    expect(stalled.status).toBe(408);
    await expectNothing('b-1');
  });

  it('A-02: a file that nobody can read refuses nothing', async () => {
    const answer = await post(batchForm(['%PDF', ''], { requestId: 'b-1' }));
    expect([answer.status, answer.body.counts['files']]).toEqual([202, 2]);
  });

  it('A-02: while the log is away the batch is accepted, and the sweeper publishes its runs', async () => {
    gateway.logIs = 'refusing';
    expect((await post(batchForm(['%PDF-1', '%PDF-2'], { requestId: 'b-1' }))).status).toBe(202);
    gateway.logIs = 'up';
    const later = { ...systemClock, now: () => Date.now() + 60_000 };
    const log = createLog({ service: 'gateway', level: 'silent' });
    await sweepOnce({ ...gateway, clock: later, log });
    expect(recordsOf('documents.normal', runIdsOf('b-1', 2))).toBe(2);
  });

  it('A-02: a run that the log never takes ends in its batch when the sweeper rejects it', async () => {
    gateway.logIs = 'refusing';
    const expectations = Object.fromEntries(
      Array.from({ length: 20 }, (_, at) => [`name${at}`, 'x'.repeat(400)]),
    );
    await post(batchForm(['%PDF-1'], { requestId: 'b-1', options: { expectations } }));
    gateway.logIs = 'strict';
    const later = { ...systemClock, now: () => Date.now() + 60_000 };
    const log = createLog({ service: 'gateway', level: 'silent' });
    await sweepOnce({ ...gateway, runs: sweptRuns(gateway.database), clock: later, log });
    const { body } = await read(batchIdOf(tenant, 'b-1'));
    expect([body.state, body.files[0]?.status, body.files[0]?.failure?.code]).toEqual([
      'FAILED',
      'rejected',
      'RECORD_TOO_LARGE',
    ]);
    expect(await eventsOf(body.batchId)).toEqual([['batch.failed', 1]]);
  });

  it('A-02: a requestId whose batch has gone begins none again while its runs are known', async () => {
    const body = () => batchForm(['%PDF-1'], { requestId: 'b-1' });
    const first = await post(body());
    await gateway.database.session.deleteFrom('batches').where('batchId', '=', first.body.batchId).execute();
    const again = await post(body());
    expect([again.status, again.body.code]).toEqual([410, 'DATA_EXPIRED']);
    expect((await read(first.body.batchId)).status).toBe(404);
  });
});

describe('references', () => {
  it('A-02: makes a run of each object, and leaves one that does not exist to its run', async () => {
    const stored = await gateway.store.upload(`uploads/${tenant}/inbox/a.pdf`, Readable.from(['%PDF']), {
      mediaType: 'application/pdf',
      maxBytes: 100,
      signal: AbortSignal.timeout(5_000),
    });
    const sources = [
      { uri: stored.uri, fileName: 'a.pdf', documentId: 'doc-1' },
      { uri: gateway.store.uriOf(`uploads/${tenant}/inbox/none.pdf`) },
      { uri: gateway.store.uriOf('uploads/other/inbox/a.pdf') },
    ];
    const answer = await postJson({ requestId: 'b-1', sources });
    expect(answer.status).toBe(202);
    expect(answer.body.files).toMatchObject([
      { fileName: 'a.pdf', documentId: 'doc-1', sizeBytes: 4 },
      { fileName: null, sizeBytes: 0 },
      { fileName: null, sizeBytes: 0 },
    ]);
    expect(recordsOf('documents.normal', runIdsOf('b-1', 3))).toBe(3);
    expect((await postJson({ requestId: 'b-1', sources })).status).toBe(200);
  });

  it.each([
    [
      'an address that no stage takes',
      { sources: [{ uri: 's3://granted/a/../b' }] },
      400,
      'INVALID_SUBMISSION',
    ],
    ['no object', { sources: [] }, 400, 'REQUEST_INVALID'],
    ['neither sources nor draft', {}, 400, 'REQUEST_INVALID'],
    ['both', { draft: true, sources: [{ uri: 's3://granted/a' }] }, 400, 'REQUEST_INVALID'],
    [
      'too many',
      { sources: Array.from({ length: 6 }, () => ({ uri: 's3://granted/a' })) },
      400,
      'REQUEST_INVALID',
    ],
  ])('A-02: refuses %s', async (_, body, status, code) => {
    const answer = await postJson({ requestId: 'b-1', ...body });
    expect([answer.status, answer.body.code]).toEqual([status, code]);
    await expectNothing('b-1');
  });
});

describe('an archive', () => {
  const file = (name: string, more: Partial<ZipEntry> = {}): ZipEntry => ({
    name,
    bytes: Buffer.from(`%PDF of ${name}`),
    ...more,
  });

  it('A-02: is a batch of its files, without folders and what macOS adds', async () => {
    const answer = await postZip([
      { name: '2026/', bytes: Buffer.alloc(0), method: 0 },
      file('2026/a.pdf'),
      file('__MACOSX/2026/._a.pdf'),
      file('2026/.DS_Store'),
      file('b.pdf', { method: 0 }),
    ]);
    expect(answer.status).toBe(202);
    expect(answer.body.files.map(({ fileName }) => fileName)).toEqual(['a.pdf', 'b.pdf']);
    const [first = ''] = runIdsOf('zip', 1);
    const input = (await gateway.runs.find(first))?.input;
    const bytes = await gateway.store.read(input?.uri ?? '', {
      signal: AbortSignal.timeout(5_000),
      maxBytes: 100,
    });
    expect(bytes.toString()).toBe('%PDF of 2026/a.pdf');
    expect(await readdir(gateway.spoolFolder)).toEqual([]);
    expect((await postZip([file('2026/a.pdf'), file('b.pdf')])).status).toBe(200);
  });

  it.each([
    ['a path out of it', [file('../../etc/passwd')], 'has a name that leads out of it'],
    ['an absolute path', [file('/etc/passwd')], 'has a name that leads out of it'],
    ['an absolute path of Windows', [file('C:/a.pdf')], 'has a name that leads out of it'],
    ['backslashes', [file('..\\a.pdf')], 'has a name that leads out of it'],
    ['an encrypted file', [file('a.pdf', { encrypted: true })], 'file 1 is encrypted'],
    ['another archive', [file('a.pdf'), file('b.zip')], 'file 2 is an archive itself'],
    [
      'another archive under a false name',
      [file('a.pdf', { bytes: makeZip([file('b')]) })],
      'file 1 is an archive itself',
    ],
    ['a symbolic link', [file('a.pdf', { mode: 0o120_777 })], 'file 1 is a symbolic link'],
    [
      'another compression',
      [file('a.pdf', { method: 12 })],
      'file 1 is compressed by another method than deflate',
    ],
    [
      'a file that is too large',
      [file('a.pdf', { bytes: Buffer.alloc(maxUploadBytes + 1) })],
      `file 1 has more than ${maxUploadBytes} bytes`,
    ],
    ['a false size', [file('a.pdf', { uncompressedSize: 3 })], 'file 1 is damaged'],
    ['a false checksum', [file('a.pdf', { crc: 1 })], 'file 1 is damaged'],
    [
      'files that share their bytes',
      [file('a.pdf'), file('a.pdf', { sharesBytes: true })],
      'has entries that overlap',
    ],
    [
      'too many files',
      Array.from({ length: maxBatchFiles + 1 }, (_, n) => file(`${n}.pdf`)),
      `has more than ${maxBatchFiles} files`,
    ],
    [
      'too many entries',
      Array.from({ length: 10 * maxBatchFiles + 1 }, (_, n) => file(`${n}/`)),
      `has more than ${10 * maxBatchFiles} entries`,
    ],
    ['no file', [file('a/')], 'has no file'],
  ] as const)('A-02: is refused with %s', async (_, entries, message) => {
    const answer = await postZip(entries);
    expect([answer.status, answer.body.code, answer.body.errors]).toEqual([
      422,
      'ARCHIVE_REFUSED',
      [{ path: 'zip', message }],
    ]);
    await expectNothing('zip');
  });

  it('A-02: is refused when it says that it has fewer entries than its directory, and not read in part', async () => {
    const archive = makeZip([file('a.pdf'), file('b.pdf')]);
    const end = archive.length - 22;
    for (const at of [end + 8, end + 10]) archive.writeUInt16LE(1, at);
    const answer = await postZip([], archive);
    expect([answer.status, answer.body.errors]).toEqual([
      422,
      [{ path: 'zip', message: 'has more entries than it says' }],
    ]);
    await expectNothing('zip');
  });

  it('A-02: is refused when it is damaged, cut off or too large', async () => {
    const whole = makeZip([file('a.pdf')]);
    for (const bytes of [Buffer.from('%PDF'), whole.subarray(0, -30), Buffer.alloc(0)]) {
      const answer = await postZip([], bytes);
      expect([answer.status, answer.body.code]).toEqual([422, 'ARCHIVE_REFUSED']);
    }
    const large = await postZip([], Buffer.alloc(maxArchiveBytes + 1));
    expect([large.status, large.body.code]).toEqual([413, 'DOC_TOO_LARGE']);
    await expectNothing('zip');
  });
});

describe('a draft', () => {
  const open = (more: object = {}) => postJson({ draft: true, requestId: 'd-1', ...more });
  const put = (batchId: string, n: number | string, content: string) => {
    const data = new FormData();
    data.set('file', pdf(content), `${n}.pdf`);
    return call(`/v1/batches/${batchId}/files/${n}`, { method: 'PUT', body: data });
  };
  const start = (batchId: string) => call(`/v1/batches/${batchId}/start`, { method: 'POST' });

  it('A-02: takes files in any order and again, and makes runs of them when it is started', async () => {
    const opened = await open({ options: { lane: 'high' } });
    const { batchId } = opened.body;
    expect([opened.status, opened.body.state, opened.body.files]).toEqual([202, 'DRAFT', []]);
    expect((await open({ options: { lane: 'high' } })).status).toBe(200);
    expect((await open()).status).toBe(409);
    const statuses = [
      await put(batchId, 3, '%PDF-3'),
      await put(batchId, 1, '%PDF-1'),
      await put(batchId, 1, '%PDF-1b'),
    ].map(({ status }) => status);
    expect(statuses).toEqual([201, 201, 200]);
    expect((await read(batchId)).body).toMatchObject({
      state: 'DRAFT',
      counts: { files: 2 },
      files: [
        { n: 1, status: null },
        { n: 3, status: null },
      ],
    });
    const started = await start(batchId);
    expect([started.status, started.body.state]).toEqual([202, 'QUEUED']);
    const runIds = started.body.files.map(({ runId }) => runId);
    expect(recordsOf('documents.high', runIds)).toBe(2);
    expect((await start(batchId)).status).toBe(200);
    expect(recordsOf('documents.high', runIds)).toBe(2);
    const late = await put(batchId, 2, '%PDF-2');
    expect([late.status, late.body.code]).toEqual([409, 'BATCH_STARTED']);
    expect((await open({ options: { lane: 'high' } })).body.state).toBe('QUEUED');
  });

  it('A-02: keeps the ids of its files from jobs, and says what is true where another document has one', async () => {
    const { batchId } = (await open()).body;
    await put(batchId, 1, '%PDF-1');
    const requestId = requestIdOfBatchFile(batchId, 1);
    const source = { uri: 's3://granted/a.pdf' };
    const answers = [
      await postJson({ source, requestId }, '/v1/jobs'),
      await postJson({ source }, '/v1/jobs', { 'idempotency-key': requestId }),
    ];
    expect(answers.map(({ status, body }) => [status, body.errors])).toEqual(
      answers.map(() => [400, [{ path: 'requestId', message: reservedRequestIdMessage }]]),
    );
    // As a record that somebody wrote to a log without proofs.
    const data = new FormData();
    data.set('requestId', 'other');
    data.set('file', pdf('%PDF-other'), 'a.pdf');
    expect((await call('/v1/jobs', { method: 'POST', body: data })).status).toBe(202);
    const run = await gateway.runs.find(runIdOf(tenant, 'other'));
    if (run === undefined) throw new Error('the job has no row');
    const runId = runIdOf(tenant, requestId);
    await gateway.runsOf(tenant).insertFirst({ ...run, runId, requestId });
    const answer = await start(batchId);
    expect([answer.status, answer.body.code]).toEqual([409, 'REQUEST_CONFLICT']);
  });

  it('A-02: is not opened with a callback that would never be sent', async () => {
    const { status, body } = await open({ options: { callbackUrl: 'http://a.example/' } });
    expect([status, body.errors.map(({ path }) => path)]).toEqual([400, ['callbackUrl']]);
  });

  it('A-02: refuses numbers outside of the limit, a start without files, and what has expired', async () => {
    const { batchId } = (await open()).body;
    for (const n of [0, maxBatchFiles + 1, '1e0', 'x']) expect((await put(batchId, n, 'a')).status).toBe(400);
    expect((await start(batchId)).body.errors).toEqual([{ path: 'files', message: 'the draft has no file' }]);
    await gateway.database.session
      .updateTable('batches')
      .set({ expiresAt: new Date() })
      .where('batchId', '=', batchId)
      .execute();
    for (const answer of [await put(batchId, 1, 'a'), await start(batchId)]) {
      expect([answer.status, answer.body.code]).toEqual([410, 'DRAFT_EXPIRED']);
    }
  });

  it('A-02: ends as cancelled when it is cancelled, once', async () => {
    const { batchId } = (await open()).body;
    await put(batchId, 1, '%PDF-1');
    const cancel = () => call(`/v1/batches/${batchId}/cancel`, { method: 'POST' });
    expect((await cancel()).body.state).toBe('CANCELLED');
    expect((await cancel()).body.code).toBe('ALREADY_ENDED');
    expect((await start(batchId)).body.code).toBe('BATCH_STARTED');
    expect(await eventsOf(batchId)).toEqual([['batch.cancelled', 1]]);
  });

  it('A-02: starts once when it is started many times at once', async () => {
    const { batchId } = (await open()).body;
    await put(batchId, 1, '%PDF-1');
    const answers = await Promise.all(Array.from({ length: 10 }, () => start(batchId)));
    expect(answers.filter(({ status }) => status === 202)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(9);
  });
});

describe('reading and cancelling', () => {
  it('A-02: other tenants find nothing, and fleet roles may not look', async () => {
    const { batchId } = (await post(batchForm(['%PDF-1'], {}))).body;
    const other = await gateway.keyOf('other', 'tenant-admin');
    const operator = await gateway.keyOf('none', 'fleet-admin');
    expect((await read(batchId, other)).status).toBe(404);
    expect((await call('/v1/batches', {}, other)).body.batches).toEqual([]);
    for (const path of ['cancel', 'start']) {
      expect((await call(`/v1/batches/${batchId}/${path}`, { method: 'POST' }, other)).status).toBe(404);
    }
    expect((await read(batchId, operator)).status).toBe(403);
    expect((await read(batchId)).status).toBe(200);
  });

  it('A-02: lists batches newest first, by state and time, page by page', async () => {
    const ids: string[] = [];
    for (const n of [1, 2, 3]) {
      ids.unshift((await post(batchForm([`%PDF-${n}`], { requestId: `b-${n}` }))).body.batchId);
    }
    const idsOf = ({ body }: Answer) => body.batches.map(({ batchId }) => batchId);
    const first = await call('/v1/batches?limit=2');
    expect(idsOf(first)).toEqual(ids.slice(0, 2));
    const second = await call(`/v1/batches?limit=2&cursor=${String(first.body.next)}`);
    expect([idsOf(second), second.body.next]).toEqual([ids.slice(2), null]);
    await endRuns({ [runIdsOf('b-2', 1)[0] ?? '']: 'completed' });
    expect(idsOf(await call('/v1/batches?state=COMPLETED'))).toEqual([ids[1]]);
    expect(idsOf(await call('/v1/batches?state=QUEUED'))).toEqual([ids[0], ids[2]]);
    const future = new Date(Date.now() + 60_000).toISOString();
    expect(idsOf(await call(`/v1/batches?since=${future}`))).toEqual([]);
    expect((await call('/v1/batches?cursor=x')).status).toBe(400);
  });

  it('A-02: cancels the runs that have not ended, and is CANCELLED when they have', async () => {
    const { batchId } = (await post(batchForm(['%PDF-1', '%PDF-2'], { requestId: 'b-1' }))).body;
    const [first = '', second = ''] = runIdsOf('b-1', 2);
    await endRuns({ [first]: 'completed' });
    const cancelled = await call(`/v1/batches/${batchId}/cancel`, { method: 'POST' });
    expect([cancelled.status, cancelled.body.state]).toEqual([202, 'PROCESSING']);
    expect(recordsOf('documents.control', [first, second])).toBe(1);
    await endRuns({ [second]: 'cancelled' });
    expect((await read(batchId)).body.state).toBe('CANCELLED');
    expect(await eventsOf(batchId)).toEqual([['batch.cancelled', 1]]);
  });

  it('A-05: is followed by the events of its jobs until it has ended; a draft, and that of others, are not', async () => {
    const { batchId } = (await post(batchForm(['%PDF-1', '%PDF-2'], { requestId: 'b-1' }))).body;
    const [first = '', second = ''] = runIdsOf('b-1', 2);
    const streamOf = (id: unknown, as = key, after?: string) =>
      openStream(`${gateway.url}/v1/batches/${String(id)}/events`, as, after);
    const stream = await streamOf(batchId);
    await endRuns({ [first]: 'completed' });
    await stream.received(1);
    await endRuns({ [second]: 'failed' });
    await stream.ended;
    expect(stream.events.map(({ event, data }) => [event, data['runId'], data['status']])).toEqual([
      ['ended', first, 'completed'],
      ['ended', second, 'failed'],
    ]);
    expect((await streamOf(batchId, key, stream.events.at(-1)?.id)).status).toBe(204);
    expect((await streamOf(batchId, await gateway.keyOf('another', 'producer'))).status).toBe(404);
    const draft = await postJson({ draft: true });
    expect((await streamOf(draft.body.batchId)).status).toBe(404);
  });

  it('A-02: a batch is not taken while a stage has no process; a single document is', async () => {
    gateway.services = stageNames.filter((stage) => stage !== 'ocr');
    const answer = await post(batchForm(['%PDF-1'], { requestId: 'b-1' }));
    expect([answer.status, answer.body.code, answer.body.errors]).toEqual([
      503,
      'FLEET_NOT_READY',
      [{ path: 'workers', message: 'no process of ocr reports' }],
    ]);
    expect(answer.headers.get('retry-after')).not.toBeNull();
    await expectNothing('b-1');
    const data = new FormData();
    data.set('file', pdf('%PDF-1'), 'a.pdf');
    expect((await call('/v1/jobs', { method: 'POST', body: data })).status).toBe(202);
  });

  it('A-02: needs the database, and says so', async () => {
    gateway.databaseIs = 'down';
    const answer = await post(batchForm(['%PDF-1'], { requestId: 'b-1' }));
    expect([answer.status, answer.body.code]).toEqual([503, 'DATABASE_UNAVAILABLE']);
    gateway.databaseIs = 'up';
    await expectNothing('b-1');
  });
});
