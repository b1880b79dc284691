import { expect, test } from 'vitest';
import { isFound, isRunId, readDocumentSearch, readJobFilter, sinceOf, withFilter } from './filters.ts';

test('a filter in an address is read, and what is none is left out', () => {
  const search = { status: 'failed', lane: 'slow', age: 'day', tenant: '', find: 2024, other: 1 };
  expect(readJobFilter(search)).toEqual({ status: 'failed', age: 'day', find: '2024' });
});

test('a filter gets another value, or loses it', () => {
  const filter = { status: 'failed', lane: 'high' } as const;
  expect([withFilter(filter, 'lane', 'normal'), withFilter(filter, 'lane', '')]).toEqual([
    { status: 'failed', lane: 'normal' },
    { status: 'failed' },
  ]);
});

test('the first page of a document needs no address', () => {
  expect(
    [{ page: 3, field: '0-2' }, { page: 1 }, { page: 'x' }, { page: -1 }].map(readDocumentSearch),
  ).toEqual([{ page: 3, field: '0-2' }, {}, {}, {}]);
});

test('a list of the last day begins at the same minute for a minute', () => {
  const now = Date.parse('2026-11-28T09:05:07Z');
  expect([sinceOf('day', now), sinceOf('day', now + 10_000), sinceOf('hour', now)]).toEqual([
    '2026-11-27T09:05:00.000Z',
    '2026-11-27T09:05:00.000Z',
    '2026-11-28T08:05:00.000Z',
  ]);
});

test('a document is found by a part of its names', () => {
  const job = { runId: 'a1', fileName: 'Invoice 7.pdf', documentId: null, requestId: 'order-9' };
  expect(['invoice', 'ORDER', 'a1', 'letter'].map((text) => isFound(job, text))).toEqual([
    true,
    true,
    true,
    false,
  ]);
});

test('a whole run id names a document', () => {
  expect([' 5F0c7d6e-3f0a-5d0b-9a43-2f6a1c9be001 ', '5f0c7d6e'].map(isRunId)).toEqual([true, false]);
});
