import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findMoney, parseMoney } from './amounts.ts';

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
    ['5.00EURO', [['5.00', 'EUR', 2]]],
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
    ['5-6', []],
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

it('sees no amount in a number that would be written with an exponent', () => {
  expect(findMoney('999999999999999999999999.99')).toEqual([]);
  expect(parseMoney('99999999999999999999.00')).toBe('100000000000000000000.00');
});

describe('amounts, kind by kind', () => {
  const amounts = (text: string) => findMoney(text).map(({ amount, currency }) => [amount, currency]);

  it.each([
    ['apostrophes', 'CHF 2\u2019149.75', [['2149.75', 'CHF']]],
    ['apostrophes', "1'234'567.50", [['1234567.50', undefined]]],
    ['unbreakable spaces', '12\u00a0345.60', [['12345.60', undefined]]],
    ['narrow spaces', '1\u202f234,50\u202f€', [['1234.50', 'EUR']]],
    ['lakhs', '1,23,456.00', [['123456.00', undefined]]],
    ['lakhs', '₹ 12,34,567', [['1234567.00', 'INR']]],
    ['a dash for no decimals', 'CHF 50.\u2013', [['50.00', 'CHF']]],
    ['a dash for no decimals', '50,-- €', [['50.00', 'EUR']]],
    ['currencies without decimals', '¥12,000', [['12000.00', 'JPY']]],
    ['currencies without decimals', '12.000 Ft', [['12000.00', 'HUF']]],
    ['the sign U+2212', '\u22125,00 €', [['-5.00', 'EUR']]],
    ['the sign en dash', 'Rabatt \u20135,00', [['-5.00', undefined]]],
    ['a minus behind', '5,00\u2212', [['-5.00', undefined]]],
    ['brackets', '($5.00)', [['-5.00', 'USD']]],
    ['one bracket', '(5.00', [['5.00', undefined]]],
    ['words of credit', '5,00 Gutschrift', [['-5.00', undefined]]],
    ['a dash that separates', 'Total \u2013 £1,200.00', [['1200.00', 'GBP']]],
    [
      'a dash between two',
      '10.00 - 5.00',
      [
        ['10.00', undefined],
        ['5.00', undefined],
      ],
    ],
    ['a code behind a shared sign', '$5.00 CAD', [['5.00', 'CAD']]],
    [
      'a currency before the next amount',
      '2 RM5.00',
      [
        ['2.00', undefined],
        ['5.00', 'MYR'],
      ],
    ],
    ['three letters that are no currency', 'TEL 5.00', [['5.00', undefined]]],
  ])('%s: %j', (_, text, wanted) => {
    expect(amounts(text)).toEqual(wanted);
  });

  it.each([
    'RG-2024.50',
    'ABC5.00',
    '12.03.2025',
    '03-42-9905',
    '1.800.555.1234',
    '2025-0318',
    '12:30:15',
    '1.2.3.4',
    '4/5.00',
    '12.50-2024',
    "1'2345.00",
  ])('takes no piece of %s for an amount', (text) => {
    expect(findMoney(text).filter(({ decimals }) => decimals > 0)).toEqual([]);
  });

  it('reads back every way of writing an amount', () => {
    const groups = fc.constantFrom('', ',', "'", '\u2019', '\u00a0', '\u202f');
    const signs = fc.constantFrom(['', ''], ['-', ''], ['\u2212', ''], ['(', ')'], ['', '-']);
    const cents = fc.integer({ min: 0, max: 99_999_999_999 });
    fc.assert(
      fc.property(cents, groups, signs, (value, group, [before, after]) => {
        const [whole = '', decimals = ''] = (value / 100).toFixed(2).split('.');
        const printed = `${whole.replace(/\B(?=(\d{3})+$)/g, group)}.${decimals}`;
        const isNegative = before !== after && value > 0;
        expect(parseMoney(`${before}${printed}${after}`)).toBe(
          `${isNegative ? '-' : ''}${whole}.${decimals}`,
        );
      }),
    );
  });

  it('begins and ends at no digit or mark of a longer run', () => {
    const run = fc.stringMatching(/^[\dA-Z.,'/:-]{1,24}$/);
    fc.assert(
      fc.property(run, (text) => {
        for (const { start, end } of findMoney(text)) {
          expect(/\d$/.test(text.slice(0, start)) && /^[\d.,']/.test(text.slice(start))).toBe(false);
          expect(/\d$/.test(text.slice(0, end)) && /^\d|^[.,']\d/.test(text.slice(end))).toBe(false);
        }
      }),
      { numRuns: 2000 },
    );
  });
});
