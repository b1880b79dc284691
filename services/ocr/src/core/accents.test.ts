import type { Line } from '@docfleet/domain';
import { describe, expect, it } from 'vitest';
import { settleAccents } from './accents.ts';

const lineOf = (text: string, confidence = 0.9): Line => ({
  text,
  box: [0, 0, 100, 20],
  confidence,
  words: text.split(' ').map((word) => ({ text: word, box: [0, 0, 10, 20], confidence })),
});

const english = lineOf('Invoice number and date of the total amount');
const german = lineOf('Rechnung und Datum von der Nummer mit MwSt');
const textsOf = (...lines: Line[]): string[] => settleAccents(lines).map(({ text }) => text);

describe('settleAccents (D-02)', () => {
  it('takes accents off that the language of the page does not have', () => {
    expect(textsOf(english, lineOf('Públic námes ínvoíces'))).toEqual([
      english.text,
      'Public names invoices',
    ]);
  });

  it('keeps those that it has', () => {
    expect(textsOf(german, lineOf('Fräskopf für Montàge'))).toEqual([german.text, 'Fräskopf für Montage']);
  });

  it('keeps those of words that were read with certainty, such as names', () => {
    expect(textsOf(english, lineOf('José', 0.999))).toEqual([english.text, 'José']);
  });

  it('changes nothing where the language is not clear', () => {
    expect(textsOf(lineOf('Públic námes'))).toEqual(['Públic námes']);
  });

  it('changes the words as the line', () => {
    const [, line] = settleAccents([english, lineOf('Dåte')]);
    expect(line?.words.map(({ text }) => text)).toEqual(['Date']);
  });
});
