import { describe, expect, it } from 'vitest';
import { exceededBy, usedOf, type SubmissionQuotas, type Usage } from './quotas.ts';

const noon = Date.UTC(2026, 0, 1, 12);
const nothing: Usage = { bytes: 0, documents: 0, pages: 0, inFlight: 0, uncounted: 0, meanPages: 1 };

const check = (quotas: SubmissionQuotas, usage: Partial<Usage>, addition = { documents: 1, bytes: 10 }) =>
  exceededBy({ ...nothing, ...usage }, { quotas, addition, costPerPage: 0.5, at: noon });

describe('A-08: quotas of what is submitted', () => {
  it.each([
    ['bytesPerDay', { bytesPerDay: 100 }, { bytes: 90 }, { bytes: 91 }],
    ['pagesPerDay', { pagesPerDay: 10 }, { pages: 9, documents: 9 }, { pages: 10, documents: 9 }],
    ['costPerDay', { costPerDay: 5 }, { pages: 9, documents: 9 }, { pages: 10, documents: 9 }],
    ['documentsInFlight', { documentsInFlight: 3 }, { inFlight: 2 }, { inFlight: 3 }],
  ] as const)('%s', (quota, quotas, within, over) => {
    expect(check(quotas, within)).toBeUndefined();
    expect(check(quotas, over)?.quota).toBe(quota);
    expect(check({}, over)).toBeUndefined();
  });

  it('reserve the mean of the tenant for a document of unknown length', () => {
    const usage = { ...nothing, documents: 10, pages: 40, uncounted: 5, meanPages: 4 };
    expect(usedOf('pagesPerDay', usage, 1)).toBe(60);
    expect(usedOf('pagesPerDay', { ...nothing, uncounted: 5 }, 1)).toBe(5);
  });

  it('say in the fields of the draft what is left and when it grows', () => {
    expect(check({ bytesPerDay: 100 }, { bytes: 95 })?.headers).toEqual({
      'ratelimit-policy': '"bytes-per-day";q=100;w=86400;qu="content-bytes"',
      ratelimit: '"bytes-per-day";r=5;t=43200',
      'retry-after': '43200',
    });
    expect(check({ documentsInFlight: 1 }, { inFlight: 1 })?.headers).toEqual({
      'ratelimit-policy': '"documents-in-flight";q=1;qu="concurrent-requests"',
      ratelimit: '"documents-in-flight";r=0;t=5',
      'retry-after': '5',
    });
  });

  it('hold for many documents at once', () => {
    expect(check({ documentsInFlight: 100 }, {}, { documents: 100, bytes: 0 })).toBeUndefined();
    expect(check({ documentsInFlight: 99 }, {}, { documents: 100, bytes: 0 })?.quota).toBe(
      'documentsInFlight',
    );
  });
});
