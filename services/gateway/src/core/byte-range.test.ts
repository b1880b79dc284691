import fc from 'fast-check';
import { expect, test } from 'vitest';
import { matchesTag, requestedBytes } from './byte-range.ts';

const request = { ifRange: undefined, etag: '"a"', sizeBytes: 10 };
const bytes = (range: string | undefined, more: object = {}) =>
  requestedBytes({ ...request, range, ...more });

test.each([
  ['bytes=0-0', { first: 0, last: 0 }],
  ['bytes=2-', { first: 2, last: 9 }],
  ['bytes=2-100', { first: 2, last: 9 }],
  ['bytes=-3', { first: 7, last: 9 }],
  ['bytes=-100', { first: 0, last: 9 }],
  ['Bytes=1-2', { first: 1, last: 2 }],
])('A-03: %s names bytes', (range, expected) => {
  expect(bytes(range)).toEqual(expected);
});

test.each(['bytes=10-', 'bytes=-0'])('A-03: %s cannot be satisfied', (range) => {
  expect(bytes(range)).toBe('unsatisfiable');
});

test.each([undefined, 'bytes=5-2', 'bytes=-', 'bytes=0-1,3-4', 'pages=1-2', 'bytes=a-b', 'bytes 0-1'])(
  'A-03: %s is answered by the whole',
  (range) => {
    expect(bytes(range)).toBeUndefined();
  },
);

test('A-03: If-Range names the version that a range belongs to', () => {
  expect(bytes('bytes=0-1', { ifRange: '"a"' })).toEqual({ first: 0, last: 1 });
  expect(bytes('bytes=0-1', { ifRange: '"b"' })).toBeUndefined();
  expect(bytes('bytes=0-1', { ifRange: 'W/"a"', etag: 'W/"a"' })).toBeUndefined();
  expect(bytes('bytes=0-1', { ifRange: 'Sat, 28 Nov 2026 10:00:00 GMT' })).toBeUndefined();
});

test('A-03: a range lies within the object, whatever was asked for', () => {
  const place = fc.integer({ min: 0, max: 40 });
  fc.assert(
    fc.property(
      fc.oneof(place, fc.constant('')),
      fc.oneof(place, fc.constant('')),
      place,
      (from, to, sizeBytes) => {
        const range = bytes(`bytes=${String(from)}-${String(to)}`, { sizeBytes });
        if (range === undefined || range === 'unsatisfiable') return;
        expect(range.first).toBeGreaterThanOrEqual(0);
        expect(range.last).toBeGreaterThanOrEqual(range.first);
        expect(range.last).toBeLessThan(sizeBytes);
      },
    ),
  );
});

test('A-03: If-None-Match compares weakly, and * names any version', () => {
  expect(matchesTag('W/"b", "a"', '"a"')).toBe(true);
  expect(matchesTag('W/"a"', '"a"')).toBe(true);
  expect(matchesTag('*', '"a"')).toBe(true);
  expect(matchesTag('"b"', '"a"')).toBe(false);
  expect(matchesTag(undefined, '"a"')).toBe(false);
});
