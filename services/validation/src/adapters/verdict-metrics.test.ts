import { documentClasses } from '@docfleet/contracts';
import { createMetrics } from '@docfleet/telemetry';
import { expect, test } from 'vitest';
import { exportVerdicts } from './verdict-metrics.ts';

test('O-04: verdicts, gaps, findings and confidence are counted by class', async () => {
  const [documentClass] = documentClasses;
  if (documentClass === undefined) throw new Error('there is no document class');
  const metrics = createMetrics('validation');
  const fields = {
    index: 1,
    documentClass: documentClass.name,
    classVersion: documentClass.version,
    confidence: 0.9,
    firstPage: 1,
    lastPage: 1,
    fields: [{ confidence: 0.62 }],
    rows: [],
    rowsSeen: 0,
  };
  const finding = { fields: [], message: '' };
  const coverage = { wordsSeen: 0, wordsUsed: 0 };
  exportVerdicts(metrics)([{ fields, documentClass, pages: [] } as never], {
    verdict: 'review',
    documents: [
      {
        index: 1,
        verdict: 'review',
        findings: [
          { ...finding, code: 'FIELD_MISSING', severity: 'review' },
          { ...finding, code: 'SEEN', severity: 'info' },
        ],
        coverage,
        gaps: ['total', 'page 2'],
      },
    ],
  } as never);
  const text = await metrics.text();
  const own = text.split('\n').filter((line) => line.includes(`class="${documentClass.name}"`));
  expect(own.filter((line) => /_(total|count|sum)\{/.test(line))).toEqual([
    ...['approve', 'review', 'reject'].map(
      (verdict) =>
        `docfleet_judged_documents_total{class="${documentClass.name}",verdict="${verdict}",service="validation"} ${verdict === 'review' ? '1' : '0'}`,
    ),
    `docfleet_document_gaps_total{class="${documentClass.name}",service="validation"} 2`,
    `docfleet_findings_total{class="${documentClass.name}",code="FIELD_MISSING",service="validation"} 1`,
    `docfleet_field_confidence_ratio_sum{service="validation",class="${documentClass.name}"} 0.62`,
    `docfleet_field_confidence_ratio_count{service="validation",class="${documentClass.name}"} 1`,
  ]);
});
