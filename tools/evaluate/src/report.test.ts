import { documentClasses } from '@docfleet/contracts';
import { expect, test } from 'vitest';
import type { Job } from './pipeline.ts';
import { reportOf } from './report.ts';
import { score } from './score.ts';

const documentClass = documentClasses.find(({ name }) => name === 'receipt');

test('a report has the confidence of each labelled value, whether it was right, and no value', () => {
  if (documentClass?.evaluation == null) throw new Error('receipts have no evaluation');
  const { evaluation: mapping } = documentClass;
  const total = mapping.fields.find(({ field }) => field === 'total');
  const company = mapping.fields.find(({ field }) => field === 'company');
  const found = (name: string, value: string, confidence: number) => ({
    name,
    value,
    normalised: value,
    confidence,
  });
  const job = {
    documents: [
      { documentClass: 'receipt', fields: [found('total', '12.50', 0.9), found('company', 'Other', 0.4)] },
    ],
  } as unknown as Job;
  const documents = [
    { id: 'a', path: '', values: { [total?.label ?? '']: '12.50', [company?.label ?? '']: 'Secret Ltd' } },
    { id: 'b', path: '', values: { [total?.label ?? '']: '1.00' } },
  ];
  const processed = [
    { id: 'a', job, wallMs: 1 },
    { id: 'b', job: { documents: [] } as unknown as Job, wallMs: 1 },
  ];
  const report = reportOf({ documentClass, mapping, documents }, processed, {
    score: score(mapping, new Map(), documents),
    at: '2026-01-31T00:00:00.000Z',
  });
  expect([...report.values].sort((a, b) => b.confidence - a.confidence)).toEqual([
    { document: 'a', field: 'total', confidence: 0.9, isRight: true },
    { document: 'a', field: 'company', confidence: 0.4, isRight: false },
  ]);
  expect(report.fields.map(({ field }) => field)).toEqual(mapping.fields.map(({ field }) => field));
  expect(JSON.stringify(report)).not.toContain('Secret');
});
