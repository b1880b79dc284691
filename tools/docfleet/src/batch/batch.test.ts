import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { callInTest, type CallOptions, type Ended } from '../remote/call-in-test.ts';

const folder = mkdtempSync(join(tmpdir(), 'docfleet-batch-'));
const endpointsFile = join(folder, 'endpoints.json');
const batchId = '8d1f6e0a-4c1b-5a77-9d0e-6f0b2c3d4e5f';
const runIds = ['5f0c7d6e-3f0a-5d0b-9a43-2f6a1c9be001', '5f0c7d6e-3f0a-5d0b-9a43-2f6a1c9be002'];

interface FileState {
  readonly status: string | null;
  readonly verdict?: string;
  readonly code?: string;
}

const good: FileState = { status: 'completed', verdict: 'approve' };
const broken: FileState = { status: 'failed', code: 'DOC_CORRUPT' };

/** A stand-in fleet. */
let server: Server;
let received: { readonly call: string; readonly body: string; readonly key: string | undefined }[] = [];
/** Files of the batch, one list a question; the last one stays. */
let states: (readonly FileState[])[] = [];
/** Of a draft, while it is one. */
let draft: { n: number; sha256: string }[] | undefined;
/** Answers to the first calls of a kind, instead of the usual ones. */
let refusals: { readonly call: string; readonly status: number; readonly code: string }[] = [];
/** What the stream of events has. */
let events = '';

function batchOf(files: readonly FileState[], state?: string): object {
  const ended = files.every(({ status }) => status !== null && !['accepted', 'running'].includes(status));
  const completed = files.filter(({ status }) => status === 'completed').length;
  const failed = files.filter(({ status }) => status === 'failed').length;
  const waiting = files.length - completed - failed;
  const atEnd = failed === 0 ? 'COMPLETED' : 'PARTIALLY_COMPLETED';
  return {
    ...{ batchId, requestId: 'r', state: state ?? (ended ? atEnd : 'PROCESSING'), revision: ended ? 1 : 0 },
    counts: { files: files.length, waiting, running: 0, inReview: 0, completed, failed, cancelled: 0 },
    ...{ createdAt: '2026-11-28T09:00:00.000Z', acceptedAt: state === 'DRAFT' ? null : 'then' },
    ...{ endedAt: ended ? 'now' : null, expiresAt: state === 'DRAFT' ? 'tomorrow' : null },
    files: files.map(({ status, verdict = null, code }, index) => ({
      ...{ n: index + 1, fileName: index === 0 ? 'a.pdf' : 'b.pdf', runId: runIds[index], sha256: null },
      ...{ status, verdict, stage: status === 'running' ? 'ocr' : null },
      failure: code === undefined ? null : { code, message: 'It is damaged.' },
    })),
  };
}

function next(): readonly FileState[] {
  const [state = [good, good]] = states.length > 1 ? states.splice(0, 1) : states;
  return state;
}

function jobOf(runId: string): object {
  const { status, verdict = null, code } = (states.at(-1) ?? [good, good])[runIds.indexOf(runId)] ?? good;
  return {
    ...{ runId, status, verdict },
    failure: code === undefined ? null : { code, message: 'It is damaged.' },
    links: { artifacts: code === undefined ? 'x' : null },
  };
}

const result = {
  ...{ status: 'completed', verdict: 'approve', failure: null, pageCount: 1, documents: [] },
  ...{ resultHash: 'h', engines: [], engineVersions: [], timings: [] },
};

function answer(call: string): [status: number, body: object | string] {
  const at = refusals.findIndex((each) => call.startsWith(each.call));
  const [refusal] = at === -1 ? [] : refusals.splice(at, 1);
  if (refusal !== undefined) return [refusal.status, { title: 'No.', ...refusal }];
  if (call === 'POST /v1/batches') return [202, draft === undefined ? batchOf(next()) : draftOf(draft)];
  if (call.startsWith('PUT ')) {
    draft?.push({ n: Number(call.split('/').at(-1)), sha256: '' });
    return [201, {}];
  }
  if (call.endsWith('/start')) {
    draft = undefined;
    return [202, batchOf(next())];
  }
  if (call.endsWith('/cancel')) return [202, batchOf(next())];
  if (call.includes('/results')) return [200, 'the report'];
  if (call.endsWith('/events')) return [200, events];
  if (call.endsWith('/artifacts/result.json')) return [200, result];
  if (call.startsWith('GET /v1/jobs/')) return [200, jobOf(call.split('/').at(-1) ?? '')];
  if (call.startsWith('GET /v1/batches?')) return [200, { batches: [batchOf(next())], next: null }];
  return [200, draft === undefined ? batchOf(next()) : draftOf(draft)];
}

function draftOf(files: readonly { readonly n: number; readonly sha256: string }[]): object {
  const none = batchOf(
    files.map(() => ({ status: null })),
    'DRAFT',
  ) as { files: object[] };
  return { ...none, files: none.files.map((file, index) => ({ ...file, ...files[index] })) };
}

beforeAll(async () => {
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const call = `${request.method ?? ''} ${request.url ?? ''}`;
      const key = request.headers['idempotency-key'];
      received.push({ call, body: Buffer.concat(chunks).toString(), key: key?.toString() });
      // The stream has been read to its end when a client asks again.
      const isOver = request.headers['last-event-id'] !== undefined;
      const [status, body] = isOver ? [204, ''] : answer(call);
      response.writeHead(status).end(typeof body === 'string' ? body : JSON.stringify(body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const api = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  writeFileSync(endpointsFile, JSON.stringify({ api, apiKey: 'good' }));
  writeFileSync(join(folder, 'a.pdf'), 'bytes of a');
  writeFileSync(join(folder, 'b.pdf'), 'bytes of b');
  writeFileSync(join(folder, 'm.zip'), 'bytes of an archive');
  writeFileSync(join(folder, 'empty.pdf'), '');
});

afterEach(() => {
  [received, states, refusals, draft, events] = [[], [], [], undefined, ''];
});

afterAll(() => {
  server.closeAllConnections();
  server.close();
  rmSync(folder, { recursive: true });
});

const run = (line: readonly string[], given?: CallOptions): Promise<Ended> =>
  callInTest(['batch', ...line], { folder, endpointsFile }, given);
const calls = (): readonly string[] => received.map(({ call }) => call);

test('submit sends small files in one call, the batch before them, and prints its id', async () => {
  states = [[{ status: 'accepted' }, { status: 'accepted' }]];
  const metadata = ['--requester', 'Ann', '--period', '2026-03', '--field', 'city=Delft', '--lane', 'high'];
  const { code, stdout, stderr } = await run(['submit', 'a.pdf', 'b.pdf', ...metadata]);
  expect([code, stderr]).toEqual([0, '']);
  expect(JSON.parse(stdout)).toEqual({
    ...{ batchId, requestId: 'r', state: 'PROCESSING' },
    files: [
      { file: 'a.pdf', runId: runIds[0] },
      { file: 'b.pdf', runId: runIds[1] },
    ],
  });
  expect(calls()).toEqual(['POST /v1/batches']);
  expect(received[0]?.key).toHaveLength(36);
  expect(received[0]?.body).toMatch(
    /name="batch"\r\n[^]*name="files"[^]*bytes of a[^]*name="files"[^]*bytes of b/,
  );
  expect(JSON.parse(/\{.*\}/.exec(received[0]?.body ?? '')?.[0] ?? '')).toEqual({
    metadata: { requester: { name: 'Ann' }, period: '2026-03', fields: { city: 'Delft' } },
    options: { lane: 'high' },
  });
  const onTerminal = await run(['submit', 'a.pdf', 'b.pdf'], { isTerminal: true });
  expect(onTerminal.stdout).toBe(`${batchId}: PROCESSING, 2 files, 2 waiting\n`);
});

test('submit sends an archive as it is', async () => {
  await run(['submit', 'm.zip', '--request-id', 'march']);
  expect(received[0]?.body).toMatch(/"requestId":"march"[^]*name="zip"; filename="m.zip"/);
  expect(received[0]?.key).toBeUndefined();
});

test('submit --wait prints the result of each file in their order, and the exit code is the worst', async () => {
  states = [
    [{ status: 'accepted' }, { status: 'accepted' }],
    [{ status: 'running' }, broken],
    [good, broken],
  ];
  const { code, stdout } = await run(['submit', 'a.pdf', 'b.pdf', '--wait', '--format', 'csv']);
  expect(stdout.split('\r\n').slice(1)).toEqual([
    'a.pdf,completed,approve,,,,,,,,,',
    'b.pdf,failed,,DOC_CORRUPT,,,,,,,,',
    '',
  ]);
  expect(code).toBe(4);
  states = [[good, { status: 'completed', verdict: 'review' }]];
  expect((await run(['status', batchId])).code).toBe(3);
  states = [[good, good]];
  expect((await run(['submit', 'a.pdf', 'b.pdf', '--wait'])).code).toBe(0);
});

test('a draft that breaks off says how to go on, and the next call sends what is missing', async () => {
  draft = [];
  refusals = [{ call: `PUT /v1/batches/${batchId}/files/2`, status: 422, code: 'DOC_REFUSED' }];
  const off = await run(['submit', 'a.pdf', 'b.pdf', '--draft']);
  expect([off.code, off.stdout]).toEqual([4, '']);
  expect(off.stderr).toBe(
    `The draft ${batchId} keeps what was sent until tomorrow. Go on: docfleet batch submit --resume ${batchId}, with the same files\nDOC_REFUSED: No.\n`,
  );
  expect(received[0]?.body).toMatch(/^\{"requestId":"[0-9a-f-]{36}",.*"draft":true\}$/);

  const sha256 = createHash('sha256').update('bytes of a').digest('hex');
  draft = [{ n: 1, sha256 }];
  received = [];
  const on = await run(['submit', 'a.pdf', 'b.pdf', '--resume', batchId]);
  expect([on.code, on.stderr]).toEqual([0, '']);
  expect(calls()).toEqual([
    `GET /v1/batches/${batchId}`,
    `PUT /v1/batches/${batchId}/files/2`,
    `POST /v1/batches/${batchId}/start`,
  ]);
});

test('a file of a draft that was changed is sent again, and one started already is not sent at all', async () => {
  draft = [{ n: 1, sha256: 'of other bytes' }];
  await run(['submit', 'a.pdf', '--resume', batchId]);
  expect(calls()[1]).toBe(`PUT /v1/batches/${batchId}/files/1`);
  received = [];
  await run(['submit', 'a.pdf', 'b.pdf', '--resume', batchId]);
  expect(calls()).toEqual([`GET /v1/batches/${batchId}`]);
});

test('many files become a draft without being asked for', async () => {
  draft = [];
  const names = Array.from({ length: 21 }, (_, index) => `many-${String(index)}.pdf`);
  for (const name of names) writeFileSync(join(folder, name), name);
  await run(['submit', ...names]);
  expect(calls().filter((call) => call.startsWith('PUT '))).toHaveLength(21);
});

test('a batch that is refused as a whole is told in one line', async () => {
  refusals = [{ call: 'POST /v1/batches', status: 413, code: 'DOC_TOO_LARGE' }];
  expect(await run(['submit', 'a.pdf'])).toEqual({ code: 4, stdout: '', stderr: 'DOC_TOO_LARGE: No.\n' });
});

test('Ctrl-C ends the wait and not the batch; --cancel-on-interrupt cancels it', async () => {
  for (const more of [[], ['--cancel-on-interrupt']]) {
    received = [];
    states = [[{ status: 'running' }]];
    const interrupt = new AbortController();
    const asked = setInterval(() => {
      if (calls().some((call) => call.startsWith('GET /v1/batches/'))) interrupt.abort(new Error('Ctrl-C'));
    }, 5);
    const { code, stderr } = await run(['submit', 'a.pdf', '--wait', ...more], { signal: interrupt.signal });
    clearInterval(asked);
    expect(code).toBe(130);
    expect(calls().filter((call) => call.endsWith('/cancel'))).toHaveLength(more.length);
    expect(stderr).toBe(
      more.length === 0
        ? `Interrupted: the batch goes on. Follow: docfleet batch watch ${batchId}\n`
        : 'Interrupted: the batch was cancelled.\n',
    );
  }
});

test('status and list tell a person and a program the same', async () => {
  states = [[good, broken]];
  const { code, stdout } = await run(['status', batchId], { isTerminal: true });
  expect(stdout).toBe(
    [
      `${batchId}: PARTIALLY_COMPLETED, 2 files, 1 completed, 1 failed`,
      `    1  a.pdf  completed  approve  ${runIds[0] ?? ''}`,
      `    2  b.pdf  failed  DOC_CORRUPT  ${runIds[1] ?? ''}`,
      '',
    ].join('\n'),
  );
  expect(code).toBe(4);
  expect(JSON.parse((await run(['status', batchId])).stdout)).toMatchObject({ batchId });
  received = [];
  const listed = await run(['list', '--state', 'COMPLETED', '--since', '2026-11-28', '--limit', '3']);
  expect(JSON.parse(listed.stdout)).toMatchObject({ batchId });
  expect(calls()).toEqual(['GET /v1/batches?state=COMPLETED&since=2026-11-28T00%3A00%3A00.000Z&limit=3']);
});

test('watch prints events as they are for a program, and a line for each end for a person', async () => {
  const [runId = ''] = runIds;
  const stage = { runId, revision: 1, stage: 'ocr', kind: 'finished', attempt: 1, code: null, at: 't' };
  const ended = { runId, revision: 1, status: 'failed', code: 'DOC_CORRUPT', at: 't', job: '/' };
  events = `event: stage\nid: 1\ndata: ${JSON.stringify(stage)}\n\nevent: ended\nid: 2\ndata: ${JSON.stringify(ended)}\n\n`;
  states = [[{ status: 'running' }], [broken]];
  const piped = await run(['watch', batchId]);
  expect(
    piped.stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as object),
  ).toEqual([
    { type: 'stage', ...stage },
    { type: 'ended', ...ended },
    expect.objectContaining({ type: 'batch', batchId, state: 'PARTIALLY_COMPLETED' }),
  ]);
  expect([piped.code, piped.stderr]).toEqual([4, '']);
  const shown = await run(['watch', batchId], { isTerminal: true });
  expect(shown.stdout).toBe(
    `a.pdf: failed, DOC_CORRUPT\n${batchId}: PARTIALLY_COMPLETED, 1 file, 1 failed\n`,
  );
  expect(shown.stderr).toContain('[####################] 1 of 1');
});

test('results go to a file that appears when it is whole, or to standard output', async () => {
  const { code, stdout } = await run(['results', batchId, '--format', 'pdf', '--output', 'report.pdf']);
  expect([code, stdout]).toEqual([0, '']);
  expect(readFileSync(join(folder, 'report.pdf'), 'utf8')).toBe('the report');
  expect(readdirSync(folder)).not.toContain('report.pdf.part');
  symlinkSync('report.pdf', join(folder, 'link.pdf'));
  expect((await run(['results', batchId, '--output', 'link.pdf'])).code).toBe(0);
  expect(lstatSync(join(folder, 'link.pdf')).isSymbolicLink()).toBe(true);
  expect((await run(['results', batchId, '--format', 'zip', '--originals'])).stdout).toBe('the report');
  expect(calls().at(-1)).toBe(`GET /v1/batches/${batchId}/results?format=zip&originals=true`);
  states = [[{ status: 'running' }]];
  expect(await run(['results', batchId])).toEqual({
    code: 4,
    stdout: 'the report',
    stderr: 'The batch is PROCESSING; the report shows it as it stands.\n',
  });
});

test('results are written into a named pipe, which stays one', async () => {
  const pipe = join(folder, 'pipe');
  execFileSync('mkfifo', [pipe]);
  const [{ code }, read] = await Promise.all([
    run(['results', batchId, '--output', 'pipe']),
    readFile(pipe, 'utf8'),
  ]);
  expect([code, read, lstatSync(pipe).isFIFO()]).toEqual([0, 'the report', true]);
});

test('wrong calls do nothing and say why', async () => {
  const wrong = [
    [['submit'], 'needs at least one file'],
    [['submit', 'a.pdf', 'none.pdf'], 'none.pdf does not exist'],
    [['submit', 'a.pdf', 'empty.pdf'], 'empty.pdf is empty'],
    [['submit', 'a.pdf', 'm.zip'], 'name it alone'],
    [['submit', 'm.zip', '--draft'], 'in one call'],
    [['submit', 'a.pdf', '--format', 'csv'], 'it needs --wait'],
    [['submit', 'a.pdf', '--cancel-on-interrupt'], 'needs --wait'],
    [['submit', 'a.pdf', '--resume', batchId, '--period', 'x'], 'without --period'],
    [['submit', 'a.pdf', '--field', 'x'], "--field takes name=value, not 'x'"],
    [['status'], 'needs the id of a batch'],
    [['watch', 'a', 'b'], 'takes the id of one batch'],
    [['list', '--since', 'yesterday'], '--since takes a time'],
    [['results', batchId, '--originals'], 'needs --format zip'],
  ] as const;
  const told = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  for (const [line, why] of wrong) {
    const { code, stdout } = await run(line);
    expect([code, stdout]).toEqual([2, '']);
    expect(told).toHaveBeenLastCalledWith(expect.stringContaining(why));
  }
  const { code } = await run(['results', batchId, '--format', 'pdf'], { isTerminal: true });
  expect(code).toBe(2);
  expect(received).toEqual([]);
});
