import { describe, expect, it } from 'vitest';
import { predictionOf, summarise } from './summary.ts';

const field = { name: 'sum', value: '$ 9', normalised: '9.00', confidence: 0.9, page: 1 };
const mapping = {
  set: 'bills',
  fields: [
    { label: 'total', field: 'sum', compare: 'amount', predict: 'normalised' },
    { label: 'printed', field: 'sum', compare: 'text', predict: 'value' },
    { label: 'date', field: 'day', compare: 'date', predict: 'value' },
  ],
} as const;

describe('predictionOf', () => {
  it('takes each value in the form the class file chooses', () => {
    const job = { status: 'completed', documents: [{ documentClass: 'bill', fields: [field] }] };
    expect(predictionOf(job, { className: 'bill', mapping })).toEqual({ total: '9.00', printed: '$ 9' });
  });

  it('predicts nothing from a document of another class', () => {
    const job = { status: 'completed', documents: [{ documentClass: 'letter', fields: [field] }] };
    expect(predictionOf(job, { className: 'bill', mapping })).toEqual({});
  });
});

describe('summarise', () => {
  it('counts endings and takes medians', () => {
    const job = (ocrMs: number) => ({
      status: 'completed',
      verdict: 'approve',
      timings: [{ stage: 'ocr', activeMs: ocrMs }],
    });
    const failed = { status: 'failed', failure: { code: 'DOC_CORRUPT', message: '' } };
    expect(
      summarise([
        { id: 'a', job: job(10), wallMs: 100 },
        { id: 'b', job: job(30), wallMs: 300 },
        { id: 'c', job: failed, wallMs: 50 },
      ]),
    ).toEqual({
      statuses: { completed: 2, failed: 1 },
      verdicts: { approve: 2 },
      classes: {},
      failures: { DOC_CORRUPT: 1 },
      stageMs: { ocr: 20 },
      wallMs: 100,
    });
  });
});
