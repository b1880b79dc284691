import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { apiDocument } from './api-document.ts';
import { tagDescriptions } from './core/openapi-document.ts';

interface Media {
  readonly schema: object;
  readonly example?: unknown;
}
interface Answer {
  readonly headers?: Readonly<Record<string, object>>;
  readonly content?: Readonly<Record<string, Media>>;
}
interface Operation {
  readonly operationId?: string;
  readonly summary?: string;
  readonly tags?: readonly string[];
  readonly requestBody?: Answer;
  readonly responses: Readonly<Record<string, Answer>>;
}
interface Document {
  readonly security: readonly object[];
  readonly components: {
    readonly schemas: Readonly<Record<string, object>>;
    readonly headers: Readonly<Record<string, object>>;
    readonly securitySchemes: Readonly<Record<string, object>>;
  };
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

const document = (await apiDocument()) as Document;
const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ at: `${method} ${path}`, operation })),
);

/** The schema with its components inside, so that it can be checked on its own. */
const checkOf = (schema: object): z.ZodType => {
  const whole = JSON.stringify({ ...schema, $defs: document.components.schemas });
  return z.fromJSONSchema(
    JSON.parse(whole.replaceAll('#/components/schemas/', '#/$defs/')) as z.core.JSONSchema.JSONSchema,
  );
};

describe('A-06: the OpenAPI document', () => {
  it('names every operation once, in camelCase, with a summary and a tag that is described', () => {
    const wrong = operations.filter(
      ({ operation: { operationId = '', summary, tags = [] } }) =>
        !/^[a-z][A-Za-z]+$/.test(operationId) ||
        summary === undefined ||
        tags.length !== 1 ||
        tags.some((tag) => tagDescriptions[tag] === undefined),
    );
    expect(wrong.map(({ at }) => at)).toEqual([]);
    const names = operations.map(({ operation }) => operation.operationId);
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
    expect(operations.length).toBeGreaterThan(30);
  });

  it('has for every request and answer an example that its schema allows', () => {
    const wrong = operations.flatMap(({ at, operation }) =>
      [operation.requestBody ?? {}, ...Object.values(operation.responses)].flatMap(({ content = {} }) =>
        Object.entries(content).flatMap(([type, { schema, example }]) => {
          if (example === undefined) return [`${at} ${type}: no example`];
          const checked = checkOf(schema).safeParse(example);
          return checked.success ? [] : [`${at} ${type}: ${z.prettifyError(checked.error)}`];
        }),
      ),
    );
    expect(wrong).toEqual([]);
  });

  it('declares the limits on every answer, when to try again on every refusal, and where what was begun is read', () => {
    const wrong = operations.flatMap(({ at, operation }) =>
      Object.entries(operation.responses).flatMap(([status, { headers = {} }]) => {
        const needed = [
          'ratelimit',
          'ratelimit-policy',
          ...(/^[45]/.test(status) ? ['retry-after'] : []),
          ...(status === '202' && /jobs|process|erase/.test(at) ? ['location'] : []),
        ];
        return needed.filter((name) => !(name in headers)).map((name) => `${at} ${status}: ${name}`);
      }),
    );
    expect(wrong).toEqual([]);
  });

  it('says how a caller proves itself', () => {
    const schemes = document.security.flatMap((each) => Object.keys(each));
    expect(schemes.length).toBeGreaterThan(0);
    expect(Object.keys(document.components.securitySchemes)).toEqual(expect.arrayContaining(schemes));
  });

  it('refers to nothing that it does not have, and has nothing that nothing refers to', () => {
    const text = JSON.stringify(document);
    const referred = new Set([...text.matchAll(/#\/components\/([a-z]+\/[\w-]+)/gi)].map(([, name]) => name));
    const kept = [
      ...Object.keys(document.components.schemas).map((name) => `schemas/${name}`),
      ...Object.keys(document.components.headers).map((name) => `headers/${name}`),
    ];
    expect([...referred].sort()).toEqual(kept.sort());
  });
});
