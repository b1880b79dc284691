import { readdir } from 'node:fs/promises';
import { connect } from 'node:net';
import { runIdOf } from '@docfleet/domain';
import { until } from '@docfleet/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startGateway, type TestGateway } from './gateway.ts';
import { rawRequest, type RawAnswer } from './raw-request.ts';

let gateway: TestGateway;
let tenants = 0;
let tenant: string;
let key: string;

beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(async () => {
  await gateway.close();
});
beforeEach(async () => {
  tenants += 1;
  tenant = `strange-${tenants}`;
  key = await gateway.keyOf(tenant, 'tenant-admin');
});

/** A refused call leaves nothing: no file on disk, no object, no row, no record. */
afterEach(async () => {
  await until(
    'the folder of uploads is empty',
    async () => (await readdir(gateway.spoolFolder)).length === 0,
  );
  const left: string[] = [];
  for await (const { key: name } of gateway.store.list(`uploads/${tenant}/`, AbortSignal.timeout(10_000))) {
    left.push(name);
  }
  for (const run of await gateway.runs.list({ tenantId: tenant, limit: 10 })) left.push(run.runId);
  if (left.length > 0) throw new Error(`A refused call left ${left.join(', ')}`);
});

/** Sends a request whose head is as given; the key is added. */
function send(head: string, body: string | Uint8Array = '', options = {}): Promise<RawAnswer> {
  const start = `${head}\r\nauthorization: Bearer ${key}\r\nconnection: close\r\n\r\n`;
  return rawRequest(gateway.url, Buffer.concat([Buffer.from(start), Buffer.from(body)]), options);
}

const post = (path: string, type: string | undefined, body: string | Uint8Array): Promise<RawAnswer> =>
  send(
    `POST ${path} HTTP/1.1\r\nhost: gateway${type === undefined ? '' : `\r\ncontent-type: ${type}`}\r\ncontent-length: ${Buffer.byteLength(body)}`,
    body,
  );

const postJson = (json: string, path = '/v1/jobs') => post(path, 'application/json', json);

const formType = 'multipart/form-data; boundary=line';

const partOf = (name: string, value: string, more = ''): string =>
  `--line\r\ncontent-disposition: form-data; name="${name}"${more}\r\n\r\n${value}\r\n`;

const filePart = (name = 'file'): string => partOf(name, '%PDF-1', '; filename="a.pdf"');

const postForm = (...parts: string[]) => post('/v1/jobs', formType, `${parts.join('')}--line--\r\n`);

const get = (path: string) => send(`GET ${path} HTTP/1.1\r\nhost: gateway`);

const asProblem = ({ status, headers, problem }: RawAnswer) => [
  status,
  headers['content-type'],
  problem.status,
  problem.code,
];

const problem = (status: number, code = 'REQUEST_INVALID') => [
  status,
  'application/problem+json; charset=utf-8',
  status,
  code,
];

describe('A-06: malformed forms', () => {
  it.each([
    ['no boundary', () => post('/v1/jobs', 'multipart/form-data', `${filePart()}--line--\r\n`)],
    ['an empty boundary', () => post('/v1/jobs', 'multipart/form-data; boundary=', filePart())],
    ['another boundary', () => post('/v1/jobs', 'multipart/form-data; boundary=other', filePart())],
    ['an empty body', () => post('/v1/jobs', formType, '')],
    ['only the end', () => post('/v1/jobs', formType, '--line--\r\n')],
    ['no end after the file', () => post('/v1/jobs', formType, filePart())],
    ['an end inside the file', () => post('/v1/jobs', formType, filePart().slice(0, -4))],
    ['an end inside a header', () => post('/v1/jobs', formType, '--line\r\ncontent-dispo')],
    [
      'garbage',
      () =>
        post('/v1/jobs', formType, Buffer.from('\u0000\u00ff\r\n--li\r\n--line\u0000'.repeat(50), 'latin1')),
    ],
    [
      'a part without a name',
      () => post('/v1/jobs', formType, '--line\r\ncontent-type: text/plain\r\n\r\nx\r\n--line--\r\n'),
    ],
    ['two files', () => postForm(filePart(), filePart())],
    ['a file of another name', () => postForm(filePart('document'))],
    ['no file', () => postForm(partOf('requestId', 'r'))],
    ['a field file', () => postForm(partOf('file', '%PDF'))],
    ['a field twice', () => postForm(partOf('lane', 'high'), partOf('lane', 'urgent'), filePart())],
    [
      'too many fields',
      () => postForm(...Array.from({ length: 30 }, (_, index) => partOf(`f${index}`, '')), filePart()),
    ],
    ['an unknown field', () => postForm(filePart(), partOf('colour', 'red'))],
    ['a field named __proto__', () => postForm(filePart(), partOf('__proto__', 'x'))],
    ['U+0000 in an id', () => postForm(partOf('requestId', 'a\u0000b'), filePart())],
    ['bytes that are no UTF-8 in an id', () => postForm(partOf('requestId', 'a\udc00b'), filePart())],
    ['a line end in an id', () => postForm(partOf('documentId', 'a\nb'), filePart())],
    ['U+0000 in an address', () => postForm(partOf('callbackUrl', 'https://a.example/\u0000'), filePart())],
    [
      'a callback that would never be sent',
      () => postForm(partOf('callbackUrl', 'https://10.0.0.1/'), filePart()),
    ],
    ['expectations that are no JSON', () => postForm(partOf('expectations', '{"a":'), filePart())],
    [
      'JSON of that type that is none',
      () =>
        postForm(
          '--line\r\ncontent-disposition: form-data; name="expectations"\r\ncontent-type: application/json\r\n\r\n{\r\n',
          filePart(),
        ),
    ],
  ])('%s is answered with 400', async (_, ask) => {
    expect(asProblem(await ask())).toEqual(problem(400));
  });

  it('a field that is too long is answered with 413', async () => {
    const answer = await postForm(partOf('expectations', 'x'.repeat(70_000)), filePart());
    expect(asProblem(answer)).toEqual(problem(413));
  });
});

describe('A-06: strange text', () => {
  it.each([
    ['U+0000 in an id', '{"source":{"uri":"s3://granted/a"},"requestId":"a\\u0000b"}', 'REQUEST_INVALID'],
    [
      'a lone surrogate in an id',
      '{"source":{"uri":"s3://granted/a"},"requestId":"\\ud800"}',
      'REQUEST_INVALID',
    ],
    [
      'U+0000 in an address',
      '{"source":{"uri":"s3://granted/a"},"callbackUrl":"https://a.example/\\u0000"}',
      'REQUEST_INVALID',
    ],
    [
      'a lone surrogate in an address',
      '{"source":{"uri":"s3://granted/a"},"callbackUrl":"https://a.example/\\udfff"}',
      'REQUEST_INVALID',
    ],
    ['U+0000 in a key', '{"source":{"uri":"s3://granted/a\\u0000"}}', 'INVALID_SUBMISSION'],
    [
      'U+FFFD in a key',
      '{"source":{"uri":"s3://docfleet/uploads/strange/\\ufffd.pdf"}}',
      'INVALID_SUBMISSION',
    ],
    ['a lone surrogate in a key', '{"source":{"uri":"s3://granted/\\ud800"}}', 'INVALID_SUBMISSION'],
    ['a property __proto__', '{"source":{"uri":"s3://granted/a"},"__proto__":{}}', 'REQUEST_INVALID'],
    ['a list', '[]', 'REQUEST_INVALID'],
    ['null', 'null', 'REQUEST_INVALID'],
    ['nothing', '', 'REQUEST_INVALID'],
  ])('%s in JSON is answered with 400', async (_, json, code) => {
    expect(asProblem(await postJson(json))).toEqual(problem(400, code));
  });

  it.each(['%00', '%ED%A0%80', '%0a'])('?tenant=%s is refused', async (text) => {
    const { status } = await get(`/v1/dead-letters?tenant=${text}`);
    // 403 for what still is the name of another tenant.
    expect([400, 403]).toContain(status);
  });
});

describe('A-07: objects that a submission may not refer to', () => {
  const uri = (path: string) => gateway.store.uriOf(path);

  it.each([
    '//a',
    '/../globex/a',
    '/./a',
    '\\a',
    '/%2e%2e/globex/a',
    '/%252e%252e/a',
    '/a%00',
    `/${'k'.repeat(1100)}`,
  ])('an address with %j is INVALID_SUBMISSION', async (end) => {
    const json = JSON.stringify({ source: { uri: `${uri(`uploads/${tenant}`)}${end}` } });
    expect(asProblem(await postJson(json))).toEqual(problem(400, 'INVALID_SUBMISSION'));
  });

  it('leading slashes are INVALID_SUBMISSION', async () => {
    const json = JSON.stringify({ source: { uri: uri(`/uploads/${tenant}/a`) } });
    expect(asProblem(await postJson(json))).toEqual(problem(400, 'INVALID_SUBMISSION'));
  });

  it.each([
    () => uri('uploads/globex/run/file'),
    () => uri('claims/run'),
    () => uri('runs/2026-01-01/run/r1/results/x/result.json'),
    () => uri(`uploads/${tenant}x/file`),
    () => uri(`Uploads/${tenant}/file`),
    () => uri(`uploads\u2215${tenant}/file`),
    () => uri(`uploads/${tenant}\uff0f..\uff0ffile`),
    () => 's3://another-bucket/a.pdf',
    () => 's3://granted-2/a.pdf',
  ])('others are SOURCE_NOT_FOUND: %#', async (address) => {
    const json = JSON.stringify({ source: { uri: address() } });
    expect(asProblem(await postJson(json))).toEqual(problem(422, 'SOURCE_NOT_FOUND'));
  });
});

describe('A-06: requests of another kind', () => {
  const unknownRun = runIdOf('a', 'b');

  it.each([
    ['DELETE', '/v1/jobs', 'GET, HEAD, POST'],
    ['PUT', `/v1/jobs/${unknownRun}`, 'GET, HEAD'],
    ['GET', `/v1/jobs/${unknownRun}/cancel`, 'POST'],
    ['TRACE', '/v1/process', 'POST'],
    ['OPTIONS', '/v1/dead-letters', 'GET, HEAD'],
    ['PROPFIND', '/v1/jobs', 'GET, HEAD, POST'],
    ['QUERY', '/v1/jobs', 'GET, HEAD, POST'],
    ['POST', '/health', 'GET, HEAD'],
  ])('%s %s is answered with 405 and the methods that there are', async (method, path, allow) => {
    const answer = await send(`${method} ${path} HTTP/1.1\r\nhost: gateway`);
    expect([...asProblem(answer), answer.headers['allow']]).toEqual([...problem(405), allow]);
  });

  it('CONNECT is answered with 405', async () => {
    expect(asProblem(await send('CONNECT gateway:80 HTTP/1.1\r\nhost: gateway'))).toEqual(problem(405));
  });

  it.each(['text/plain', 'text/csv', 'application/xml', 'application/x-www-form-urlencoded', 'nonsense'])(
    'a body of the type %s is answered with 415',
    async (type) => {
      expect(asProblem(await post('/v1/jobs', type, 'x'))).toEqual(problem(415));
    },
  );

  it.each([
    '/v1/jobs?colour=red',
    '/v1/jobs?__proto__=1',
    `/v1/jobs/${unknownRun}?x=1`,
    '/v1/dead-letters?limits=1',
  ])('an unknown parameter, %s, is answered with 400', async (path) => {
    expect(asProblem(await get(path))).toEqual(problem(400));
  });

  it('an unknown parameter of a submission is answered with 400', async () => {
    const json = '{"source":{"uri":"s3://granted/a"}}';
    expect(asProblem(await postJson(json, '/v1/jobs?wait=1'))).toEqual(problem(400));
    expect(asProblem(await postJson(json, '/v1/process?wait=1'))).toEqual(problem(400));
  });

  it.each([
    '/v1/jobs?cursor=',
    '/v1/jobs?cursor=a&cursor=b',
    `/v1/jobs?cursor=${Buffer.from(`999999999999999/${unknownRun}`).toString('base64url')}`,
    `/v1/jobs?cursor=${Buffer.from(`1/${unknownRun}\u0000`).toString('base64url')}`,
    '/v1/jobs?limit=0',
    '/v1/jobs?limit=1e400',
    '/v1/jobs?limit=1&limit=2',
    '/v1/jobs?since=yesterday',
    '/v1/jobs?since=0000-01-01T00:00:00Z',
    '/v1/jobs?since=9999-12-31T23:59:59-23:59',
    '/v1/jobs?status=%00',
    '/v1/dead-letters?code=%00',
    '/v1/dead-letters?cursor=%00',
    '/v1/jobs?%zz=%zz',
    '/v1/jobs/%00',
    '/v1/dead-letters/ocr-0-99999999999999999999',
    '/v1/dead-letters/ocr-999999-9999999999999999999',
    `/v1/jobs/${unknownRun}/artifacts/%2e%2e%2fresult.json`,
    '/v1/jobs/../../etc/passwd',
    '//v1/jobs',
  ])('GET %s is never answered with 5xx', async (path) => {
    const { status } = await get(path);
    expect(status).toBeGreaterThanOrEqual(200);
    expect(status).toBeLessThan(500);
  });

  it.each(['/v1/jobs/%zz', '/v1/%', '/%c0%ae'])('the path %s is answered with 400', async (path) => {
    expect(asProblem(await get(path))).toEqual(problem(400));
  });

  it('finds a job by its id in upper case', async () => {
    const runId = runIdOf(tenant, 'none');
    const lower = await get(`/v1/jobs/${runId}`);
    const upper = await get(`/v1/jobs/${runId.toUpperCase()}`);
    expect([asProblem(lower), asProblem(upper)]).toEqual([
      problem(404, 'NOT_FOUND'),
      problem(404, 'NOT_FOUND'),
    ]);
  });
});

describe('A-06: the head of a request', () => {
  const raw = (text: string) => rawRequest(gateway.url, text);

  it.each([
    ['no host', 'GET /v1/jobs HTTP/1.1\r\nconnection: close\r\n\r\n'],
    ['an empty host', 'GET /v1/jobs HTTP/1.1\r\nhost:\r\nconnection: close\r\n\r\n'],
    ['two hosts', 'GET /v1/jobs HTTP/1.1\r\nhost: a\r\nhost: b\r\nconnection: close\r\n\r\n'],
    ['a host that is none', 'GET /v1/jobs HTTP/1.1\r\nhost: a b\r\nconnection: close\r\n\r\n'],
    ['no HTTP', 'hello\r\n\r\n'],
    ['an unknown method', 'FETCH /v1/jobs HTTP/1.1\r\nhost: a\r\n\r\n'],
    ['a header without a colon', 'GET /v1/jobs HTTP/1.1\r\nhost: a\r\nbroken\r\n\r\n'],
    ['two lengths', 'POST /v1/jobs HTTP/1.1\r\nhost: a\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nx'],
    [
      'length and chunks',
      'POST /v1/jobs HTTP/1.1\r\nhost: a\r\ncontent-length: 1\r\ntransfer-encoding: chunked\r\n\r\nx',
    ],
    ['U+0000 in a header', 'GET /v1/jobs HTTP/1.1\r\nhost: a\r\nx: a\u0000b\r\n\r\n'],
  ])('%s is answered with 400', async (_, text) => {
    expect(asProblem(await raw(text))).toEqual(problem(400));
  });

  it('a long URL is answered with 414', async () => {
    expect(asProblem(await get(`/v1/jobs?cursor=${'a'.repeat(9_000)}`))).toEqual(problem(414));
    expect(asProblem(await get(`/v1/jobs/${'a'.repeat(300)}`))).toEqual(problem(414));
  });

  it('headers that are too large are answered with 431', async () => {
    const answer = await raw(`GET /v1/jobs HTTP/1.1\r\nhost: a\r\nx: ${'a'.repeat(20_000)}\r\n\r\n`);
    expect(asProblem(answer)).toEqual(problem(431));
  });

  it('an unknown expectation is answered with 417', async () => {
    const answer = await raw('GET /health HTTP/1.1\r\nhost: a\r\nexpect: tea\r\nconnection: close\r\n\r\n');
    expect(asProblem(answer)).toEqual(problem(417));
  });
});

describe('bodies that nobody needs', () => {
  const filler = Buffer.alloc(16_384, 'x');

  const oversized = (length: number): string =>
    `POST /v1/jobs HTTP/1.1\r\nhost: gateway\r\nauthorization: Bearer ${key}\r\ncontent-type: ${formType}\r\ncontent-length: ${length}\r\n\r\n`;

  it('a file over the limit is answered while it arrives, and its connection is closed within a second', async () => {
    const chunkOf = (text: string) => `${text.length.toString(16)}\r\n${text}\r\n`;
    const head = oversized(0).replace('content-length: 0', 'transfer-encoding: chunked');
    const start = `--line\r\ncontent-disposition: form-data; name="file"; filename="a.pdf"\r\n\r\n`;
    const keepSending = Buffer.from(chunkOf('x'.repeat(16_384)));
    const answer = await rawRequest(gateway.url, `${head}${chunkOf(start)}`, { keepSending });
    expect(asProblem(answer)).toEqual(problem(413, 'DOC_TOO_LARGE'));
    expect(answer.closedAfterMs).toBeLessThan(1_000);
  });

  it('a length over the limit is answered before the body arrives, and says that the connection ends', async () => {
    const answer = await rawRequest(gateway.url, oversized(1e12));
    expect(asProblem(answer)).toEqual(problem(413, 'DOC_TOO_LARGE'));
    expect(answer.headers['connection']).toBe('close');
    expect(answer.closedAfterMs).toBeLessThan(1_000);
  });

  it('JSON over the limit is answered before the body arrives', async () => {
    const head = oversized(1e9).replace(formType, 'application/json');
    const answer = await rawRequest(gateway.url, head, { keepSending: filler });
    expect(asProblem(answer)).toEqual(problem(413));
    expect(answer.closedAfterMs).toBeLessThan(1_000);
  });

  it('a caller without a key cannot go on sending', async () => {
    const head = oversized(1e9).replace(key, 'df_unknown');
    const answer = await rawRequest(gateway.url, head, { keepSending: filler });
    expect(asProblem(answer)).toEqual(problem(401, 'UNAUTHENTICATED'));
    expect(answer.closedAfterMs).toBeLessThan(1_000);
  });

  it('the answer reaches a caller that goes on sending and reads it late', async () => {
    const head = oversized(1e9).replace(key, 'df_unknown');
    const answer = await rawRequest(gateway.url, head, { keepSending: filler, readAfterMs: 200 });
    expect(asProblem(answer)).toEqual(problem(401, 'UNAUTHENTICATED'));
  });

  it.each([formType, 'application/json'])(
    'a body of %s that stands still is answered with 408',
    async (type) => {
      const head = oversized(1_000).replace(formType, type);
      const answer = await rawRequest(
        gateway.url,
        `${head}--line\r\ncontent-disposition: form-data; name="file"; filename="a"\r\n\r\nab`,
      );
      expect(asProblem(answer)).toEqual(problem(408));
    },
  );

  it('a client that hangs up leaves nothing', async () => {
    const { hostname, port } = new URL(gateway.url);
    const socket = connect(Number(port), hostname);
    socket.write(
      `${oversized(100_000)}--line\r\ncontent-disposition: form-data; name="file"; filename="a"\r\n\r\nab`,
    );
    await until('the upload has begun', async () => (await readdir(gateway.spoolFolder)).length > 0);
    socket.destroy();
    await until('the file is removed', async () => (await readdir(gateway.spoolFolder)).length === 0);
    expect(await gateway.runs.list({ tenantId: tenant, limit: 1 })).toEqual([]);
  });
});
