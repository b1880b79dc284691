import { expect, test } from 'vitest';
import { declarationOf, exampleOf, selfContained, type NamedType } from './avro.ts';

const colour: NamedType = { type: 'enum', name: 'Colour', doc: 'A colour.', symbols: ['red', 'green'] };
const thing: NamedType = {
  type: 'record',
  name: 'Thing',
  doc: 'A thing.',
  fields: [
    { name: 'colour', type: 'docfleet.Colour' },
    { name: 'others', type: { type: 'array', items: 'docfleet.Colour' }, doc: 'More.' },
    { name: 'note', type: ['null', 'string'], default: null },
    { name: 'facts', type: { type: 'map', values: 'long' } },
  ],
};
const types = new Map([colour, thing].map((type) => [type.name, type]));

test('a schema stands alone: a named type is written out once and named afterwards', () => {
  expect(selfContained('Thing', types)).toEqual({
    ...thing,
    namespace: 'docfleet',
    fields: [
      { name: 'colour', type: { ...colour, namespace: 'docfleet' } },
      { name: 'others', type: { type: 'array', items: 'docfleet.Colour' }, doc: 'More.' },
      { name: 'note', type: ['null', 'string'], default: null },
      { name: 'facts', type: { type: 'map', values: 'long' } },
    ],
  });
});

test('a record becomes an interface', () => {
  expect(declarationOf(thing)).toBe(`/** A thing. */
export interface Thing {
readonly colour: Colour;
/** More. */
readonly others: readonly Colour[];
readonly note: string | null;
readonly facts: Readonly<Record<string, number>>;
}
`);
});

test('an example is the same on every machine and fills every field', () => {
  expect(exampleOf('Thing', types)).toEqual({
    colour: 'red',
    others: ['red'],
    note: 'example note',
    facts: { facts: 5 },
  });
});

test('a name that no file defines is named in the error', () => {
  expect(() => selfContained('Nothing', types)).toThrow('no schema file defines Nothing');
});
