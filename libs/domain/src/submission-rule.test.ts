import { describe, expect, it } from 'vitest';
import { hasPlainNames, isTenantId, mayBeSubmitted, type SubmissionNames } from './submission-rule.ts';

const plain: SubmissionNames = {
  requestId: 'r-1',
  documentId: null,
  callbackUrl: 'https://example.com/a?b=c',
  uri: 's3://docfleet/uploads/acme/a.pdf',
  expectations: { fullName: 'A. Example' },
};

describe('R-06: mayBeSubmitted', () => {
  it.each<Partial<SubmissionNames>>([
    {},
    { requestId: null, callbackUrl: null },
    { requestId: 'Grüße 7/2026', documentId: '😀' },
    { expectations: { 'full\u0000name': 'a\u0000', fullname: 'b' } },
  ])('takes %j', (facts) => {
    expect(mayBeSubmitted({ ...plain, ...facts })).toBe(true);
  });

  it.each<Partial<SubmissionNames>>([
    { requestId: 'a\u0000' },
    { requestId: '' },
    { documentId: 'd'.repeat(257) },
    { callbackUrl: 'https://example.com/\u0000' },
    { uri: 's3://docfleet/uploads/acme/\ufffd.pdf' },
    { uri: '' },
    { expectations: { 'a\u0000': '1', 'a\u0001': '2' } },
  ])('refuses %j', (facts) => {
    expect(mayBeSubmitted({ ...plain, ...facts })).toBe(false);
  });
});

describe('hasPlainNames', () => {
  it.each([
    [['a', 'b'], true],
    [['a\u0000', 'a'], true],
    [['a\u0000', 'a\u0001'], false],
    [['__proto__'], false],
  ])('%j: %s', (names, expected) => {
    expect(hasPlainNames(names)).toBe(expected);
  });
});

describe('isTenantId', () => {
  it.each(['acme', 'Müller', 'a'.repeat(64)])('takes %j', (text) => {
    expect(isTenantId(text)).toBe(true);
  });

  it.each(['', 'a\u0000', 'a\n', '\ud800', '\ufffd', 'a'.repeat(65)])('refuses %j', (text) => {
    expect(isTenantId(text)).toBe(false);
  });
});
