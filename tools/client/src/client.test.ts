import { mkdtempSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { submitFile, waitForEnd } from './client.ts';

let server: Server | undefined;

afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

/** A stand-in gateway that gives these answers in turn; `null` cuts the connection. */
async function gateway(answers: readonly ({ status: number; body: unknown } | null)[]): Promise<string> {
  const waiting = [...answers];
  server = createServer((request, response) => {
    request.resume();
    const answer = waiting.shift();
    if (answer === null || answer === undefined) request.socket.destroy();
    else
      response
        .writeHead(answer.status, { 'content-type': 'application/json' })
        .end(JSON.stringify(answer.body));
  });
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
}

const path = join(mkdtempSync(join(tmpdir(), 'client-')), 'note.txt');
writeFileSync(path, 'text');
const signal = AbortSignal.timeout(60_000);

test('a gateway that is away or busy is asked again', async () => {
  const api = await gateway([null, { status: 503, body: {} }, { status: 202, body: { runId: 'r1' } }]);
  expect(await submitFile({ api, apiKey: 'k', signal }, { path, requestId: 'q' })).toEqual({ runId: 'r1' });
});

test('a refusal is told with its code and sentence', async () => {
  const api = await gateway([
    { status: 409, body: { code: 'REQUEST_CONFLICT', title: 'Conflict', detail: 'Used before.' } },
  ]);
  expect(await submitFile({ api, apiKey: 'k', signal }, { path, requestId: 'q' })).toEqual({
    code: 'REQUEST_CONFLICT',
    message: 'Used before.',
  });
});

test('a run is followed to its end', async () => {
  const job = (status: string): unknown => ({ runId: 'r1', status });
  const api = await gateway([
    { status: 404, body: {} },
    { status: 200, body: job('running') },
    null,
    { status: 200, body: job('cancelled') },
  ]);
  const ended = await waitForEnd({ api, apiKey: 'k', signal }, 'r1');
  expect(ended.status).toBe('cancelled');
});

test('a gateway that never answers is given up, with advice', async () => {
  const api = await gateway([]);
  await expect(
    submitFile({ api, apiKey: 'k', signal, patienceMs: 0 }, { path, requestId: 'q' }),
  ).rejects.toThrow('is the stack running (npm start)?');
});
