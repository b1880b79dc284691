import { describe, expect, it } from 'vitest';
import { plainText } from './index.ts';
import { findPhrase, foldPhrase, hasPhrase, searchText } from './phrase.ts';

const find = (text: string, phrase: string) => findPhrase(searchText(text), phrase);

describe('searchText', () => {
  it('keeps letters and digits, folded, with where each came from and where words begin', () => {
    expect(searchText('a-1 8é')).toMatchObject({
      folded: 'AIBE',
      origin: [0, 2, 4, 5],
      startsWord: [true, true, true, false],
    });
  });

  it('folds what engines take for one another', () => {
    expect(searchText('0O1IL5S8B').folded).toBe('OOIIISSBB');
  });

  it('takes one letter that becomes two for one place, and an accent of its own for no place', () => {
    expect(searchText('ßx').origin).toEqual([0, 0, 1]);
    expect(searchText('e\u0301 x').startsWord).toEqual([true, true]);
    expect(searchText('e\u0301x')).toMatchObject({ folded: 'EX', origin: [0, 2], startsWord: [true, false] });
  });
});

describe('hasPhrase', () => {
  it('has no phrase without letters', () => {
    expect([hasPhrase(searchText('abc'), '--'), hasPhrase(searchText('abc'), 'abc')]).toEqual([false, true]);
  });
});

describe('plainText', () => {
  it('is upper case without accents', () => {
    expect(['abc-1', 'Éß', 'e\u0301'].map(plainText)).toEqual(['ABC-1', 'ESS', 'E']);
  });
});

describe('findPhrase, letter by letter', () => {
  it('says where the phrase stands in the original text', () => {
    expect(find('  Net -- Total: 5', 'net total')).toEqual({ start: 2, end: 14, similarity: 1 });
    expect(find('total total', 'total')).toEqual({ start: 0, end: 5, similarity: 1 });
    expect(find('subtotal total', 'total')).toEqual({ start: 9, end: 14, similarity: 1 });
  });

  it('wants a word of four letters to end at the end of a word, at the end of the text too', () => {
    expect([find('DATES', 'date'), find('DATE', 'date')?.end, find('DATE 5', 'date')?.end]).toEqual([
      undefined,
      4,
      4,
    ]);
  });

  it('finds nothing for a phrase without letters, or longer than the text', () => {
    expect([find('abc', '--'), find('abc', 'abcdef'), find('', 'a')]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('forgives one edit from six letters, and two from thirteen', () => {
    const edits = (text: string, phrase: string) => find(text, phrase)?.similarity;
    expect([edits('AMUNT', 'amount'), edits('AMXUNT', 'amount'), edits('AMOUUNT', 'amount')]).toEqual([
      5 / 6,
      5 / 6,
      5 / 6,
    ]);
    expect([edits('AXXUNT', 'amount'), edits('TXTAX', 'totax'), edits('TXTAX', 'total')]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    expect(edits('INVXICENUMXER', 'invoicenumber')).toBeCloseTo(11 / 13);
    expect(edits('INVXICENXMXER', 'invoicenumber')).toBeUndefined();
    expect(edits('INVXICENUMXE', 'invoicenumbe')).toBeUndefined();
  });

  it('takes the place with the fewest wrong letters, the first of those that are equal', () => {
    expect(find('INVXICENUMXER INVXICENUMBER', 'invoicenumber')).toEqual({
      start: 14,
      end: 27,
      similarity: 1 - 1 / 13,
    });
    expect(find('AMXUNT AMYUNT', 'amount')?.start).toBe(0);
    expect(find('INVXICENUMXER INVXICENUMXER', 'invoicenumber')?.start).toBe(0);
  });

  it('finds a phrase with a wrong letter at a word only', () => {
    expect(find('XAMXUNT', 'amount')).toBeUndefined();
    expect(find('X AMXUNT', 'amount')?.start).toBe(2);
  });

  it('finds a phrase that the end of the text cuts short', () => {
    expect(find('THE AMOUN', 'amount')).toEqual({ start: 4, end: 9, similarity: 5 / 6 });
    expect(find('INVOICENUMB', 'invoicenumber')?.similarity).toBeCloseTo(11 / 13);
  });

  it('finds a phrase whose first letter is missing', () => {
    expect(find('MOUNT', 'amount')).toEqual({ start: 0, end: 5, similarity: 5 / 6 });
  });
});

describe('foldPhrase', () => {
  it('gives the same each time, for each phrase its own', () => {
    expect(['Tötal', 'Tötal', '5'].map(foldPhrase)).toEqual(['TOTAI', 'TOTAI', 'S']);
  });
});
