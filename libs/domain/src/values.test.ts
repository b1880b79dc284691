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

describe('dates, case by case', () => {
  const monthNames = [
    'JAN JANUARY JANUAR JANVIER JANUARI',
    'FEB FEBRUARY FEBRUAR FEVRIER FEBRUARI',
    'MAR MARCH MARZ MAERZ MARS MRZ MAC',
    'APR APRIL AVRIL AVR',
    'MAY MAI MEI',
    'JUN JUNE JUNI JUIN',
    'JUL JULY JULI JUILLET JULAI',
    'AUG AUGUST AOUT OGOS',
    'SEP SEPT SEPTEMBER SEPTEMBRE',
    'OCT OKT OCTOBER OKTOBER OCTOBRE',
    'NOV NOVEMBER NOVEMBRE',
    'DEC DEZ DECEMBER DEZEMBER DECEMBRE DIS DISEMBER',
  ].flatMap((names, index) => names.split(' ').map((name) => [name, index + 1] as const));

  it.each(monthNames)('knows the month %s before, after and between the numbers', (name, month) => {
    const wanted = `2018-${String(month).padStart(2, '0')}-09`;
    const texts = [`9 ${name} 2018`, `${name} 9, 2018`, `2018 ${name} 9`, `9${name.toLowerCase()}18`];
    expect(texts.map((text) => findDates(text, 'day-first').map(({ iso, form }) => [iso, form]))).toEqual(
      texts.map(() => [[wanted, 'month-name']]),
    );
  });

  it.each([
    ['2018-1-2', [['year-first', '2018-01-02']]],
    ['2018 / 1 / 2', [['year-first', '2018-01-02']]],
    ['2018.01.02', [['year-first', '2018-01-02']]],
    ['A2018-01-02', []],
    ['12018-01-02', []],
    ['2018-01-023', []],
    ['1/2/18', [['numeric', '2018-02-01']]],
    ['1-2-2018', [['numeric', '2018-02-01']]],
    ['1 . 2 . 2018', [['numeric', '2018-02-01']]],
    ['O1/O2/2O18', [['numeric', '2018-02-01']]],
    ['I1/12/2018', [['numeric', '2018-12-11']]],
    ['1/2-2018', []],
    ['.1/2/2018', []],
    ['1/2/184', []],
    ['1/2/20181:30', [['numeric', '2018-02-01']]],
    ['1/2/201812:30', [['numeric', '2018-02-01']]],
    ['1/2/1918', [['numeric', '1918-02-01']]],
    ['1ST FEB 2018', [['month-name', '2018-02-01']]],
    ['2ND FEB 2018', [['month-name', '2018-02-02']]],
    ['3RD FEB 2018', [['month-name', '2018-02-03']]],
    ['4TH FEB 2018', [['month-name', '2018-02-04']]],
    ['1ER FEB 2018', [['month-name', '2018-02-01']]],
    ["4 FEB '18", [['month-name', '2018-02-04']]],
    ['4, FEB. 1918', [['month-name', '1918-02-04']]],
    ['4 FEBX 2018', []],
    ['104 FEB 2018', []],
    ['4 FEB 20189', []],
    ['FEB 4TH 2018', [['month-name', '2018-02-04']]],
    ['FEB/4/18', [['month-name', '2018-02-04']]],
    ['XFEB 4, 2018', []],
    ['2018.FEB-04', [['month-name', '2018-02-04']]],
    ['20180204', [['compact', '2018-02-04']]],
    ['20180131', [['compact', '2018-01-31']]],
    ['20180130', [['compact', '2018-01-30']]],
    [
      '31/02/2018 1/2/2018 2018-01-02',
      [
        ['numeric', '2018-02-01'],
        ['year-first', '2018-01-02'],
      ],
    ],
    ['19180204', [['compact', '1918-02-04']]],
    ['120180204', []],
    ['201802041', []],
    ['20181301', []],
    ['20180132', []],
    ['20180231', []],
  ])('finds in %j', (text, wanted) => {
    expect(findDates(text, 'day-first').map(({ form, iso }) => [form, iso])).toEqual(wanted);
  });

  it.each([
    ['1/1/69', '2069-01-01'],
    ['1/1/70', '1970-01-01'],
    ['29/2/2016', '2016-02-29'],
    ['29/2/2018', undefined],
    ['0/1/2018', undefined],
    ['1/0/2018', undefined],
    ['31/12/2099', '2099-12-31'],
    ['01011900', '1900-01-01'],
    ['01012100', undefined],
    ['01011899', undefined],
    ['25122018', '2018-12-25'],
    ['no. 251218', '2018-12-25'],
    ['1251218', undefined],
    ['2512189', undefined],
    ['251218.', '2018-12-25'],
    ['01010100', undefined],
    ['none', undefined],
  ])('reads %j as %j', (text, wanted) => {
    expect(parseDate(text, 'day-first')).toBe(wanted);
  });

  it('reads a date without marks in the given order', () => {
    expect([parseDate('020318', 'month-first'), parseDate('020318', 'day-first')]).toEqual([
      '2018-02-03',
      '2018-03-02',
    ]);
    expect(parseDate('131218', 'month-first')).toBe('2018-12-13');
  });

  it('tells where a date stands, in texts whose letters grow in capitals too', () => {
    expect(findDates('Größe ß 4 FÉV 2018, 5 FEB 2018', 'day-first')).toEqual([
      { start: 20, end: 30, iso: '2018-02-05', form: 'month-name' },
    ]);
    expect(findDates('ß 5 FEB 2018 e\u0301', 'day-first')[0]?.start).toBe(2);
    expect(findDates('4 MÄRZ 2018', 'day-first')).toEqual([
      { start: 0, end: 11, iso: '2018-03-04', form: 'month-name' },
    ]);
  });

  it('takes the one that begins first where two overlap, and the longer of two that begin together', () => {
    expect(findDates('1/2/2018-3/4/2018', 'day-first').map(({ iso }) => iso)).toEqual([
      '2018-02-01',
      '2018-04-03',
    ]);
    expect(findDates('9 MAR 18 APR 2018', 'day-first').map(({ iso }) => iso)).toEqual(['2018-03-09']);
  });
});

describe('amounts, case by case', () => {
  const all = (text: string) =>
    findMoney(text).map(({ amount, currency, decimals }) => [amount, currency, decimals]);

  it.each([
    ['EUR 5', [['5.00', 'EUR', 0]]],
    ['€5.1', [['5.10', 'EUR', 1]]],
    ['US$ 5.00', [['5.00', 'USD', 2]]],
    ['USD5.00', [['5.00', 'USD', 2]]],
    ['S$5.00', [['5.00', 'SGD', 2]]],
    ['SGD 5.00', [['5.00', 'SGD', 2]]],
    ['GBP 5.00', [['5.00', 'GBP', 2]]],
    ['£5.00', [['5.00', 'GBP', 2]]],
    ['CHF 5.00', [['5.00', 'CHF', 2]]],
    ['MYR 5.00', [['5.00', 'MYR', 2]]],
    ['RM5.00', [['5.00', 'MYR', 2]]],
    ['$5.00', [['5.00', 'USD', 2]]],
    ['5.00 EUR', [['5.00', 'EUR', 2]]],
    ['5.00EURO', [['5.00', undefined, 2]]],
    ['-$5.00', [['-5.00', 'USD', 2]]],
    ['- 5.00', [['-5.00', undefined, 2]]],
    ['($5.00)', [['-5.00', 'USD', 2]]],
    ['5.00-', [['-5.00', undefined, 2]]],
    ['5.00 CR', [['-5.00', undefined, 2]]],
    ['5.00)', [['5.00', undefined, 2]]],
    ['-0.00', [['0.00', undefined, 2]]],
    ['5', [['5.00', undefined, 0]]],
    ['.50', [['0.50', undefined, 2]]],
    ['1,234', [['1234.00', undefined, 0]]],
    ['1,234,567.5', [['1234567.50', undefined, 1]]],
    ['1,234 .50', [['1234.50', undefined, 2]]],
    ['1.234.567,89', [['1234567.89', undefined, 2]]],
    ['1 234 567,89', [['1234567.89', undefined, 2]]],
    ["1'234'567", [['1234567.00', undefined, 0]]],
    ["1'234.50", [['1234.50', undefined, 2]]],
    ['1.234.567', [['1234567.00', undefined, 0]]],
    ['1.234', [['1.23', undefined, 3]]],
    ['1.234,567', [['1234.57', undefined, 3]]],
    ['5,5', [['5.50', undefined, 1]]],
    ['1234,5678', [['1234.57', undefined, 4]]],
    ['0.005', [['0.01', undefined, 3]]],
    [
      '5 and 6.00',
      [
        ['5.00', undefined, 0],
        ['6.00', undefined, 2],
      ],
    ],
    ['A5.00', []],
    ['5%', []],
    ['5 %', []],
    ['5/6', []],
    ['10:30', []],
    ['5-6', [['6.00', undefined, 0]]],
    ['1.2.3', []],
    ['none', []],
  ])('finds in %j', (text, wanted) => {
    expect(all(text)).toEqual(wanted);
  });

  it('tells where an amount stands, with its sign and currency', () => {
    expect(findMoney('sum (5.00 EUR) due').map(({ start, end }) => [start, end])).toEqual([[4, 14]]);
    expect(findMoney('ß 5.00 ').map(({ start, end }) => [start, end])).toEqual([[2, 6]]);
  });

  it('reads the first amount, and none where there is none', () => {
    expect([parseMoney('5.00 of 6.00'), parseMoney('none')]).toEqual(['5.00', undefined]);
  });
});

describe('currencies, case by case', () => {
  it.each([
    ['EUR', 'EUR'],
    ['5 €', 'EUR'],
    ['US$', 'USD'],
    ['usd', 'USD'],
    ['S$', 'SGD'],
    ['SGD', 'SGD'],
    ['GBP', 'GBP'],
    ['£', 'GBP'],
    ['CHF', 'CHF'],
    ['MYR', 'MYR'],
    ['RM', 'MYR'],
    ['$', 'USD'],
    ['EUR 5', 'EUR'],
    ['5 EUR', 'EUR'],
    [' EUR ', 'EUR'],
    ['EURO', undefined],
    ['NEUR', undefined],
    ['', undefined],
  ])('of %j is %j', (text, wanted) => {
    expect(currencyOf(text)).toBe(wanted);
  });
});

it('sees no amount in a number that would be written with an exponent', () => {
  expect(findMoney('999999999999999999999999.99')).toEqual([]);
  expect(parseMoney('99999999999999999999.00')).toBe('100000000000000000000.00');
});
