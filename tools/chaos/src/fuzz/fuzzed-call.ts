import { lanes, readingRoutes } from '@docfleet/domain';
import fc from 'fast-check';
import type { FuzzPlace } from './fuzz-place.ts';
import { hostileText, mostly } from './hostile-text.ts';
import { objectAddress } from './object-addresses.ts';

/** One call of the API, byte for byte. */
export interface FuzzedCall {
  readonly channel: 'upload' | 'json' | 'other';
  readonly method: string;
  /** The path with its query, as it stands in the request line. */
  readonly target: string;
  /** Without the lengths, the host and the key. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Buffer;
  /** Length that the call claims minus that of its body: of a call that is cut off, above 0. */
  readonly missingBytes: number;
  /** Which key is sent: the tenant's own, none, or text. */
  readonly key: 'own' | 'none' | { readonly text: string };
}

const key: fc.Arbitrary<FuzzedCall['key']> = fc.oneof(
  { weight: 24, arbitrary: fc.constant('own' as const) },
  { weight: 1, arbitrary: fc.constant('none' as const) },
  { weight: 1, arbitrary: hostileText.map((text) => ({ text })) },
);

const header: fc.Arbitrary<readonly [string, string]> = fc.tuple(
  mostly(
    fc.constantFrom('idempotency-key', 'x-request-id', 'traceparent', 'accept', 'content-encoding', 'expect'),
  ),
  hostileText,
);

const headers = fc.oneof(
  { weight: 24, arbitrary: fc.constant([]) },
  { weight: 3, arbitrary: fc.array(header, { maxLength: 3 }) },
  { weight: 1, arbitrary: fc.constant([['x-long', 'h'.repeat(20_000)]] as const) },
);

const submitTarget = fc.oneof(
  { weight: 16, arbitrary: fc.constant('/v1/jobs') },
  {
    weight: 1,
    arbitrary: fc.constantFrom('/v1/process?waitMs=200', '/v1/process?waitMs=-1', '/v1/jobs/?x=1'),
  },
  { weight: 1, arbitrary: hostileText.map((text) => `/v1/process?waitMs=${encoded(text)}`) },
);

/** As a client writes a path or a query: percent-encoded, lone surrogates as the bytes an unchecked encoder gives. */
function encoded(text: string): string {
  return text.isWellFormed() ? encodeURIComponent(text) : '%ED%A0%80';
}

/** Options of a submission as text, each of them usual most of the time. */
const options = {
  requestId: mostly(fc.uuid()),
  lane: mostly(fc.constantFrom(...lanes)),
  documentId: mostly(fc.uuid()),
  route: mostly(fc.constantFrom(...readingRoutes)),
  callbackUrl: mostly(fc.constantFrom('http://127.0.0.1:9/', 'https://example.org/a')),
};

const someOptions = fc.oneof(
  { weight: 7, arbitrary: fc.record(options, { requiredKeys: [] }) },
  { weight: 1, arbitrary: fc.record({ ...options, region: hostileText }, { requiredKeys: ['region'] }) },
);

const expectations = fc.dictionary(mostly(fc.constant('total')), hostileText, { maxKeys: 3 });

export function fuzzedJson(place: FuzzPlace): fc.Arbitrary<FuzzedCall> {
  const source = fc.record(
    { uri: objectAddress(place), sha256: mostly(fc.constant('0'.repeat(64))) },
    { requiredKeys: ['uri'] },
  );
  const further = fc.record({ fileName: hostileText, expectations }, { requiredKeys: [] });
  const whole = fc
    .tuple(someOptions, further, source)
    .map(([given, more, from]) => JSON.stringify({ ...given, ...more, source: from }));
  const body = fc.oneof(
    { weight: 10, arbitrary: whole },
    { weight: 1, arbitrary: whole.map((text) => text.slice(0, -2)) },
    { weight: 1, arbitrary: fc.tuple(whole, hostileText).map((parts) => parts.join('')) },
    { weight: 1, arbitrary: fc.json() },
    { weight: 1, arbitrary: hostileText },
    fc.constantFrom(
      '{"source":'.repeat(5_000),
      `{"fileName":"${'a'.repeat(2_000_000)}"}`,
      '{"__proto__":{"lane":"high"}}',
    ),
  );
  const type = fc.oneof(
    { weight: 10, arbitrary: fc.constant('application/json') },
    fc.constantFrom(
      'application/json; charset=utf-16',
      'text/plain',
      'application/xml',
      'application/x-www-form-urlencoded',
    ),
    hostileText,
  );
  return fc.record({
    channel: fc.constant('json' as const),
    method: fc.constant('POST'),
    target: submitTarget,
    headers: fc.tuple(type, headers).map(([media, more]) => [['content-type', media] as const, ...more]),
    body: body.map((text) => Buffer.from(text)),
    missingBytes: fc.oneof({ weight: 20, arbitrary: fc.constant(0) }, fc.constant(10)),
    key,
  });
}

const boundary = 'fuzzed';

/** A part of a form; text is written as UTF-8, as browsers do. */
function part(disposition: string, content: Buffer | string, type?: string): Buffer {
  const head = `--${boundary}\r\ncontent-disposition: form-data; ${disposition}\r\n`;
  const media = type === undefined ? '' : `content-type: ${type}\r\n`;
  return Buffer.concat([Buffer.from(`${head}${media}\r\n`), Buffer.from(content), Buffer.from('\r\n')]);
}

export function fuzzedUpload(files: readonly Buffer[]): fc.Arbitrary<FuzzedCall> {
  const file = fc
    .record({
      name: mostly(fc.constant('a.pdf')),
      field: fc.oneof({ weight: 20, arbitrary: fc.constant('file') }, hostileText),
      type: mostly(fc.constant('application/pdf')),
      bytes: fc.constantFrom(...files),
    })
    .map(({ name, field, type, bytes }) => part(`name="${field}"; filename="${name}"`, bytes, type));
  const fields = fc
    .tuple(someOptions, fc.option(expectations), fc.option(hostileText, { freq: 1 }))
    .map(([given, expected, unknown]) => [
      ...Object.entries(given).map(([name, text]) => part(`name="${name}"`, text)),
      ...(expected === null ? [] : [part('name="expectations"', JSON.stringify(expected))]),
      ...(unknown === null || unknown.length < 30 ? [] : [part(`name="${unknown}"`, unknown)]),
    ]);
  const filesOf = fc.oneof(
    { weight: 16, arbitrary: file.map((each) => [each]) },
    fc.constant([]),
    fc.tuple(file, file),
  );
  const form = fc.tuple(fields, filesOf).map((parts) => Buffer.concat(parts.flat()));
  const end = Buffer.from(`--${boundary}--\r\n`);
  const body = fc.oneof(
    { weight: 14, arbitrary: form.map((parts) => Buffer.concat([parts, end])) },
    { weight: 1, arbitrary: form },
    { weight: 1, arbitrary: form.map((parts) => parts.subarray(0, parts.length >> 1)) },
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)) },
    {
      weight: 1,
      arbitrary: form.map((parts) => Buffer.concat([parts, part('name="lane"', 'a'.repeat(200_000)), end])),
    },
  );
  const type = fc.oneof(
    { weight: 16, arbitrary: fc.constant(`multipart/form-data; boundary=${boundary}`) },
    fc.constantFrom(
      'multipart/form-data',
      'multipart/form-data; boundary=',
      `multipart/mixed; boundary=${boundary}`,
    ),
    hostileText.map((text) => `multipart/form-data; boundary=${text}`),
  );
  return fc.record({
    channel: fc.constant('upload' as const),
    method: fc.constant('POST'),
    target: submitTarget,
    headers: fc.tuple(type, headers).map(([media, more]) => [['content-type', media] as const, ...more]),
    body,
    missingBytes: fc.oneof({ weight: 20, arbitrary: fc.constant(0) }, fc.constant(1_000)),
    key,
  });
}

/** Calls that submit nothing: of every route, with paths and queries of a stranger. */
export function otherCall(place: FuzzPlace): fc.Arbitrary<FuzzedCall> {
  const run = fc.oneof(
    fc.constantFrom(...place.foreignRuns),
    fc.constantFrom(...place.foreignRuns).map((id) => id.toUpperCase()),
    hostileText.map(encoded),
  );
  const text = hostileText.map(encoded);
  const path = fc.oneof(
    run.map((id) => `/v1/jobs/${id}`),
    run.map((id) => `/v1/jobs/${id}/artifacts`),
    fc
      .tuple(run, mostly(fc.constantFrom('result.json', 'words.json')))
      .map(([id, name]) => `/v1/jobs/${id}/artifacts/${encoded(name)}`),
    run.map((id) => `/v1/jobs/${id}/cancel`),
    fc
      .tuple(fc.constantFrom('cursor', 'limit', 'since', 'lane', 'status', 'tenant', 'x'), text)
      .map(([name, value]) => `/v1/jobs?${name}=${value}`),
    fc
      .tuple(fc.constantFrom('cursor', 'limit', 'since', 'stage', 'code', 'redriven'), text)
      .map(([name, value]) => `/v1/dead-letters?${name}=${value}`),
    text.map((id) => `/v1/dead-letters/${id}`),
    text.map((id) => `/v1/dead-letters/${id}/redrive`),
    text.map((id) => `/v1/tenants/${id}/keys`),
    text.map((id) => `/v1/read-model/set-aside/${id}/redrive`),
    hostileText.map((raw) => `/${raw.replaceAll(/[^\x21-\x7e]/g, '%')}`),
    fc.constantFrom(
      '*',
      '//',
      '/v1//jobs',
      '/v1/jobs/%',
      '/%ff',
      'http://example.org/v1/jobs',
      '/metrics',
      '/ready',
    ),
  );
  return fc.record({
    channel: fc.constant('other' as const),
    method: fc.constantFrom(
      'GET',
      'GET',
      'GET',
      'POST',
      'PUT',
      'DELETE',
      'PATCH',
      'HEAD',
      'OPTIONS',
      'TRACE',
      'PURGE',
    ),
    target: path,
    headers,
    body: fc.constantFrom(Buffer.alloc(0), Buffer.alloc(0), Buffer.from('{}')),
    missingBytes: fc.constant(0),
    key,
  });
}
