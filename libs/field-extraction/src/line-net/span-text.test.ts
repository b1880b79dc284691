import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { spanText } from './span-text.ts';

const nameOf = (...texts: readonly string[]): string => spanText('name', texts).value;
const addressOf = (...texts: readonly string[]): string => spanText('address', texts).value;

describe('a name of several lines', () => {
  it('has no registration number, in whatever form it is printed', () => {
    expect(nameOf('LUCKY STAR BOOKS SDN BHD (123456-X)')).toBe('LUCKY STAR BOOKS SDN BHD');
    expect(nameOf('LUCKY STAR BOOKS SDN BHD', '(CO. REG. NO : 123456-X)')).toBe('LUCKY STAR BOOKS SDN BHD');
    expect(nameOf('LUCKY STAR BOOKS', 'JM0123456-K')).toBe('LUCKY STAR BOOKS');
    expect(nameOf('LUCKY STAR BOOKS [12345 X]')).toBe('LUCKY STAR BOOKS');
  });

  it('keeps numbers that belong to it', () => {
    expect(nameOf('88 NOODLE HOUSE')).toBe('88 NOODLE HOUSE');
    expect(nameOf('STUDIO 54')).toBe('STUDIO 54');
    expect(nameOf('GARDEN FOODS (JB) SDN BHD')).toBe('GARDEN FOODS (JB) SDN BHD');
  });

  it('begins with the firm where a brand stands above it', () => {
    expect(spanText('name', ['Sunny Corner', 'BLUE HILL TRADE SDN BHD'])).toEqual({
      value: 'BLUE HILL TRADE SDN BHD',
      skipped: 1,
    });
    expect(nameOf('Becker', 'Becker Enterprise')).toBe('Becker Enterprise');
  });

  it('keeps its first line where the next one goes on', () => {
    expect(nameOf('BLUE HILL AND', 'GREEN VALLEY TRADE SDN BHD')).not.toContain('BLUE HILL TRADE');
    expect(nameOf('BLUE HILL TRADE', 'SDN BHD')).toBe('BLUE HILL TRADE SDN BHD');
    expect(nameOf('BLUE HILL &', 'RED ROCK TRADE LTD')).toBe('BLUE HILL & RED ROCK TRADE LTD');
  });

  it('is more than a legal form and common words', () => {
    expect(nameOf('CO. (M) SDN BHD')).toBe('');
    expect(nameOf('POPULAR BOOKS', 'CO. (M) SDN BHD')).toBe('POPULAR BOOKS CO. (M) SDN BHD');
  });

  it('has letters for figures among initials', () => {
    expect(nameOf('MR. D.1.Y. (M) SDN BHD')).toBe('MR. D.I.Y. (M) SDN BHD');
    expect(nameOf('STUDIO 1. FLOOR')).toBe('STUDIO 1. FLOOR');
  });

  it('has no web address behind it', () => {
    expect(nameOf('BLUE HILL CAFE www.bluehill.example')).toBe('BLUE HILL CAFE');
  });
});

describe('an address of several lines', () => {
  it('ends before telephone, tax number and mail', () => {
    expect(addressOf('12, JALAN MAWAR,', '43300 KAJANG TEL: 03-1234567')).toBe(
      '12, JALAN MAWAR, 43300 KAJANG',
    );
    expect(addressOf('12, JALAN MAWAR,', '43300 KAJANG (GST ID: 000123)')).toBe(
      '12, JALAN MAWAR, 43300 KAJANG',
    );
    expect(addressOf('1 Hill Road, Leeds', 'shop@example.com')).toBe('1 Hill Road, Leeds');
  });

  it('has no label before it', () => {
    expect(addressOf('ADDRESS : 12, JALAN MAWAR')).toBe('12, JALAN MAWAR');
  });

  it('has zeros where a reading has the letter O between digits', () => {
    expect(addressOf('NO 29O, JALAN AIR, 5O2OO KAJANG')).toBe('NO 290, JALAN AIR, 50200 KAJANG');
    expect(addressOf('2O, LORONG OAK')).toBe('2O, LORONG OAK');
  });
});

it('a value never has more letters than its lines', () => {
  const letters = (text: string): number => text.replace(/[^\p{L}\d]/gu, '').length;
  fc.assert(
    fc.property(
      fc.constantFrom('name' as const, 'address' as const),
      fc.array(fc.string({ maxLength: 30 }), { minLength: 1, maxLength: 4 }),
      (kind, texts) => {
        expect(letters(spanText(kind, texts).value)).toBeLessThanOrEqual(letters(texts.join(' ')));
      },
    ),
  );
});
