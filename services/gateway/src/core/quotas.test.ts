import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exceededBy, submissionQuotas, usedOf, type SubmissionQuotas, type Usage } from './quotas.ts';

const noon = Date.UTC(2026, 0, 1, 12);
const nothing: Usage = {
  ...{ bytes: 0, documents: 0, pages: 0, inFlight: 0, uncounted: 0 },
  ...{ meanPages: 1, meanOf: 0 },
};

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

  it('reserve pages for documents of unknown length: the mean for one, and more for several', () => {
    const usage = { ...nothing, documents: 10, pages: 40, meanPages: 4, meanOf: 10 };
    const usedWith = (uncounted: number, limit?: number) =>
      usedOf('pagesPerDay', { ...usage, uncounted }, { costPerPage: 1, limit });
    expect([usedWith(0, 880), usedWith(1, 880), usedWith(5, 880)]).toEqual([40, 48, 114]);
    expect(usedWith(5)).toBe(60);
    expect(usedOf('costPerDay', { ...usage, uncounted: 5 }, { costPerPage: 0.5, limit: 440 })).toBe(114 / 2);
  });

  it('let one document in at a time where they know nothing of the tenant, however small they are', () => {
    expect(check({ pagesPerDay: 1 }, {})).toBeUndefined();
    expect(check({ pagesPerDay: 1 }, { uncounted: 1 })?.quota).toBe('pagesPerDay');
    expect(check({ pagesPerDay: 1_000 }, { uncounted: 11 })).toBeUndefined();
    expect(check({ pagesPerDay: 1_000 }, { uncounted: 12 })?.quota).toBe('pagesPerDay');
  });

  it('of 0 let nothing in, also where pages cost nothing', () => {
    for (const quota of submissionQuotas)
      expect(
        exceededBy(nothing, {
          quotas: { [quota]: 0 },
          addition: { documents: 1, bytes: 0 },
          costPerPage: 0,
          at: noon,
        })?.quota,
      ).toBe(quota);
    expect(
      exceededBy(
        { ...nothing, pages: 9 },
        {
          ...{ quotas: { costPerDay: 1 }, addition: { documents: 1, bytes: 0 }, costPerPage: 0, at: noon },
        },
      ),
    ).toBeUndefined();
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

/** Numbers from 0 to 1 that look random, always the same ones for a seed. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/**
 * A tenant that sends as fast as it may until nothing more is let in, through any number of gateways: each decides in the
 * transaction that accepts, so they see the same usage. Documents are read `delay` submissions later. The pages of the day.
 */
function floodOfADay(facts: {
  readonly limit: number;
  readonly delay: number;
  readonly pagesOf: (random: number) => number;
  readonly random: () => number;
}): number {
  const { limit, delay, pagesOf, random } = facts;
  const unread: number[] = [];
  let read: Usage = nothing;
  let refusals = 0;
  while (refusals <= delay) {
    const accepted =
      exceededBy(
        { ...read, inFlight: unread.length, uncounted: unread.length },
        {
          ...{
            quotas: { pagesPerDay: limit },
            addition: { documents: 1, bytes: 0 },
            costPerPage: 0,
            at: noon,
          },
        },
      ) === undefined;
    refusals = accepted ? 0 : refusals + 1;
    if (accepted) unread.push(pagesOf(random()));
    if (unread.length < delay && accepted) continue;
    const pages = read.pages + (unread.shift() ?? 0);
    const documents = read.documents + 1;
    read = { ...read, pages, documents, meanPages: Math.max(1, pages / documents), meanOf: documents };
  }
  return read.pages + unread.reduce((sum, each) => sum + each, 0);
}

it('A-08: pages of a day stay within 5 % of the quota, and use nearly all of it', () => {
  const kinds = {
    equal: () => 4,
    invoices: (random: number) => (random < 0.7 ? 1 : random < 0.95 ? 2 : 5),
    geometric: (random: number) => 1 + Math.floor(Math.log(1 - random) / Math.log(0.75)),
    'now and then a long one': (random: number) => (random < 0.95 ? 2 : 30),
  };
  const kind = fc.constantFrom(...(Object.keys(kinds) as (keyof typeof kinds)[]));
  fc.assert(
    fc.property(
      kind,
      fc.integer({ min: 1, max: 2 ** 31 }),
      fc.integer({ min: 1, max: 200 }),
      (name, seed, delay) => {
        const limit = 2_000;
        const pages = floodOfADay({ limit, delay, pagesOf: kinds[name], random: randomFrom(seed) });
        expect(pages).toBeLessThanOrEqual(1.05 * limit);
        expect(pages).toBeGreaterThanOrEqual(0.95 * limit);
      },
    ),
    { numRuns: 300, seed: 1 },
  );
});
