import { pageReading } from '@docfleet/testing';
import { describe, expect, it } from 'vitest';
import { layoutOf } from '../../layout.ts';
import { candidateKinds } from './kinds.ts';
import { linesOf } from './lines.ts';
import { has, maskReader } from './patterns.ts';

const page = [
  'Nordlicht Metallbau GmbH',
  'Hafenweg 3',
  '20457 Hamburg',
  '',
  'Verkäufer: Elbe Kontor KG',
  '',
  'Rechnung Nr.: RE-2024-0017                     Seite 1',
  '',
  'Summe netto        1.000,00',
  'MwSt. 19 %           190,00',
  'Gesamtbetrag       1.190,00',
];
const document = linesOf([layoutOf(pageReading(page))]);
const values = (kind: keyof typeof candidateKinds): readonly string[] =>
  candidateKinds[kind].candidates(document).map(({ value }) => value);

describe('candidates of an invoice', () => {
  it('finds numbers of documents and leaves amounts out', () => {
    expect(values('number')).toContain('RE-2024-0017');
    expect(values('number')).not.toContain('1.190,00');
  });

  it('finds whole lines, and what follows a label', () => {
    expect(values('party')).toEqual(expect.arrayContaining(['Nordlicht Metallbau GmbH', 'Elbe Kontor KG']));
  });

  it('finds amounts, and says which of them a tax rate connects', () => {
    const at = candidateKinds.amount.features.indexOf('grossByRate');
    const found = candidateKinds.amount
      .candidates(document)
      .map(({ normalised, features }) => [normalised, features[at]]);
    expect(found).toEqual([
      ['1000.00', 0],
      ['190.00', 0],
      ['1190.00', 1],
    ]);
  });

  it.each(Object.entries(candidateKinds))(
    'gives every %s candidate a value for each feature',
    (_kind, kind) => {
      for (const { features } of kind.candidates(document))
        expect(features).toHaveLength(kind.features.length);
    },
  );
});

describe('patterns', () => {
  it.each([
    ['Verkäufer', 'seller', true],
    ['Verkäufer', 'buyer', false],
    ['Käufer', 'buyer', true],
    ['Fattura n. 12', 'invoice', true],
    ['Grobritannien', 'gross', false],
  ] as const)('%s: %s %s', (text, name, expected) => {
    expect(has(maskReader()(text), name)).toBe(expected);
  });
});
