import { expect, test } from 'vitest';
import { strictSchema } from './strict-schema.ts';

const quantity = { $ref: '#/definitions/io.k8s.apimachinery.pkg.api.resource.Quantity' };

test('references are put in place, and objects with listed properties have no others', () => {
  const definitions = {
    A: {
      type: 'object',
      description: 'left out',
      properties: { b: { $ref: '#/definitions/B' }, q: quantity },
    },
    B: { type: 'object', additionalProperties: { type: 'string' } },
  };
  expect(strictSchema({ $ref: '#/definitions/A' }, definitions)).toEqual({
    type: 'object',
    properties: {
      b: { type: 'object', additionalProperties: { type: 'string' } },
      q: { anyOf: [{ type: 'string' }, { type: 'number' }] },
    },
    additionalProperties: false,
  });
});

test('what may be text or a number, and what keeps unknown keys, stays open', () => {
  expect(
    strictSchema({
      properties: {
        port: { 'x-kubernetes-int-or-string': true },
        any: { type: 'object', properties: {}, 'x-kubernetes-preserve-unknown-fields': true },
      },
    }),
  ).toEqual({
    properties: {
      port: { anyOf: [{ type: 'string' }, { type: 'number' }] },
      any: { type: 'object', properties: {} },
    },
    additionalProperties: false,
  });
});

test('a reference to nothing is an error', () => {
  expect(() => strictSchema({ $ref: '#/definitions/C' })).toThrow('No definition of C');
});
