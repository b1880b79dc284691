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
  return candidatesOf(
    scopeOf(read, { ...field, pages: 'all', pattern: null, labels: [], avoid: [] }, undefined),
  );
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

describe('currencies that a sign or several name', () => {
  const codes = (...lines: readonly string[]) =>
    candidates('currency', lines).map(({ normalised }) => normalised);

  it('are the stated one, which a shared sign stands for', () => {
    expect(codes('All amounts in Canadian dollars', 'Total $5.00', 'Tax $1.00')).toEqual(['CAD']);
  });

  it('are a gap where the country has a dollar of its own and nothing is stated', () => {
    expect(codes('Kookaburra Pty Ltd', 'Total $5.00')).toEqual([]);
    expect(codes('Acme Inc', 'Total $5.00')).toEqual(['USD']);
  });

  it('are a gap where the sign is unknown', () => {
    expect(codes('Total \u00a4 5.00')).toEqual([]);
  });
});

describe('amounts of a document', () => {
  const values = (...lines: readonly string[]) =>
    candidates('money', lines).map(({ normalised }) => normalised);

  it('are those of its main currency', () => {
    expect(values('Net    100.00 EUR', 'Total  119.00 EUR', 'Total  130.00 USD')).toEqual([
      '100.00',
      '119.00',
    ]);
  });

  it('join at a narrow space, and not over the gap of a column', () => {
    const [line] = pageReading(['Total 12 345.60']).lines;
    if (line === undefined) throw new Error('The page has no line.');
    const shifted = (px: number) => ({
      ...line,
      words: line.words.map((word, i) => ({
        ...word,
        box: [
          word.box[0] + (i === 2 ? px : 0),
          word.box[1],
          word.box[2] + (i === 2 ? px : 0),
          word.box[3],
        ] as const,
      })),
    });
    const read = (px: number) => {
      const { documentClass, field } = fieldOf('money');
      const document = runAtOnce(readDocument(documentClass, [pageReading([], { lines: [shifted(px)] })]));
      return candidatesOf(scopeOf(document, { ...field, pages: 'all' }, undefined)).map(
        ({ normalised }) => normalised,
      );
    };
    expect([read(0), read(20)]).toEqual([['12345.60'], ['345.60']]);
  });

  it('are no totals where they are those of items and no label names them', () => {
    const { documentClass, field } = fieldOf('money');
    const labelled = { ...field, labels: [{ phrase: 'sum', weight: 1 }], avoid: [], pages: 'all' as const };
    const read = (...lines: readonly string[]) => {
      const document = runAtOnce(readDocument(documentClass, [pageReading(lines)]));
      return candidatesOf(scopeOf(document, labelled, undefined)).map(({ normalised, features }) => [
        normalised,
        features['money:unlabelled'] ?? 0,
      ]);
    };
    expect(read('7.00', 'Paper      2.00      4.50', 'Sum        9.00')).toEqual([
      ['7.00', 1],
      ['9.00', 0],
    ]);
  });
});

describe('identifiers and codes of document types', () => {
  const ids = (...lines: readonly string[]) => candidates('identifier', lines).map(({ value }) => value);

  it('are told apart: a code is no number', () => {
    expect(ids('Document type (380)', 'RE-2041')).not.toContain('380');
    expect(ids('Document type (380)', 'RE-2041')).toContain('RE-2041');
  });
});

describe('dates of a document', () => {
  const days = (...lines: readonly string[]) => candidates('date', lines).map(({ normalised }) => normalised);

  it('are read in the order that the document proves', () => {
    expect(days('Date 03/04/2025', 'Due 03/18/2025')).toEqual(['2025-03-04', '2025-03-18']);
    expect(days('Date 03/04/2025', 'Due 18/03/2025')).toEqual(['2025-04-03', '2025-03-18']);
  });
});
