import { describe, expect, it } from 'vitest';
import { comparable } from './comparison.ts';

describe('comparable', () => {
  it.each([
    ['$1,880.00', '1880.00'],
    ['14,625.00', '14625.00'],
    ['1.234,50', '1234.50'],
    ['RM 9', '9.00'],
    ['9,5', '9.50'],
    ['(3.00)', '-3.00'],
    ['-3', '-3.00'],
    ['1,234', '1234.00'],
    ['RM9.00', '9.00'],
    ['1.234.567,8', '1234567.80'],
    ['abc', 'ABC'],
  ])('reads the amount %s', (printed, wanted) => {
    expect(comparable('amount', printed)).toBe(wanted);
  });

  it.each([
    ['25/12/2018', '2018-12-25'],
    ['25/12/2018 8:13:39 PM', '2018-12-25'],
    ['2018-12-25', '2018-12-25'],
    ['19 Oct 2018', '2018-10-19'],
    ['OCT 19, 2018', '2018-10-19'],
    ['25.12.18', '2018-12-25'],
    ['12/25/2018', '2018-12-25'],
    ['20181225', '2018-12-25'],
    ['23-FEB-17', '2017-02-23'],
    ['x', 'X'],
  ])('reads the date %s', (printed, wanted) => {
    expect(comparable('date', printed)).toBe(wanted);
  });

  it('puts the month first for `mdate`', () => {
    expect(comparable('mdate', '02/03/20')).toBe('2020-02-03');
    expect(comparable('date', '02/03/20')).toBe('2020-03-02');
  });

  it('leaves spelling out of texts and identifiers', () => {
    expect(comparable('text', 'Café & Co.')).toBe(comparable('text', 'CAFE AND CO'));
    expect(comparable('int', '7 items')).toBe('7');
    expect(comparable('ident', '#950658-1')).toBe('9506581');
    expect(comparable('ident', 'No. 42')).toBe('42');
  });
});
