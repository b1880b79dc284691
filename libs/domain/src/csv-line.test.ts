import { expect, it } from 'vitest';
import { csvLine } from './csv-line.ts';

it('separates cells by commas, and puts those in quotes that need it', () => {
  expect(csvLine(['a', 1.5, null, 'b,c', 'd"e', 'f\ng', ' h'])).toBe('a,1.5,,"b,c","d""e","f\ng"," h"\r\n');
});

it.each(['=1+1', '+1 2', '-a', '@sum', ' =1', '\t=1', '\uff1dA1', '-1e9', '- 1', '+', '='])(
  'puts an apostrophe before %j, which a spreadsheet would execute',
  (text) => {
    expect(csvLine([text])).toMatch(/^"?'/);
  },
);

it.each(['-', '-12.50', '12', 'a=1', '2026-01-01', ''])('leaves %j as it is', (text) => {
  expect(csvLine([text])).toBe(`${text}\r\n`);
});
