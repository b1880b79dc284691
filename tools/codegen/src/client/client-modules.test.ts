import { expect, test } from 'vitest';
import { operationsModule, typesModule } from './client-modules.ts';
import { readApi } from './openapi.ts';
import { typeOf } from './schema-type.ts';

const json = (schema: object) => ({ content: { 'application/json': { schema } } });

const api = readApi(
  JSON.stringify({
    components: {
      schemas: {
        Thing: {
          type: 'object',
          description: 'A thing.',
          properties: { id: { type: 'string' } },
          required: ['id'],
        },
      },
    },
    paths: {
      '/v1/things/{id}': {
        get: {
          operationId: 'readThing',
          summary: 'Read a thing',
          parameters: [
            { name: 'id', in: 'path', required: true, schema: { type: 'string' } },
            { name: 'limit', in: 'query', description: 'At most.', schema: { type: 'integer' } },
          ],
          responses: { 200: json({ $ref: '#/components/schemas/Thing' }), '4XX': json({}) },
        },
      },
      '/v1/things': {
        post: {
          operationId: 'makeThings',
          summary: 'Make things',
          parameters: [{ name: 'Idempotency-Key', in: 'header', schema: { type: 'string' } }],
          requestBody: { required: true, content: { 'multipart/form-data': { schema: {} } } },
          responses: { 200: json({}), 202: {} },
          'x-repeatable': true,
        },
      },
    },
  }),
);

test.each([
  [{ type: ['string', 'null'] }, 'string | null'],
  [{ enum: ['a', 1] }, '"a" | 1'],
  [{ const: 'a' }, '"a"'],
  [{ anyOf: [{ type: 'integer' }, { type: 'number' }, { type: 'null' }] }, 'number | null'],
  [{ type: 'array', items: { $ref: '#/components/schemas/Thing' } }, 'readonly (Thing)[]'],
  [{ type: 'object', additionalProperties: { type: 'boolean' } }, 'Readonly<Record<string, boolean>>'],
  [{}, 'unknown'],
])('the type of %j', (schema, type) => {
  expect(typeOf(schema)).toBe(type);
});

test('a schema of a kind that is not known is refused', () => {
  expect(() => typeOf({ type: 'date' })).toThrow('no type is known for a schema of type date');
});

test('schemas become types with what is said about them', () => {
  expect(typesModule(api)).toContain('/** A thing. */\nexport type Thing = {\nreadonly id: string;\n};');
});

test('operations become methods, and a table of how they are called', () => {
  const module = operationsModule(api);
  expect(module).toContain('import type { Thing }');
  expect(module).toMatch(
    /\/\*\* Read a thing\. \*\/\nreadThing\(input: \{\nreadonly id: string;\n\/\*\* At most\. \*\/\nreadonly limit\?: number \| undefined;\n\}, options\?: CallOptions\): Promise<Thing>;/,
  );
  expect(module).toContain(
    'makeThings(input: {\nreadonly body: FormData;\n}, options?: CallOptions): Promise<Response | void>;',
  );
  expect(module).toContain(
    'readThing: {"method":"GET","path":"/v1/things/{id}","query":["limit"],"hasBody":false,"isRepeatable":true,"takesIdempotencyKey":false,"answer":"json"}',
  );
  expect(module).toMatch(/makeThings: \{.*"hasBody":true,"isRepeatable":true,"takesIdempotencyKey":true/);
});
