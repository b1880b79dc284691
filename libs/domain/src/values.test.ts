import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { currencyOf, findDates, findMoney, parseDate, parseMoney } from './values.ts';

describe('findDates', () => {
  it('reads numeric dates in the given order, and swaps day and month of impossible ones', () => {
    expect(findDates('03/04/2020', 'day-first').map(({ iso }) => iso)).toEqual(['2020-04-03']);
    expect(findDates('03/04/2020', 'month-first').map(({ iso }) => iso)).toEqual(['2020-03-04']);
    expect(findDates('12/28/2017', 'day-first').map(({ iso }) => iso)).toEqual(['2017-12-28']);
  });

  it.each([
    ['25-DEC-18', '2018-12-25'],
    ['19 Oct 2018', '2018-10-19'],
    ['24. Januar 2014', '2014-01-24'],
    ['11. März 2014', '2014-03-11'],
    ['Apr16/20', '2020-04-16'],
    ['September 08, 2011', '2011-09-08'],
    ['2010 JUN -2', '2010-06-02'],
    ['2017-05-09', '2017-05-09'],
    ['20181225', '2018-12-25'],
    ['25/12/20188:13:39', '2018-12-25'],
  ])('reads %s', (text, iso) => {
    expect(findDates(text, 'day-first').map((seen) => seen.iso)).toEqual([iso]);
  });

  it('finds both ends of a range where they stand', () => {
    expect(findDates('Flight: 12/30/19 - 3/29/20', 'month-first')).toEqual([
      { start: 8, end: 16, iso: '2019-12-30', form: 'numeric' },
      { start: 19, end: 26, iso: '2020-03-29', form: 'numeric' },
    ]);
  });

  it.each([
    ['12/30/2019 - 1/26/2020', ['2019-12-30', '2020-01-26']],
    ['Apr16/20 - Apr22/20', ['2020-04-16', '2020-04-22']],
  ])('takes no date across the two of %s', (text, days) => {
    expect(findDates(text, 'month-first').map(({ iso }) => iso)).toEqual(days);
  });

  it('takes no impossible day, amount or telephone number for a date', () => {
    expect(findDates('31/02/2018, 1,234.50, 03-42-9905, 30.13.2014', 'day-first')).toEqual([]);
  });
});

describe('parseDate', () => {
  it('also reads a date without marks', () => {
    expect(parseDate('251218', 'day-first')).toBe('2018-12-25');
  });
});

describe('findMoney', () => {
  it.each([
    ['$1,880.00', '1880.00'],
    ['1.234,50 €', '1234.50'],
    ['RM 9.00', '9.00'],
    ['1 234,50', '1234.50'],
    ['(35,13 €)', '-35.13'],
    ['-1.12', '-1.12'],
    ['9 .00', '9.00'],
    ["CHF 1'250.00", '1250.00'],
  ])('reads %s', (text, amount) => {
    expect(parseMoney(text)).toBe(amount);
  });

  it('says currency and decimals', () => {
    expect(findMoney('Total $: $3,640.00')).toEqual([
      { start: 9, end: 18, amount: '3640.00', currency: 'USD', decimals: 2 },
    ]);
  });

  it('takes no percentage, time or date for an amount', () => {
    expect(findMoney('19 % 08:30 25/12/18')).toEqual([]);
  });

  it('reads back what it is given in the plain form', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 99_999_999 }), (cents) => {
        const printed = (cents / 100).toFixed(2);
        expect(parseMoney(printed)).toBe(printed);
      }),
    );
  });
});

describe('currencyOf', () => {
  it('knows signs and codes at the end of a text or its beginning', () => {
    expect(['EUR', '€', 'RM', 'US$', '9.00 €', 'FORM'].map(currencyOf)).toEqual([
      'EUR',
      'EUR',
      'MYR',
      'USD',
      'EUR',
      undefined,
    ]);
  });
});
