import type { DocumentFields, FieldType, RunVerdict } from '@docfleet/domain';
import { expect, test } from 'vitest';
import { approvedWithoutPerson, needsPerson, needsTwoPeople } from './needs-person.ts';

const runs = Array.from({ length: 1_000 }, (_, n) => `run-${String(n)}`);

test('H-01: the policy of the run says which results wait for a person', () => {
  const waits = (policy: Parameters<typeof needsPerson>[0]) =>
    (['approve', 'review', 'reject'] as const).map((verdict) =>
      needsPerson(policy, { runId: 'run', verdict }),
    );
  expect([waits('never'), waits('below-threshold'), waits('always'), waits('sample:100')]).toEqual([
    [false, false, false],
    [false, true, false],
    [true, true, true],
    [true, true, true],
  ]);
});

test('H-01: a sample has about its share of the other results, and the same ones each time', () => {
  const drawn = runs.filter((runId) => needsPerson('sample:20', { runId, verdict: 'approve' }));
  expect(drawn.length).toBeGreaterThan(160);
  expect(drawn.length).toBeLessThan(240);
  expect(runs.filter((runId) => needsPerson('sample:20', { runId, verdict: 'approve' }))).toEqual(drawn);
  expect(runs.every((runId) => needsPerson('sample:1', { runId, verdict: 'review' }))).toBe(true);
});

const provenance = { page: 1, box: [0, 0, 1, 1] as const, words: '' };

function documentWith(...values: readonly (readonly [FieldType, string])[]): DocumentFields {
  return {
    ...{ index: 1, documentClass: 'invoice', classVersion: 1, confidence: 1, firstPage: 1, lastPage: 1 },
    fields: values.map(([type, normalised]) => ({
      ...{
        name: type,
        type,
        value: normalised,
        normalised,
        confidence: 1,
        provenance,
        source: 'candidates@1',
      },
    })),
    rows: [],
    rowsSeen: 0,
  };
}

test('H-01: two people approve an amount above the limit, whatever its sign, and nothing else', () => {
  const documents = [documentWith(['count', '5000']), documentWith(['money', '-1000.01'], ['money', '3.00'])];
  expect([1_000, 1_000.01, null].map((limit) => needsTwoPeople(documents, limit))).toEqual([
    true,
    false,
    false,
  ]);
  expect(needsTwoPeople([documentWith(['money', ''])], 0)).toBe(false);
});

test('R-02: what is approved without a person says so in every document', () => {
  const coverage = {
    ...{ fieldsExpected: 1, fieldsAnswered: 1, rowsSeen: 0, rowsExtracted: 0, pages: 1, pagesRead: 1 },
  };
  const unsure = { code: 'FIELD_UNSURE', severity: 'review', fields: ['total'], message: 'Unsure.' } as const;
  const verdict: RunVerdict = {
    verdict: 'review',
    documents: [{ index: 1, verdict: 'review', findings: [unsure], coverage, gaps: [] }],
  };
  expect(approvedWithoutPerson(verdict)).toMatchObject({
    verdict: 'approve',
    documents: [{ verdict: 'approve', findings: [unsure, { code: 'AUTO_APPROVED', severity: 'info' }] }],
  });
});
