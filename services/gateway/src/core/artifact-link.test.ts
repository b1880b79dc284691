import fc from 'fast-check';
import { expect, test } from 'vitest';
import { maxLinkLength, readLink, signLink } from './artifact-link.ts';

const secret = 'a secret of thirty-two characters';
const link = {
  tenantId: 'acme',
  runId: '0b3a6c1e-6f0e-5a53-8d52-1f8f3c3f7a11',
  revision: 2,
  name: 'searchable.pdf',
  expiresAt: 1_000,
};

test('A-03: a token gives what was signed, until its time', () => {
  const token = signLink(link, secret);
  expect(readLink(token, secret, 999)).toEqual(link);
  expect(readLink(token, secret, 1_000)).toBeUndefined();
});

test('A-03: a token of another secret gives nothing', () => {
  expect(readLink(signLink(link, 'another secret of enough length'), secret, 0)).toBeUndefined();
});

test('A-03: a token that was changed anywhere gives nothing', () => {
  const token = signLink(link, secret);
  fc.assert(
    fc.property(fc.nat(token.length - 1), fc.constantFrom(...Array.from('ABCDabcd0123-_.')), (at, letter) => {
      // The last letter of base64url has bits that say nothing.
      fc.pre(token[at] !== letter && at !== token.length - 1);
      expect(readLink(`${token.slice(0, at)}${letter}${token.slice(at + 1)}`, secret, 0)).toBeUndefined();
    }),
  );
});

test('A-03: no text is a token by chance, and none throws', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      expect(readLink(text, secret, 0)).toBeUndefined();
    }),
  );
});

test('A-03: the longest token is shorter than what is looked at', () => {
  const longest = { ...link, tenantId: 'é'.repeat(256), revision: 2 ** 31, expiresAt: 9_999_999_999_999 };
  expect(signLink(longest, secret).length).toBeLessThan(maxLinkLength);
});
