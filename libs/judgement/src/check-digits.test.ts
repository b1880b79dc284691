import { pageReading } from '@docfleet/testing';
import { describe, expect, it } from 'vitest';
import { isIban, isVatId, wrongNumbers } from './check-digits.ts';

describe('isIban', () => {
  it('accepts valid numbers, with and without spaces', () => {
    expect(
      ['DE89 3704 0044 0532 0130 00', 'FR1420041010050500013M02606', 'GB29NWBK60161331926819'].map(isIban),
    ).toEqual([true, true, true]);
  });

  it('rejects a changed digit and a wrong length', () => {
    expect(['DE89 3704 0044 0532 0130 01', 'DE89 3704 0044 0532 0130'].map(isIban)).toEqual([false, false]);
  });
});

describe('isVatId', () => {
  it('accepts valid German and French ids', () => {
    expect(['DE136695976', 'FR 40 303 265 045'].map(isVatId)).toEqual([true, true]);
  });

  it('rejects invalid ones', () => {
    expect(['DE123456789', 'FR12999999998'].map(isVatId)).toEqual([false, false]);
  });
});

describe('wrongNumbers', () => {
  it('returns the page of each invalid number', () => {
    const pages = [
      pageReading(['IBAN DE89 3704 0044 0532 0130 00 BIC COBADEFFXXX']),
      pageReading(['IBAN: DE89 3704 0044 0532 0130 01'], { page: 2 }),
    ];
    expect(wrongNumbers('iban', pages)).toEqual([2]);
  });
});

describe('check digits, number by number', () => {
  /** Right numbers of every country whose length is known (examples of the SWIFT registry, and some made by the rule). */
  const right = [
    'AT611904300234573201',
    'BE68539007547034',
    'CH9300762011623852957',
    'CZ6508000000192000145399',
    'DE89370400440532013000',
    'DK5000400440116243',
    'ES9121000418450200051332',
    'FI2112345600000785',
    'FR1420041010050500013M02606',
    'GB29NWBK60161331926819',
    'IE29AIBK93115212345678',
    'IT60X0542811101000000123456',
    'LI21088100002324013AA',
    'LU280019400644750000',
    'NL91ABNA0417164300',
    'NO9386011117947',
    'PL61109010140000071219812874',
    'PT50000201231234567890154',
    'SE4550000000058398257466',
  ];

  it.each(right)('%s is an IBAN, in small letters too, and is none with another check digit', (iban) => {
    const changed = `${iban.slice(0, 3)}${String((Number(iban[3]) + 1) % 10)}${iban.slice(4)}`;
    expect([iban, iban.toLowerCase(), changed].map(isIban)).toEqual([true, true, false]);
  });

  it('refuses an IBAN with letters for check digits, signs in it, or something behind it', () => {
    expect(
      ['DEXX370400440532013000', 'DE8937040044053201300-', 'GB29NWBK60161331926819X', ''].map(isIban),
    ).toEqual([false, false, false, false]);
  });

  it('refuses what has the right remainder and is no IBAN: unknown country, other length, a letter as check digit', () => {
    expect(
      ['XX46370400440532013000', 'DE5137040044053201300', 'NO4X00000000001', 'AT-DE611904300234573'].map(
        isIban,
      ),
    ).toEqual([false, false, false, false]);
  });

  it('reads VAT ids in small letters, and none inside longer text', () => {
    expect(
      [
        'de136695976',
        'fr40303265045',
        'XDE136695976',
        'DE1366959760',
        'XFR40303265045',
        'FR403032650450',
      ].map(isVatId),
    ).toEqual([true, true, false, false, false, false]);
  });

  it('knows the German check digit 0, and where the sum passes 10', () => {
    // Ids of companies, and one made by the rule (ISO 7064 MOD 11,10).
    expect(['DE115235681', 'DE129273398', 'DE811569869', 'DE100000008'].map(isVatId)).toEqual([
      true,
      true,
      true,
      true,
    ]);
  });
});

describe('wrong numbers on pages', () => {
  const on = (scheme: 'iban' | 'vat', text: string): readonly number[] =>
    wrongNumbers(scheme, [pageReading([text])]);

  it('passes over numbers of countries that are not judged, and over numbers that are cut off', () => {
    expect([on('iban', 'XX00 1234 5678 9012 3456 78'), on('iban', 'DE88 3704 0044 0532')]).toEqual([[], []]);
  });

  it('judges a number that is as long as its country has it', () => {
    expect([on('iban', 'NO9386011117947'), on('iban', 'NO9386011117948')]).toEqual([[], [1]]);
  });

  it('reads a number whose groups are apart, with words behind it', () => {
    expect([
      on('iban', 'GB29 NWBK 6016 1331 9268 19 BIC'),
      on('iban', 'GB28 NWBK 6016 1331 9268 19 BIC'),
    ]).toEqual([[], [1]]);
  });

  it('judges VAT ids with and without spaces, each for itself', () => {
    expect([
      on('vat', 'VAT DE 136695976, FR 40 303 265 045'),
      on('vat', 'VAT DE136695977 and FR40303265046'),
      on('vat', 'order XDE136695977 and DE1366959770'),
    ]).toEqual([[], [1, 1], []]);
  });
});
