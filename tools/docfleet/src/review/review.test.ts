import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { callInTest, type CallOptions, type Ended } from '../remote/call-in-test.ts';

const folder = mkdtempSync(join(tmpdir(), 'docfleet-review-'));
const endpointsFile = join(folder, 'endpoints.json');
const taskId = '3b0f4c52-6a55-4f5e-8a33-0d0f7a1c2b3e';

const task = {
  ...{
    taskId,
    runId: 'r',
    lane: 'high',
    state: 'waiting',
    decision: null,
    documentClass: 'invoice',
    version: 3,
  },
  ...{ createdAt: 't0', fileName: 'scan.pdf', reasons: ['FIELD_UNSURE'], holder: null },
  documents: [
    {
      ...{ index: 1, documentClass: 'invoice', firstPage: 1, lastPage: 2 },
      fields: [
        { name: 'grand_total', value: '12.50', confidence: 0.31, state: 'machine' },
        { name: 'seller', value: 'Smith\u0007', confidence: 1, state: 'changed' },
      ],
      rows: [{ id: 1, group: 'items', cells: { amount: '1.00' }, state: 'machine' }],
      findings: [{ message: 'It is unsure.' }],
      gaps: ['field issue_date was not found'],
    },
  ],
};

/** A stand-in fleet. */
let server: Server;
let received: { readonly call: string; readonly body: string }[] = [];
let isFree = true;
let approvalsLeft = 0;

function answer(call: string): [status: number, body?: object] {
  if (call.startsWith('GET /v1/review/tasks?')) return [200, { tasks: [task], next: null, counts: [] }];
  if (call === 'POST /v1/review/next') return isFree ? [200, task] : [204];
  if (call.endsWith('/claim')) {
    const holder = { id: 'key', name: 'Ann', isMe: isFree, until: 't9' };
    return [200, { acquired: isFree, holder, version: 3 }];
  }
  if (call.endsWith('/changes')) return [200, { ...task, version: 4 }];
  if (call.endsWith('/decision')) {
    const state = approvalsLeft > 0 ? 'waiting' : 'decided';
    return [200, { state, decision: 'approve', approvals: 1, outcomeId: null }];
  }
  return [200, task];
}

beforeAll(async () => {
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const call = `${request.method ?? ''} ${request.url ?? ''}`;
      received.push({ call, body: Buffer.concat(chunks).toString() });
      const [status, body] = answer(call);
      response.writeHead(status).end(body === undefined ? undefined : JSON.stringify(body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const api = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  writeFileSync(endpointsFile, JSON.stringify({ api, apiKey: 'good' }));
});

afterEach(() => {
  [received, isFree, approvalsLeft] = [[], true, 0];
});

afterAll(() => {
  server.closeAllConnections();
  server.close();
  rmSync(folder, { recursive: true });
});

const run = (line: readonly string[], given?: CallOptions): Promise<Ended> =>
  callInTest(['review', ...line], { folder, endpointsFile }, given);

test('list shows each task on a line, or as an object for programs', async () => {
  const { code, stdout } = await run(['list', '--class', 'invoice'], { isTerminal: true });
  expect([code, stdout]).toEqual([0, `${taskId}  t0  high  invoice  waiting  scan.pdf  FIELD_UNSURE\n`]);
  expect(received[0]?.call).toContain('class=invoice');
  expect(received[0]?.call).toContain('state=waiting');
  expect(JSON.parse((await run(['list'])).stdout)).toMatchObject({ taskId });
});

test('next and show print the documents with certainty, and what is missing', async () => {
  const { stdout } = await run(['next'], { isTerminal: true });
  expect(stdout.split('\n').slice(1)).toEqual([
    '  document 1: invoice, pages 1 to 2',
    '    grand_total  12.50  31 %',
    expect.stringMatching(/^ {4}seller {2}Smith.* {2}changed$/) as string,
    '    items 1  1.00  machine',
    '    ! It is unsure.',
    '    ! field issue_date was not found',
    '',
  ]);
  expect(stdout).not.toContain('\u0007');
  expect((await run(['show', taskId], { isTerminal: true })).stdout).toBe(stdout);
});

test('next says with its exit code that no task is free', async () => {
  isFree = false;
  expect(await run(['next'])).toEqual({ code: 3, stdout: '', stderr: 'No task is free.\n' });
});

test('approve claims, corrects and decides with the version that follows', async () => {
  const ended = await run(['approve', taskId, '--set', 'grand_total=9=9', '--reason', 'seen'], {
    isTerminal: true,
  });
  expect(ended).toEqual({ code: 0, stdout: `${taskId}: approved\n`, stderr: '' });
  expect(received.map(({ call }) => call.split('/').at(-1))).toEqual(['claim', 'changes', 'decision']);
  expect(JSON.parse(received[1]?.body ?? '')).toMatchObject({
    version: 3,
    changes: [{ op: 'set', document: 1, field: 'grand_total', value: '9=9' }],
  });
  expect(JSON.parse(received[2]?.body ?? '')).toMatchObject({ version: 4, kind: 'approve', reason: 'seen' });
});

test('reject decides without changes; a second person, and somebody who works on it, are told', async () => {
  expect((await run(['reject', taskId], { isTerminal: true })).stdout).toBe(`${taskId}: rejected\n`);
  expect(received.map(({ call }) => call.split('/').at(-1))).toEqual(['claim', 'decision']);
  approvalsLeft = 1;
  expect((await run(['approve', taskId], { isTerminal: true })).code).toBe(3);
  isFree = false;
  const refused = await run(['approve', taskId]);
  expect([refused.code, refused.stderr]).toEqual([4, `${taskId}: Ann works on it.\n`]);
});

test('a value without a field is refused before anything is sent', async () => {
  expect((await run(['approve', taskId, '--set', '=1'])).code).not.toBe(0);
  expect(received).toEqual([]);
});
