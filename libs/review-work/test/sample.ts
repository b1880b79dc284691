import { documentClasses, type RunContext } from '@docfleet/contracts';
import type { DocumentFields, FieldValue, RunVerdict } from '@docfleet/domain';
import { beginReview } from '../src/begin-review.ts';
import type { ReviewFacts } from '../src/facts.ts';

export const facts: ReviewFacts = {
  classes: documentClasses,
  pages: [1, 2, 3].map((page) => ({ page, widthPx: 1_000, heightPx: 1_400 })),
};

export function fieldOf(given: Partial<FieldValue> & Pick<FieldValue, 'name'>): FieldValue {
  return {
    type: 'money',
    value: '12.50',
    normalised: '12.50',
    confidence: 0.4,
    provenance: { page: 1, box: [10, 10, 90, 30], words: '12.50' },
    source: 'candidates@1',
    ...given,
  };
}

/** An invoice of three pages with a total, a number and two rows. */
export const invoice: DocumentFields = {
  index: 1,
  documentClass: 'invoice',
  classVersion: 1,
  confidence: 0.8,
  firstPage: 1,
  lastPage: 3,
  classSource: 'classified',
  fields: [
    fieldOf({ name: 'grand_total' }),
    fieldOf({
      name: 'invoice_number',
      type: 'identifier',
      value: 'A-7',
      normalised: 'A-7',
      provenance: { page: 2, box: [10, 50, 90, 70], words: 'A-7' },
    }),
  ],
  rows: [1, 3].map((page) => ({
    group: 'items',
    cells: { amount: `${String(page)}.00` },
    provenance: { page, box: [0, 0, 10, 10], words: 'row' },
  })),
  rowsSeen: 2,
};

export const verdict: RunVerdict = {
  verdict: 'review',
  documents: [
    {
      index: 1,
      verdict: 'review',
      findings: [
        { code: 'FIELD_UNSURE', severity: 'review', fields: ['grand_total'], message: 'It is unsure.' },
      ],
      coverage: {
        fieldsExpected: 2,
        fieldsAnswered: 2,
        rowsSeen: 2,
        rowsExtracted: 2,
        pages: 3,
        pagesRead: 3,
      },
      gaps: [],
    },
  ],
};

export const work = beginReview([invoice], verdict);

export const context: RunContext = {
  runId: '0b3a6c1e-6f0e-5a53-8d52-1f8f3c3f7a11',
  revision: 2,
  requestId: 'request-1',
  documentId: null,
  tenantId: 'acme',
  lane: 'high',
  region: 'local',
  claimDate: '2026-01-01',
  acceptedAt: 1_767_225_600_000,
  expiresAt: 2,
  budgetMs: 600_000,
  usedMs: 10,
  timings: [{ stage: 'ocr', attempt: 1, queuedMs: 1, activeMs: 2 }],
  maxBytes: 1,
  maxPages: 1,
  maxPagePixels: 1,
  route: 'auto',
  degradation: 'L0',
  spend: 0,
  callbackUrl: null,
  expectations: {},
  documentClass: null,
  checks: true,
  fileName: 'scan.pdf',
  review: 'below-threshold',
  round: 0,
  fourEyesAbove: null,
};
