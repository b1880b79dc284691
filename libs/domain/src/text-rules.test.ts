import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cleanText, escapeText, isIdentifier, replacement, shownIdentifier } from './text-rules.ts';

/** Any sequence of UTF-16 code units, lone surrogates and control characters among them. */
const anyText = fc
  .array(fc.oneof(fc.integer({ min: 0, max: 0xffff }), fc.constantFrom(0, 0x7f, 0x85, 0xd800, 0xdfff, 0x5c)))
  .map((units) => String.fromCharCode(...units));

// eslint-disable-next-line no-control-regex -- control characters are what must not be there
const hasControl = (text: string): boolean => /[\u0000-\u001f\u007f-\u009f]/.test(text);

describe('isIdentifier', () => {
  it.each(['a', 'order 7/2026', 'Grüße-✓', '😀', 'a\\u0000', 'x'.repeat(256)])('accepts %j', (text) => {
    expect(isIdentifier(text)).toBe(true);
  });

  it.each([
    '',
    'a\u0000',
    'a\tb',
    'a\nb',
    'a\u007f',
    'a\u0085',
    'a\ud800',
    '\udc00a',
    'a\ufffd',
    'x'.repeat(257),
  ])('refuses %j', (text) => {
    expect(isIdentifier(text)).toBe(false);
  });

  it('takes a limit', () => {
    expect([isIdentifier('abc', 3), isIdentifier('abcd', 3)]).toEqual([true, false]);
  });
});

describe('escapeText', () => {
  it('makes visible what cannot be seen', () => {
    expect(escapeText('a\u0000b\nc\ud800\\')).toBe('a\\u0000b\\u000ac\\ud800\\\\');
  });

  it('keeps pairs of surrogates', () => {
    expect(escapeText('😀')).toBe('😀');
  });

  it('cuts what is too long, and never within an escape or a pair', () => {
    expect([escapeText('abcdef', 4), escapeText('ab\u0000', 6), escapeText('ab😀😀', 4)]).toEqual([
      'abc…',
      'ab…',
      'ab…',
    ]);
  });

  it('is bounded, well-formed and without control characters for any text', () => {
    fc.assert(
      fc.property(anyText, fc.integer({ min: 1, max: 40 }), (text, maxLength) => {
        const escaped = escapeText(text, maxLength);
        expect([escaped.length <= maxLength, escaped.isWellFormed(), hasControl(escaped)]).toEqual([
          true,
          true,
          false,
        ]);
      }),
    );
  });

  it('gives different texts different escapes, where nothing is cut', () => {
    fc.assert(
      fc.property(anyText, anyText, (a, b) => {
        fc.pre(a !== b);
        expect(escapeText(a, 10_000)).not.toBe(escapeText(b, 10_000));
      }),
    );
  });
});

describe('shownIdentifier', () => {
  it('shows an identifier as it is, and anything else escaped', () => {
    expect([shownIdentifier('a\\b'), shownIdentifier('a\u0000'), shownIdentifier('')]).toEqual([
      'a\\b',
      'a\\u0000',
      '',
    ]);
  });
});

describe('cleanText', () => {
  it('replaces what cannot be stored, and keeps line ends and tabs', () => {
    expect(cleanText('a\u0000b\tc\r\nd\u001fe\u007ff\u0085g\ud800h\uffffi\u{1fffe}j😀')).toBe(
      'a\ufffdb\tc\r\nd\ufffde\ufffdf\ufffdg\ufffdh\ufffdi\ufffdj😀',
    );
  });

  it('is idempotent, well-formed, and changes nothing else', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const clean = cleanText(text);
        expect([cleanText(clean), clean.isWellFormed(), clean.includes('\u0000')]).toEqual([
          clean,
          true,
          false,
        ]);
        expect(clean === text || clean.includes(replacement)).toBe(true);
      }),
    );
  });
});
