import { expect, test } from 'vitest';
import { formatIn, wordsOf } from './format.ts';

const english = formatIn('en-GB', 'UTC');
const german = formatIn('de-DE', 'UTC');

test('durations have two units at most', () => {
  expect(
    [0, 40.4, 1_250, 61_000, 120_000, 3_700_000, 90_000_000, 172_800_000].map((ms) => english.duration(ms)),
  ).toEqual(['0 s', '40 ms', '1.25 s', '1 min 1 s', '2 min', '1 h 1 min', '1 d 1 h', '2 d']);
});

test('bytes have three digits', () => {
  expect([0, 999, 1_000, 1_234_567, 5e15].map((count) => english.bytes(count))).toEqual([
    '0 B',
    '999 B',
    '1 kB',
    '1.23 MB',
    '5,000 TB',
  ]);
});

test('numbers and times are those of the language', () => {
  expect([german.number(1234.5), german.percent(0.873), german.time('2026-11-28T09:05:00Z')]).toEqual([
    '1.234,5',
    '87\u00a0%',
    '28.11.2026, 09:05',
  ]);
  expect(english.exactTime('2026-11-28T09:05:07Z')).toBe('28 Nov 2026, 09:05:07');
});

test('codes and names become words', () => {
  expect(['TOTAL_MISMATCH', 'invoiceNumber', 'low-confidence.field', 'Add up to 9.50'].map(wordsOf)).toEqual([
    'total mismatch',
    'invoice number',
    'low confidence field',
    'Add up to 9.50',
  ]);
});
