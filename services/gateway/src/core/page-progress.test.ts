import type { PageProgress } from '@docfleet/contracts';
import { expect, it } from 'vitest';
import { isEarlier, isSensible, pagesOf } from './page-progress.ts';

const progress: PageProgress = {
  runId: '0b0f4a67-9d0a-5f1f-8f6f-7c116a1d4c0e',
  revision: 1,
  tenantId: 'acme',
  stage: 'ocr',
  pagesDone: 3,
  pageCount: 9,
  at: 0,
};

it('takes records as the stages write them', () => {
  const begun = { ...progress, stage: 'preprocess', pagesDone: 0, pageCount: 0 };
  expect([isSensible(progress), isSensible(begun), isSensible({ ...progress, pagesDone: 9 })]).toEqual([
    true,
    true,
    true,
  ]);
});

it.each([
  { runId: 'x'.repeat(36) },
  { runId: '' },
  { revision: 0 },
  { stage: 'extraction' },
  { stage: '__proto__' },
  { pagesDone: -1 },
  { pagesDone: 10 },
  { pageCount: -5 },
  { pageCount: 2_000_000_000 },
  { pagesDone: 1, pageCount: 0 },
])('passes over a record with %o', (facts) => {
  expect(isSensible({ ...progress, ...facts })).toBe(false);
});

it('belongs to the run in the stage that it names', () => {
  const run = { tenantId: 'acme', revision: 1, stage: 'ocr', endedAt: null };
  const begun = { ...progress, stage: 'preprocess' };
  expect(pagesOf(run, progress)).toBe(progress);
  expect(pagesOf({ ...run, stage: null }, begun)).toBe(begun);
  for (const other of [{ tenantId: 'other' }, { revision: 2 }, { stage: 'extraction' }, { endedAt: 5 }])
    expect(pagesOf({ ...run, ...other }, progress)).toBeNull();
  expect(pagesOf(run, begun)).toBeNull();
});

it('is earlier in an earlier stage of the same revision', () => {
  const before = { ...progress, stage: 'preprocess', pagesDone: 9 };
  expect([isEarlier(before, progress), isEarlier(progress, before), isEarlier(progress, progress)]).toEqual([
    true,
    false,
    false,
  ]);
  expect(isEarlier({ ...before, revision: 2 }, progress)).toBe(false);
});
