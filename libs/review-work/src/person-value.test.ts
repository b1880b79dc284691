import type { FieldDefinition } from '@docfleet/contracts';
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { isRefusal } from './facts.ts';
import { personValue } from './person-value.ts';

const dayFirst = { dateOrder: 'day-first' } as const;

function read(type: FieldDefinition['type'], typed: string): string | undefined {
  const value = personValue({ name: 'field', type, choices: [] }, typed, dayFirst);
  return isRefusal(value) ? undefined : value.normalised;
}

describe('an amount that a person types', () => {
  it.each([
    ['1234.5', '1234.50'],
    ['1.234,50', '1234.50'],
    ["1'234.50", '1234.50'],
    ['1 234,50', '1234.50'],
    ['.50', '0.50'],
    ['EUR 12', '12.00'],
    ['12€', '12.00'],
    ['JPY 500', '500.00'],
    ['rm 3.00', '3.00'],
    ['- US$ 5', '-5.00'],
    ['EUR -5', '-5.00'],
    ['+5', '5.00'],
    ['(5.00)', '-5.00'],
    ['5.00 CR', '-5.00'],
    ['5,00- EUR', '-5.00'],
    ['-0', '0.00'],
    ['9999999999999.99', '9999999999999.99'],
  ])('is read from %j', (typed, amount) => {
    expect(read('money', typed)).toBe(amount);
  });

  it.each([
    'lots',
    '1e5',
    '12abc',
    '0x64',
    '--5',
    '-(5)',
    '-5-',
    '(5',
    '5)',
    'EUR 5 USD',
    'total 5',
    '5 and 6',
    '5%',
    '12:30',
    '1.234',
    '1.2345',
    '99999999999999.999',
    '1234567890123456',
    '999999999999999999999999.99',
  ])('is refused as %j', (typed) => {
    expect(read('money', typed)).toBeUndefined();
  });

  test('keeps each of its digits, and is the same amount in its normal form', () => {
    const marks = fc.constantFrom(...Array.from("0123456789.,'-+() eExRM€$"), 'EUR', 'CR');
    const typed = fc.array(marks, { maxLength: 24 }).map((parts) => parts.join(''));
    fc.assert(
      fc.property(typed, (text) => {
        const amount = read('money', text);
        if (amount === undefined) return;
        const digits = (of: string): string => of.replace(/\D/g, '').replace(/^0+/, '');
        expect(amount).toMatch(/^-?\d+\.\d\d$/);
        expect(digits(amount).slice(0, digits(text).length)).toBe(digits(text));
        expect(read('money', amount)).toBe(amount);
      }),
      { numRuns: 2_000 },
    );
  });

  test('is read in every form in which it is written', () => {
    const cents = fc.integer({ min: 0, max: 999_999_999_999_999 });
    fc.assert(
      fc.property(cents, fc.boolean(), fc.constantFrom('', 'EUR ', '$', 'GBP'), (all, negative, currency) => {
        const text = String(all).padStart(3, '0');
        const [whole, part] = [text.slice(0, -2), text.slice(-2)];
        const amount = `${negative && all > 0 ? '-' : ''}${whole}.${part}`;
        const grouped = whole.replace(/\B(?=(\d{3})+$)/g, '.');
        expect(read('money', `${negative ? '-' : ''}${currency}${whole}.${part}`)).toBe(amount);
        expect(read('money', `${currency}${negative ? `(${grouped},${part})` : `${grouped},${part}`}`)).toBe(
          amount,
        );
      }),
    );
  });
});

test.each([
  ['date', '31.01.2026', '2026-01-31'],
  ['date', '2026-01-31', '2026-01-31'],
  ['date', '31 January 2026', '2026-01-31'],
  ['date', '310126', '2026-01-31'],
  ['date', '31.01.2026 12:00', undefined],
  ['date', 'due 31.01.2026', undefined],
  ['date', '31.01.2026 or 01.02.2026', undefined],
  ['date', 'no 310126', undefined],
  ['date', 'OI.01.2026', undefined],
  ['currency', '€', 'EUR'],
  ['currency', 'S$', 'SGD'],
  ['currency', 'rm', 'MYR'],
  ['currency', 'sek', 'SEK'],
  ['currency', '12 EUR', undefined],
  ['currency', 'EUR or USD', undefined],
  ['count', '007', '7'],
  ['count', '7 pieces', undefined],
  ['count', '1e3', undefined],
  ['count', '-7', undefined],
] as const)('of the type %s, %j is read as %j', (type, typed, normalised) => {
  expect(read(type, typed)).toBe(normalised);
});
