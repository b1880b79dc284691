import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { callInTest, type CallOptions, type Ended } from './call-in-test.ts';

const folder = mkdtempSync(join(tmpdir(), 'docfleet-remote-'));
const endpointsFile = join(folder, 'endpoints.json');
let server: Server;
/** What the stand-in fleet was asked, with the body's text. */
let received: { readonly call: string; readonly body: string }[] = [];
/** Statuses that a run goes through, one a question; the last one stays. */
let statuses: string[] = ['completed'];
let verdict = 'approve';

const runId = '5f0c7d6e-3f0a-5d0b-9a43-2f6a1c9be001';
const result = {
  ...{
    status: 'completed',
    failure: null,
    pageCount: 1,
    resultHash: 'h',
    engines: [],
    engineVersions: [],
    timings: [],
  },
  documents: [
    {
      ...{
        index: 1,
        documentClass: 'invoice',
        confidence: 0.9,
        firstPage: 1,
        lastPage: 1,
        verdict: 'approve',
      },
      ...{ findings: [], gaps: [], rows: [] },
      fields: [
        {
          name: 'total',
          value: '5,00',
          normalised: '5.00',
          confidence: 0.99,
          provenance: { page: 1, words: '5,00' },
        },
      ],
    },
  ],
};

/** What the machine found of a run that waits for a person. */
const inReview = {
  pageCount: 1,
  documents: [
    {
      ...{
        index: 1,
        documentClass: 'receipt',
        confidence: 0.9,
        firstPage: 1,
        lastPage: 1,
        verdict: 'review',
      },
      findings: ['It is unsure.'],
      gaps: [],
      fields: [
        { name: 'total', value: '5,00', normalised: '5.00', confidence: 0.2, page: 1, box: [0, 0, 1, 1] },
      ],
    },
  ],
  engines: ['onnx'],
  timings: [],
};

function jobOf(status: string): object {
  const hasEnded = !['accepted', 'running', 'in_review'].includes(status);
  return {
    ...{
      runId,
      status,
      stage: hasEnded ? null : 'ocr',
      progress: { stagesDone: 1, stagesTotal: 6 },
      fileName: 'a.pdf',
    },
    ...{
      verdict: status === 'completed' ? verdict : status === 'in_review' ? 'review' : null,
      failure: null,
    },
    ...(status === 'in_review' && inReview),
    links: { artifacts: hasEnded ? 'x' : null },
  };
}

const refused = {
  type: 'urn',
  title: 'It is too large.',
  status: 413,
  code: 'DOC_TOO_LARGE',
  instance: '/v1/jobs',
};
const unknown = { ...refused, title: 'There is none.', code: 'NOT_FOUND', status: 404 };
const unauthenticated = { ...refused, title: 'No valid key.', code: 'UNAUTHENTICATED', status: 401 };

function answer(call: string, body: string, key: string | undefined): [number, object] {
  if (key !== 'Bearer good') return [401, unauthenticated];
  if (call.startsWith('POST /v1/jobs/'))
    return statuses[0] === 'completed' ? [404, unknown] : [202, jobOf('running')];
  if (call === 'POST /v1/jobs') return body.includes('too large') ? [413, refused] : [202, jobOf('accepted')];
  if (call.endsWith('/artifacts/result.json')) return [200, { ...result, verdict }];
  if (call.startsWith('GET /v1/jobs/')) {
    const [status = ''] = statuses.length > 1 ? statuses.splice(0, 1) : statuses;
    return [200, jobOf(status)];
  }
  if (call.startsWith('GET /v1/jobs')) return [200, { jobs: [], next: null }];
  return [404, unknown];
}

beforeAll(async () => {
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString();
      const call = `${request.method ?? ''} ${request.url ?? ''}`;
      received.push({ call, body });
      const [status, json] = answer(call, body, request.headers.authorization);
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(json));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  writeFileSync(endpointsFile, JSON.stringify({ api: api(), apiKey: 'good' }));
  writeFileSync(join(folder, 'a.pdf'), 'bytes of a');
  writeFileSync(join(folder, 'b.pdf'), 'too large');
});

afterEach(() => {
  received = [];
  statuses = ['completed'];
  verdict = 'approve';
});

afterAll(() => {
  server.closeAllConnections();
  server.close();
  rmSync(folder, { recursive: true });
});

const api = (): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

const run = (line: readonly string[], given?: CallOptions): Promise<Ended> =>
  callInTest(line, { folder, endpointsFile }, given);

test('submit --no-review asks for an end without a person', async () => {
  await run(['submit', 'a.pdf']);
  await run(['submit', 'a.pdf', '--no-review']);
  expect(received.map(({ body }) => body.includes('name="review"\r\n\r\nnever'))).toEqual([false, true]);
});

test('a run that waits for a person is waited for no longer: its values so far, and the exit code of a review', async () => {
  for (const line of [
    ['submit', 'a.pdf', '--wait'],
    ['results', runId],
  ]) {
    statuses = ['running', 'in_review'];
    if (line[0] === 'results') statuses.shift();
    const { code, stdout } = await run(line);
    expect(code).toBe(3);
    expect(JSON.parse(stdout)).toMatchObject({
      ...{ status: 'in_review', verdict: 'review' },
      documents: [
        { fields: [{ name: 'total', provenance: { page: 1 } }], findings: [{ message: 'It is unsure.' }] },
      ],
    });
  }
  statuses = ['in_review'];
  expect((await run(['watch', runId])).code).toBe(3);
});

test('submit prints the id of a run: an object a line in a pipe, a sentence on a terminal', async () => {
  expect(await run(['submit', 'a.pdf'])).toEqual({
    code: 0,
    stdout: `{"file":"a.pdf","runId":"${runId}","status":"accepted"}\n`,
    stderr: '',
  });
  const { stdout, stderr } = await run(['submit', 'a.pdf'], { isTerminal: true });
  expect(stdout).toBe(`a.pdf: ${runId}\n`);
  expect(stderr).toContain('1 of 1');
});

test('submit --wait prints results in the order of the files; one that is refused never stops the others', async () => {
  statuses = ['accepted', 'running', 'completed'];
  const { code, stdout, stderr } = await run([
    'submit',
    'none.pdf',
    'b.pdf',
    'a.pdf',
    '--wait',
    '--format',
    'csv',
  ]);
  expect(stdout.split('\r\n')).toEqual([
    'file,status,verdict,code,document,class,row,field,value,normalised,confidence,page',
    'none.pdf,failed,,SOURCE_NOT_FOUND,,,,,,,,',
    'b.pdf,failed,,DOC_TOO_LARGE,,,,,,,,',
    'a.pdf,completed,approve,,1,invoice,,total,"5,00",5.00,0.99,1',
    '',
  ]);
  expect([code, stderr]).toEqual([4, '']);
});

test('the exit code tells the verdict', async () => {
  expect((await run(['submit', 'a.pdf', '--wait'])).code).toBe(0);
  verdict = 'review';
  expect((await run(['submit', 'a.pdf', '--wait'])).code).toBe(3);
  expect((await run(['watch', runId])).code).toBe(3);
  expect((await run(['results', runId])).code).toBe(3);
});

test('options travel with the file, and standard input is a file', async () => {
  await run(['submit', '-', '--lane', 'urgent', '--expect', 'total=5', '--request-id', 'q1'], {
    stdin: 'piped bytes',
  });
  expect(received[0]?.body).toMatch(
    /"lane"\r\n\r\nurgent[^]*"requestId"\r\n\r\nq1[^]*\{"total":"5"\}[^]*piped bytes/,
  );
});

test('wrong calls do nothing and say why', async () => {
  const wrong = [
    [['submit'], 'needs at least one file'],
    [['submit', 'a.pdf', 'b.pdf', '--request-id', 'q'], '--request-id is for one file'],
    [['submit', 'a.pdf', '--format', 'csv'], 'it needs --wait'],
    [['submit', 'a.pdf', '--cancel-on-interrupt'], 'needs --wait'],
    [['watch'], 'needs the id of a run'],
    [['keys', 'list'], 'needs --tenant'],
    [['keys', 'revoke', '--tenant', 'a'], 'takes the id of one key'],
    [['login'], 'needs --api'],
    [['completion', 'csh'], "unknown command 'csh'"],
  ] as const;
  // Wrong arguments are told by the reader of arguments, which knows no shell.
  const told = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  for (const [line, why] of wrong) {
    const { code, stdout } = await run(line);
    expect([code, stdout]).toEqual([2, '']);
    expect(told).toHaveBeenLastCalledWith(expect.stringContaining(why));
  }
  expect(received).toEqual([]);
});

test('a key that is refused ends the command with what to do', async () => {
  const environment = { DOCFLEET_API: api(), DOCFLEET_API_KEY: 'bad' };
  const { code, stderr } = await run(['submit', 'a.pdf', 'b.pdf'], { environment });
  expect([code, stderr]).toEqual([
    1,
    'UNAUTHENTICATED: No valid key. The key is not valid: docfleet login, or DOCFLEET_API_KEY.\n',
  ]);
});

test('watch prints each change, and what is not known is told without stopping the others', async () => {
  statuses = ['accepted', 'running', 'completed'];
  const { stdout } = await run(['watch', runId], { isTerminal: true });
  expect(stdout.split('\n')).toEqual([
    `${runId}: accepted, ocr (1 of 6 stages done)`,
    `${runId}: running, ocr (1 of 6 stages done)`,
    `${runId}: completed, approve`,
    '',
  ]);
  const cancelled = await run(['cancel', runId]);
  expect([cancelled.code, cancelled.stderr]).toEqual([4, `${runId}: NOT_FOUND: There is none.\n`]);
});

test('Ctrl-C ends the wait and not the run; --cancel-on-interrupt cancels it', async () => {
  for (const more of [[], ['--cancel-on-interrupt']]) {
    received = [];
    statuses = ['running'];
    const interrupt = new AbortController();
    const asked = setInterval(() => {
      if (received.some(({ call }) => call.startsWith('GET /v1/jobs/'))) interrupt.abort(new Error('Ctrl-C'));
    }, 5);
    const { code, stderr } = await run(['submit', 'a.pdf', '--wait', ...more], { signal: interrupt.signal });
    clearInterval(asked);
    expect(code).toBe(130);
    const cancels = received.filter(({ call }) => call.endsWith('/cancel'));
    expect(cancels).toHaveLength(more.length);
    expect(stderr).toBe(
      more.length === 0
        ? `Interrupted: a run goes on. Follow: docfleet watch ${runId}\n`
        : 'Interrupted: 1 of 1 runs were cancelled.\n',
    );
  }
});

test('login tries the key, stores it, and the other commands use it', async () => {
  const bad = await run(['login', '--api', api()], { stdin: 'bad\n' });
  expect([bad.code, bad.stderr]).toEqual([1, expect.stringContaining('UNAUTHENTICATED')]);
  const good = await run(['login', '--api', `${api()}/`], { stdin: 'good\nmore\n' });
  expect(good.code).toBe(0);
  expect(good.stdout).not.toContain('good');
  expect((await run(['results', runId], { environment: { DOCFLEET_ENDPOINTS: '/none' } })).code).toBe(0);
  expect((await run(['login', '--remove'])).stdout).toContain('was removed');
});
