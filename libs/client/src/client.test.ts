import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, expect, test } from 'vitest';
import { UnreachableError, UnreadableFileError, type ApiError } from './api-error.ts';
import { clientIn, type Client } from './client.ts';
import { fileAt } from './node.ts';
import { systemContext, type ClientOptions, type Context } from './transport.ts';

/** `null` cuts the connection; text is sent as it is, and then the connection is cut. */
type Answer = { status: number; body?: unknown; headers?: Record<string, string>; isCut?: boolean } | null;

interface Received {
  readonly call: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

let server: Server | undefined;
const folder = mkdtempSync(join(tmpdir(), 'client-'));
const path = join(folder, 'note.txt');

afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** A stand-in gateway that gives these answers in turn, and a client of it whose pauses only count. */
async function gateway(answers: readonly Answer[], options: Partial<ClientOptions> = {}) {
  const waiting = [...answers];
  const received: Received[] = [];
  const pauses: number[] = [];
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method = '', url = '', headers } = request;
      received.push({ call: `${method} ${url}`, headers, body: Buffer.concat(chunks).toString() });
      const answer = waiting.shift();
      if (answer === null || answer === undefined) {
        request.socket.destroy();
        return;
      }
      const { status, body = {}, headers: more = {}, isCut = false } = answer;
      const text = typeof body === 'string' ? body : JSON.stringify(body);
      response.writeHead(status, { 'content-type': 'application/json', ...more });
      if (isCut) response.write(text, () => response.destroy());
      else response.end(text);
    });
  });
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  const api = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  let now = 0;
  const context: Context = {
    ...systemContext,
    now: () => now,
    random: () => 1,
    sleep: (ms, signal) => {
      signal.throwIfAborted();
      pauses.push(ms);
      now += ms;
      return Promise.resolve();
    },
  };
  const client: Client = clientIn({ api, apiKey: 'k', ...options }, context);
  return { client, received, pauses };
}

const file = async () => {
  writeFileSync(path, 'text of the note');
  return fileAt(path);
};
const job = (status: string, stage: string | null = null) => ({ runId: 'r1', status, stage });

test('a gateway that is away or busy is asked again, with the same key and the whole file', async () => {
  const { client, received, pauses } = await gateway([
    null,
    { status: 503, headers: { 'retry-after': '3' } },
    { status: 202, body: job('accepted') },
  ]);
  const accepted = await client.submitFile(await file(), { lane: 'urgent', expectations: { total: '5' } });
  expect(accepted.runId).toBe('r1');
  expect(pauses).toEqual([500, 3_000]);
  expect(received.map(({ call }) => call)).toEqual(['POST /v1/jobs', 'POST /v1/jobs', 'POST /v1/jobs']);
  const keys = new Set(received.map(({ headers }) => headers['idempotency-key']));
  expect([keys.size, [...keys][0]?.length]).toEqual([1, 36]);
  for (const { headers, body } of received) {
    expect(headers.authorization).toBe('Bearer k');
    expect(body.replaceAll(/-{4,}\w+|\r/g, '')).toMatch(
      /name="lane"\n\nurgent\n[^]*name="expectations"\n\n\{"total":"5"\}\n[^]*name="file"; filename="note.txt"\ncontent-type: text\/plain\n\ntext of the note\n/i,
    );
  }
});

test('a requestId of the caller is the key, and no other is made', async () => {
  const { client, received } = await gateway([{ status: 202, body: job('accepted') }]);
  await client.submitFile(await file(), { requestId: 'q' });
  expect(received[0]?.headers['idempotency-key']).toBeUndefined();
  expect(received[0]?.body).toContain('name="requestId"');
});

test.each(['submitFile', 'submitBatch', 'putDraftFile'] as const)(
  '%s says that a file changed meanwhile, and does not try again',
  async (operation) => {
    const { client, received, pauses } = await gateway([{ status: 202, body: {} }]);
    const changed = await file();
    writeFileSync(path, 'another text of the note');
    const calls = {
      submitFile: () => client.submitFile(changed),
      submitBatch: () => client.submitBatch([changed]),
      putDraftFile: () => client.putDraftFile('b', 1, changed),
    };
    await expect(calls[operation]()).rejects.toThrow(UnreadableFileError);
    expect([received, pauses]).toEqual([[], []]);
  },
);

test('a stream is sent as it is read, and once', async () => {
  const { client, received } = await gateway([{ status: 202, body: job('accepted') }, null]);
  const stream = () => new Blob(['part one, ', 'part two']).stream();
  await client.submitFile(
    { content: stream(), name: 'a "b".txt', mediaType: 'text/plain' },
    { lane: 'high' },
  );
  expect(received[0]?.headers['transfer-encoding']).toBe('chunked');
  expect(received[0]?.body.replaceAll(/docfleet-[0-9a-f-]{36}/g, 'B')).toBe(
    [
      '--B\r\ncontent-disposition: form-data; name="lane"\r\n\r\nhigh\r\n',
      '--B\r\ncontent-disposition: form-data; name="file"; filename="a %22b%22.txt"\r\n',
      'content-type: text/plain\r\n\r\npart one, part two\r\n--B--\r\n',
    ].join(''),
  );
  await expect(client.submitFile({ content: stream(), name: 'a' })).rejects.toThrow(UnreachableError);
  expect(received.length).toBe(2);
});

test('a refusal is an error with its code, its sentence and its faults', async () => {
  const problem = {
    type: 'urn:docfleet:problem:REQUEST_INVALID',
    title: 'The request is not valid.',
    status: 400,
    code: 'REQUEST_INVALID',
    instance: '/v1/jobs',
    errors: [{ path: 'lane', message: 'is not a lane' }],
  };
  const { client } = await gateway([
    { status: 400, body: problem },
    { status: 418, body: 'teapot' },
    { status: 429, body: problem, headers: { 'retry-after': '3600' } },
  ]);
  const refusal = async (call: Promise<unknown>) => call.catch((error: unknown) => error as ApiError);
  expect(await refusal(client.listJobs())).toMatchObject({
    name: 'ApiError',
    status: 400,
    code: 'REQUEST_INVALID',
    message: 'The request is not valid. lane: is not a lane',
    problem,
  });
  expect(await refusal(client.listJobs())).toMatchObject({ code: 'HTTP_418', message: 'HTTP 418 teapot' });
  // Longer than the client's patience: told at once.
  expect(await refusal(client.listJobs())).toMatchObject({ status: 429, retryAfterMs: 3_600_000 });
});

test('a call that is no repetition is made once when no answer comes', async () => {
  const { client, received } = await gateway([null, { status: 503 }, null]);
  const issue = () => client.issueTenantKey({ tenantId: 'a', body: { role: 'viewer' } });
  await expect(issue()).rejects.toThrow(UnreachableError);
  await expect(issue()).rejects.toMatchObject({ status: 503 });
  expect(received.map(({ call }) => call)).toEqual(['POST /v1/tenants/a/keys', 'POST /v1/tenants/a/keys']);
});

test('a gateway that never answers is given up when the patience ends', async () => {
  const { client, pauses } = await gateway([], { patienceMs: 20_000 });
  await expect(client.listJobs()).rejects.toThrow(/does not answer/);
  expect(pauses).toEqual([500, 1_000, 2_000, 4_000, 8_000]);
});

test('parameters are encoded into path and query, and a body is sent as JSON', async () => {
  const { client, received } = await gateway([
    { status: 200, body: { jobs: [], next: null } },
    { status: 200, body: job('cancelled') },
    { status: 201, body: {} },
  ]);
  await client.listJobs({ status: 'failed', limit: 3, cursor: 'a+/=' });
  await client.readJob({ runId: '../x y' });
  await client.submitDocument({ body: { source: { uri: 's3://b/k' } } });
  expect(received.map(({ call }) => call)).toEqual([
    'GET /v1/jobs?status=failed&cursor=a%2B%2F%3D&limit=3',
    'GET /v1/jobs/..%2Fx%20y',
    'POST /v1/jobs',
  ]);
  expect(received[2]).toMatchObject({ body: '{"source":{"uri":"s3://b/k"}}' });
  expect(received[2]?.headers['content-type']).toBe('application/json');
  expect(received[2]?.headers['idempotency-key']).toHaveLength(36);
});

test('a run is followed to its end, also before it is listed and while the gateway restarts', async () => {
  const { client } = await gateway([
    { status: 404 },
    { status: 200, body: job('running', 'ocr') },
    null,
    { status: 200, body: job('running', 'ocr') },
    { status: 200, body: job('cancelled') },
  ]);
  const seen: string[] = [];
  const ended = await client.waitForEnd('r1', {
    onChange: ({ status, stage }) => seen.push(`${status} ${stage}`),
  });
  expect(ended.status).toBe('cancelled');
  expect(seen).toEqual(['running ocr', 'cancelled null']);
});

test('a run that nobody knows is not waited for without end', async () => {
  const answers = Array.from({ length: 200 }, () => ({ status: 404 }));
  const { client } = await gateway(answers, { patienceMs: 10_000 });
  await expect(client.waitForEnd('r1')).rejects.toMatchObject({ status: 404 });
});

test('events go on after the last one when the connection is lost, and end with the job', async () => {
  const event = (id: number, status: string) =>
    `id: ${id}\nevent: stage\ndata: ${JSON.stringify({ status })}\n\n`;
  const stream = { 'content-type': 'text/event-stream' };
  const { client, received } = await gateway([
    { status: 200, headers: stream, body: `${event(1, 'running')}id: 2\nevent: sta`, isCut: true },
    null,
    { status: 200, headers: stream, body: `: heartbeat\n\n${event(2, 'running')}` },
    {
      status: 200,
      headers: stream,
      body: `${event(3, 'failed')}${event(4, 'running')}${event(5, 'completed')}`,
    },
  ]);
  const seen: string[] = [];
  for await (const { id, type, data } of client.jobEvents('r1', { lastEventId: '0' })) {
    seen.push(`${id} ${type} ${JSON.stringify(data)}`);
  }
  expect(seen).toEqual([
    '1 stage {"status":"running"}',
    '2 stage {"status":"running"}',
    '3 stage {"status":"failed"}',
    '4 stage {"status":"running"}',
    '5 stage {"status":"completed"}',
  ]);
  expect(received.map(({ headers }) => headers['last-event-id'])).toEqual(['0', '1', '1', '2']);
});

test('an answer that has nothing to say is undefined', async () => {
  const { client } = await gateway([{ status: 204 }]);
  expect(await client.claimNextReviewTask({ body: {} })).toBeUndefined();
});

test('whoever wants to waits for no person: neither for a job nor for what is left of a batch', async () => {
  const held = (running: number) => ({
    ...{ batchId: 'b1', acceptedAt: 'then', endedAt: null, files: [] },
    counts: { waiting: 0, running, inReview: 1 },
  });
  const { client } = await gateway([
    { status: 200, body: job('running') },
    { status: 200, body: job('in_review') },
    { status: 200, body: held(1) },
    { status: 200, body: held(0) },
  ]);
  expect((await client.waitForEnd('r1', { stopsAtReview: true })).status).toBe('in_review');
  expect((await client.waitForBatch('b1', { stopsAtReview: true })).counts.running).toBe(0);
});

test('events end when the gateway says that nothing will follow', async () => {
  const { client } = await gateway([{ status: 204 }]);
  const seen: unknown[] = [];
  for await (const event of client.jobEvents('r1', { lastEventId: '9' })) seen.push(event);
  expect(seen).toEqual([]);
});

test('a signal ends a call, its pauses and a wait', async () => {
  const { client } = await gateway([{ status: 200, body: job('running') }]);
  const over = new AbortController();
  const waiting = client.waitForEnd('r1', {
    signal: over.signal,
    onChange: () => {
      over.abort(new Error('no longer'));
    },
  });
  await expect(waiting).rejects.toThrow('no longer');
});

const batch = (endedAt: string | null, status: string) => ({ batchId: 'b1', endedAt, files: [{ status }] });

test('a batch is sent again whole under one key, and its files come behind its options', async () => {
  const { client, received } = await gateway([null, { status: 202, body: batch(null, 'accepted') }]);
  const note = await file();
  const accepted = await client.submitBatch([note, note], { options: { lane: 'high' } });
  expect(accepted.batchId).toBe('b1');
  const keys = received.map(({ headers }) => headers['idempotency-key']);
  expect([keys.length, new Set(keys).size, keys[0]?.length]).toEqual([2, 1, 36]);
  for (const { body } of received)
    expect(body).toMatch(
      /name="batch"\r\n\r\n\{"options":\{"lane":"high"\}\}\r\n[^]*name="files"; filename="note.txt"[^]*name="files"; filename="note.txt"/,
    );
});

test('an archive is the one part zip, and a file of a draft is put again', async () => {
  const { client, received } = await gateway([{ status: 202 }, null, { status: 201 }]);
  await client.submitBatch({ zip: await file() }, { requestId: 'march' });
  expect(received[0]?.body).toMatch(/name="zip"; filename="note.txt"/);
  expect(received[0]?.headers['idempotency-key']).toBeUndefined();
  await client.putDraftFile('b 1', 2, await file());
  expect(received.slice(1).map(({ call }) => call)).toEqual([
    'PUT /v1/batches/b%201/files/2',
    'PUT /v1/batches/b%201/files/2',
  ]);
  expect(received[2]?.body).toMatch(/name="file"; filename="note.txt"[^]*text of the note/);
});

test('waiting for a batch tells each change once, and its events end when nothing will follow', async () => {
  const event = 'event: ended\nid: 7\ndata: {"runId":"r1"}\n\n';
  const { client, received } = await gateway([
    { status: 200, body: batch(null, 'accepted') },
    { status: 200, body: batch(null, 'accepted') },
    { status: 200, body: batch('now', 'completed') },
    { status: 200, body: event },
    { status: 204 },
  ]);
  const changes: unknown[] = [];
  const onChange = ({ files }: { readonly files: readonly { readonly status: string | null }[] }) =>
    changes.push(files[0]?.status);
  expect((await client.waitForBatch('b1', { onChange })).endedAt).toBe('now');
  expect(changes).toEqual(['accepted', 'completed']);
  const events = [];
  for await (const { id, type } of client.batchEvents('b1')) events.push([id, type]);
  expect(events).toEqual([['7', 'ended']]);
  expect(received.at(-1)?.headers['last-event-id']).toBe('7');
});
