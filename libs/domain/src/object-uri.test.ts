import { describe, expect, it } from 'vitest';
import { formatObjectUri, parseObjectUri } from './object-uri.ts';

describe('parseObjectUri', () => {
  it('splits bucket and key, and does not decode the key', () => {
    expect(parseObjectUri('s3://papers/a%20b/../c?d#e.pdf')).toEqual({
      bucket: 'papers',
      key: 'a%20b/../c?d#e.pdf',
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
    `s3://papers/${'k'.repeat(1025)}`,
  ])('refuses %s', (uri) => {
    expect(parseObjectUri(uri)).toBeUndefined();
  });

  it('is the inverse of formatObjectUri', () => {
    const address = { bucket: 'papers', key: 'runs/2026-01-01/x.json' };
    expect(parseObjectUri(formatObjectUri(address))).toEqual(address);
  });
});
