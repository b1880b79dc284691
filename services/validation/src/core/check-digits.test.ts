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
