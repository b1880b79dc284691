import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatObjectUri, isPlainKey, parseObjectUri } from './object-uri.ts';

describe('parseObjectUri', () => {
  it('splits bucket and key, and does not decode the key', () => {
    expect(parseObjectUri('s3://papers/a%20b/c?d#e.pdf')).toEqual({
      bucket: 'papers',
      key: 'a%20b/c?d#e.pdf',
    });
  });

  it.each([
    'http://papers/a.pdf',
    'file:///etc/passwd',
    's3://papers',
    's3://papers/',
    's3:///a.pdf',
    's3://Papers/a.pdf',
    's3://p/a.pdf',
    's3://pap..ers/a.pdf',
    's3://pap\u0000ers/a.pdf',
    's3://papers//a.pdf',
    's3://papers/../a.pdf',
    `s3://papers/${'k'.repeat(1025)}`,
  ])('refuses %j', (uri) => {
    expect(parseObjectUri(uri)).toBeUndefined();
  });

  it('is the inverse of formatObjectUri', () => {
    const address = { bucket: 'papers', key: 'runs/2026-01-01/x.json' };
    expect(parseObjectUri(formatObjectUri(address))).toEqual(address);
  });
});

describe('isPlainKey', () => {
  it.each([
    ['empty segments', ['', '/a', 'a/', 'a//b', '//', 'a%2F%2fb', '%2fa']],
    [
      'dot segments',
      ['.', '..', './a', '../a', 'a/./b', 'a/../b', 'a/..', '%2e%2E/a', 'a/.%2e/b', 'a%2f..%2fb'],
    ],
    ['backslashes', ['a\\b', '..\\a', 'a%5cb', 'a%5C..%5Cb']],
    [
      'control characters',
      ['a\u0000b', 'a\nb', 'a\u007fb', 'a\u0085b', 'a%00b', 'a%0ab', 'a%7Fb', 'a%C2%85b'],
    ],
    ['lone surrogates', ['a\ud800b', '\udc00', 'a%ed%a0%80b']],
    ['what is encoded twice', ['%252e%252e/a', 'a%25252fb%25252f%25252fc', 'a%2500']],
    ['overlong and broken UTF-8', ['%c0%ae%c0%ae/a', 'a%c0%afb', 'a%ffb']],
    ['more than 1,024 bytes', ['k'.repeat(1025), 'ä'.repeat(513)]],
  ])('refuses %s', (_, keys) => {
    expect(keys.filter(isPlainKey)).toEqual([]);
  });

  it.each([
    'a',
    'a/b.pdf',
    '...',
    'a..b/.c/d.',
    'a%20b/50%.pdf',
    'a%2fb',
    'ä/ö/文書.pdf',
    '😀.pdf',
    // Look-alikes of points and slashes are other characters, and no store takes one for the other.
    '．．/∕／․․',
    'k'.repeat(1024),
  ])('accepts %j', (key) => {
    expect(isPlainKey(key)).toBe(true);
  });

  it('accepts no key that names another object after any number of decodings', () => {
    const piece = fc.constantFrom('.', '/', '\\', '%', '2', 'e', 'E', '5', 'c', 'f', '0', 'a', '%2e', '%25');
    const once = (key: string) => {
      try {
        return decodeURIComponent(key);
      } catch {
        return key;
      }
    };
    fc.assert(
      fc.property(fc.string({ unit: piece, maxLength: 30 }), (key) => {
        fc.pre(isPlainKey(key));
        for (let decoded = key, times = 0; times < 10; decoded = once(decoded), times += 1) {
          expect(new URL(`http://store/bucket/${decoded}`).pathname.startsWith('/bucket/')).toBe(true);
          expect(decoded.split('/').filter((segment) => ['', '.', '..'].includes(segment))).toEqual([]);
        }
      }),
    );
  });
});
