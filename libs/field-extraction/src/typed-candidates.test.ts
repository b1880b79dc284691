import { documentClasses, type DocumentClass, type FieldDefinition } from '@docfleet/contracts';
import { runAtOnce } from '@docfleet/domain';
import { pageReading } from '@docfleet/testing';
import { describe, expect, it } from 'vitest';
import type { Candidate } from './candidate.ts';
import { candidatesOf, scopeOf } from './extract.ts';
import { readDocument } from './read-document.ts';

function fieldOf(type: FieldDefinition['type']): { documentClass: DocumentClass; field: FieldDefinition } {
  for (const documentClass of documentClasses) {
    const field = documentClass.fields.find((one) => one.type === type);
    if (field !== undefined) return { documentClass, field };
  }
  throw new Error(`No class has a field of type ${type}.`);
}

function candidates(type: FieldDefinition['type'], lines: readonly string[]): readonly Candidate[] {
  const { documentClass, field } = fieldOf(type);
  const read = runAtOnce(readDocument(documentClass, [pageReading(lines)]));
  return candidatesOf(scopeOf(read, { ...field, pages: 'all', pattern: null }, undefined));
}

const feature = (
  type: FieldDefinition['type'],
  lines: readonly string[],
  name: string,
): Record<string, number> =>
  Object.fromEntries(candidates(type, lines).map(({ value, features }) => [value, features[name] ?? 0]));

describe('money', () => {
  it('requires decimals or a currency', () => {
    expect(candidates('money', ['4 pieces    9.00    RM 12    2018']).map(({ value }) => value)).toEqual([
      '9.00',
      '12',
    ]);
  });

  it('includes the currency only where it is one word with the amount', () => {
    expect(candidates('money', ['RM9.00    $ 4.50']).map(({ value }) => value)).toEqual(['RM9.00', '4.50']);
  });

  it('detects sums and differences', () => {
    const bill = ['net      94.00', 'tax       6.00', 'all     100.00'];
    expect(feature('money', bill, 'money:sum')).toEqual({ '94.00': 0, '6.00': 0, '100.00': 1 });
  });

  it('detects an amount rounded to five cents beside the exact one', () => {
    const bill = ['exact    45.34', 'rounded  45.35'];
    expect(feature('money', bill, 'money:rounded')).toEqual({ '45.34': 0, '45.35': 1 });
  });
});

describe('dates', () => {
  it('detect whether they begin or end a range', () => {
    const line = ['Flight 04/07/20 - 04/13/20'];
    expect(feature('date', line, 'date:startsRange')).toEqual({ '04/07/20': 1, '04/13/20': 0 });
    expect(feature('date', line, 'date:endsRange')).toEqual({ '04/07/20': 0, '04/13/20': 1 });
  });

  it('detect a time after them', () => {
    expect(feature('date', ['25/12/2018 08:13 PM'], 'date:time')).toEqual({ '25/12/2018': 1 });
  });
});

describe('identifiers', () => {
  it('have no punctuation at their ends', () => {
    expect(candidates('identifier', ['Invoice No.: (INV-2041),']).map(({ value }) => value)).toContain(
      'INV-2041',
    );
  });
});

describe('currency', () => {
  it('is one candidate for each code, with its share', () => {
    const lines = ['10,00 EUR    5,00 €', '3.00 USD'];
    const found = candidates('currency', lines).map(({ normalised, features }) => [
      normalised,
      features['share'],
    ]);
    expect(found).toEqual([
      ['EUR', 2 / 3],
      ['USD', 1 / 3],
    ]);
  });
});
