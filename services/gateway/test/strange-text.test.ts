import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startGateway, type TestGateway } from './gateway.ts';

let gateway: TestGateway;

beforeAll(async () => {
  gateway = await startGateway({ callsPerMinute: 1_000_000_000 });
});
afterAll(() => gateway.close());

interface Schema {
  readonly $ref?: string;
  readonly type?: string;
  readonly enum?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly additionalProperties?: Schema | boolean;
}

interface Operation {
  readonly parameters?: readonly {
    readonly name: string;
    readonly in: string;
    readonly schema: Schema;
  }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Schema }>> };
}

interface Description {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

const forged = (text: string): string => Buffer.from(text).toString('base64url');

/** Texts that a database, a serialiser or a reader of times cannot take. */
const strange = [
  '\u0000',
  'a\u0000b',
  '\u0007',
  '\ud800x',
  '\ufffd',
  '\u202ecod',
  '__proto__',
  'x'.repeat(70),
  '9999-12-31T23:59:59-23:59',
  '0000-01-01T00:00:00+23:59',
  forged(`999999999999999/${randomUUID()}`),
  forged('999999999999999/ocr-0-9223372036854775808'),
];

const { publicKey } = generateKeyPairSync('ed25519');

/** Values that are accepted, so that the one strange text is what a call is judged by. */
function plainValue(name: string, schema: Schema, tenant: string): unknown {
  const known: Readonly<Record<string, unknown>> = {
    tenantId: tenant,
    runId: randomUUID(),
    erasureId: randomUUID(),
    endpointId: randomUUID(),
    deliveryId: randomUUID(),
    url: 'https://hooks.example/',
    since: '2026-01-01T00:00:00Z',
    keyId: name === 'keyId' && schema.type === 'string' ? randomUUID() : undefined,
    id: 'ocr-0-1',
    uri: `s3://docfleet/uploads/${tenant}/a.pdf`,
    publicKey: publicKey.export({ format: 'pem', type: 'spki' }).toString(),
    sources: ['inbox'],
  };
  return known[name] ?? schema.enum?.[0] ?? 'plain';
}

/** Paths of all strings of a body, as lists of names. `*`: the name and the value of a map, each on its own. */
function stringsOf(schema: Schema, description: Description, path: readonly string[] = []): string[][] {
  const resolved = resolve(schema, description);
  if (resolved.anyOf !== undefined)
    return resolved.anyOf.flatMap((each) => stringsOf(each, description, path));
  if (resolved.items !== undefined) return stringsOf(resolved.items, description, [...path, '0']);
  const properties = Object.entries(resolved.properties ?? {}).flatMap(([name, each]) =>
    stringsOf(each, description, [...path, name]),
  );
  const entries =
    typeof resolved.additionalProperties === 'object'
      ? [
          [...path, '*name'],
          [...path, '*'],
        ]
      : [];
  return resolved.type === 'string' ? [[...path]] : [...properties, ...entries];
}

function resolve(schema: Schema, { components }: Description): Schema {
  const name = schema.$ref?.split('/').at(-1);
  return name === undefined ? schema : (components.schemas[name] ?? schema);
}

/** A body with all that is required, and the strange text at a path. */
function bodyWith(
  schema: Schema,
  at: readonly string[],
  text: string,
  of: { readonly description: Description; readonly tenant: string },
): unknown {
  const resolved = resolve(schema, of.description);
  const required = Object.fromEntries(
    Object.entries(resolved.properties ?? {})
      .filter(([name]) => resolved.required?.includes(name))
      .map(([name, each]) => {
        const inner = resolve(each, of.description);
        return [
          name,
          inner.properties === undefined ? plainValue(name, inner, of.tenant) : bodyWith(inner, [], text, of),
        ];
      }),
  );
  return put(required, at, text);
}

function put(value: unknown, [first, ...rest]: readonly string[], text: string): unknown {
  switch (first) {
    case undefined:
      return text === '' ? value : text;
    case '0':
      return [put({}, rest, text)];
    case '*name':
      return { [text]: 'a' };
    case '*':
      return { a: text };
    default: {
      const object = value as Readonly<Record<string, unknown>>;
      return { ...object, [first]: put(object[first] ?? {}, rest, text) };
    }
  }
}

/** `encodeURIComponent`, with a lone surrogate as the bytes that it would be. */
const encoded = (text: string): string =>
  text.isWellFormed()
    ? encodeURIComponent(text)
    : encodeURIComponent(text.toWellFormed()).replaceAll('%EF%BF%BD', '%ED%A0%80');

it.each(['fleet-admin', 'tenant-admin'] as const)(
  'A-06: no text in any parameter or body fails a call of a %s',
  { timeout: 600_000 },
  async (role) => {
    const tenant = `strange-${randomUUID().slice(0, 8)}`;
    await gateway.keyOf(tenant, 'tenant-admin');
    const key = await gateway.keyOf(tenant, role);
    const call = async (method: string, path: string, body?: unknown) => {
      const response = await fetch(`${gateway.url}${path}`, {
        method,
        headers: {
          authorization: `Bearer ${key}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      await response.arrayBuffer();
      return response.status;
    };
    const description = (await (await fetch(`${gateway.url}/openapi.json`)).json()) as Description;
    const failed: string[] = [];
    let calls = 0;
    for (const [template, operations] of Object.entries(description.paths)) {
      for (const [method, { parameters = [], requestBody }] of Object.entries(operations)) {
        const schema = requestBody?.content['application/json']?.schema;
        const body = schema && bodyWith(schema, [], '', { description, tenant });
        const pathWith = (name?: string, text = ''): string => {
          const filled = template.replaceAll(/\{(\w+)\}/g, (_, own: string) =>
            encoded(own === name ? text : String(plainValue(own, { type: 'string' }, tenant))),
          );
          const inQuery = parameters.some((each) => each.in === 'query' && each.name === name);
          return inQuery ? `${filled}?${String(name)}=${encoded(text)}` : filled;
        };
        const tries = strange.flatMap((text) => [
          ...parameters.map(({ name }) => ({ path: pathWith(name, text), body, what: name, text })),
          ...(schema === undefined ? [] : stringsOf(schema, description)).map((at) => ({
            path: pathWith(),
            body: schema && bodyWith(schema, at, text, { description, tenant }),
            what: at.join('.'),
            text,
          })),
        ]);
        for (const { path, body: given, what, text } of tries) {
          const status = await call(method.toUpperCase(), path, given);
          calls += 1;
          if (status >= 500) failed.push(`${status} ${method} ${template} ${what}=${JSON.stringify(text)}`);
        }
      }
    }
    // What was stored by one of the calls must not fail a later one.
    for (const list of ['/v1/jobs', '/v1/tenants', `/v1/tenants/${tenant}/keys`, '/v1/fleet/keys']) {
      if ((await call('GET', list)) >= 500) failed.push(`list ${list}`);
    }
    if ((await call('GET', '/v1/webhooks')) >= 500) failed.push('list webhooks');
    if ((await call('GET', `/v1/tenants/${tenant}/public-keys`)) !== 200) failed.push('list public keys');
    expect(failed).toEqual([]);
    expect(calls).toBeGreaterThan(400);
  },
);
