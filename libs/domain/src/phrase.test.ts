import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findPhrase, findWholePhrase, hasPhrase, searchText } from './phrase.ts';

const find = (text: string, phrase: string) => findPhrase(searchText(text), phrase);

describe('findPhrase', () => {
  it('finds words whatever their case, accents, spaces and punctuation', () => {
    expect(find('Net: à PAYER 12.00', 'net à payer')).toEqual({ start: 0, end: 12, similarity: 1 });
  });

  it('takes letters that engines confuse as equal', () => {
    expect(find('T0TAI 9.00', 'total')).toEqual({ start: 0, end: 5, similarity: 1 });
  });

  it('forgives one wrong letter in a long word', () => {
    expect(find('ROUNDING', 'rounding')?.similarity).toBe(1);
    expect(find('ROUXDING', 'rounding')?.similarity).toBeCloseTo(7 / 8);
  });

  it('forgives nothing in a short word', () => {
    expect(find('TEX', 'tax')).toBeUndefined();
  });

  it('begins at a word, so that a part of a longer word is not found', () => {
    expect(find('SUBTOTAL 9.00', 'total')).toBeUndefined();
  });

  it('lets a long word run into what follows, but not a short one', () => {
    expect(find('TOTALRM 9.00', 'total')?.end).toBe(5);
    expect(find('NOTE', 'no')).toBeUndefined();
  });

  it('finds every phrase in itself', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[A-Za-z]{1,12}( [A-Za-z]{1,8})?$/), (phrase) => {
        expect(find(phrase, phrase)).toEqual({ start: 0, end: phrase.length, similarity: 1 });
      }),
    );
  });
});

describe('hasPhrase', () => {
  it('wants every letter', () => {
    expect(hasPhrase(searchText('Gross Amount'), 'gross amount')).toBe(true);
    expect(hasPhrase(searchText('Gross Amuunt'), 'gross amount')).toBe(false);
  });
});

describe('findWholePhrase', () => {
  const whole = (text: string, phrase: string) => findWholePhrase(searchText(text), phrase)?.similarity;

  it.each([
    ['Office Supplies', 'supplier'],
    ['Suppliers of paper', 'supplier'],
    ['TOTALS', 'total'],
    ['Rechnungsnummer 471102', 'rechnung'],
  ])('does not find a part of a word, or another word of its stem: "%s" is not %s', (text, phrase) => {
    expect(whole(text, phrase)).toBeUndefined();
  });

  it.each([
    ['Supplier: Example Ltd', 'supplier'],
    ['TOTAL9.00', 'total'],
    ['TOTALRM9.00', 'total'],
    ['INVOICENO: 12', 'invoice no'],
  ])('finds the word in "%s"', (text, phrase) => {
    expect(whole(text, phrase)).toBe(1);
  });

  it('forgives a wrong letter before the last', () => {
    expect(whole('Suppller Example', 'supplier')).toBe(1);
    expect(whole('Suqplier Example', 'supplier')).toBeCloseTo(7 / 8);
  });
});
