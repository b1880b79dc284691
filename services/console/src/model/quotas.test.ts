import { expect, test } from 'vitest';
import { quotasOf, textsOf } from './quotas.ts';

const quotas = {
  requestsPerMinute: 60,
  bytesPerDay: null,
  pagesPerDay: null,
  costPerDay: 1.5,
  documentsInFlight: 0,
  intakePreset: 'balanced' as const,
};

test('quotas become texts and are the same again', () => {
  expect(quotasOf(textsOf(quotas), 'balanced')).toEqual({ quotas });
});

test('what is no number is named', () => {
  expect(quotasOf({ ...textsOf(quotas), bytesPerDay: 'much', pagesPerDay: '-1' }, null)).toEqual({
    faults: ['bytesPerDay', 'pagesPerDay'],
  });
});
