import type { Run } from '@docfleet/contracts';
import { outcomeIdOfOrder } from '@docfleet/domain';
import { describe, expect, it } from 'vitest';
import { orderedEnding } from './ordered-ending.ts';

const run: Run = {
  runId: '6a1d4c0e-5b0f-5a67-9d0a-6f1f2f6f7c11',
  tenantId: 'acme',
  requestId: 'request-1',
  documentId: 'document-1',
  lane: 'high',
  status: 'running',
  revision: 2,
  stage: 'ocr',
  attempt: 1,
  stagesDone: 1,
  verdict: null,
  failureCode: null,
  failureMessage: null,
  fileName: 'invoice.pdf',
  input: { uri: 's3://documents/a', sha256: 'ab', mediaType: 'application/pdf', sizeBytes: 3 },
  submissionDigest: 'cd',
  region: 'north',
  route: 'fast',
  callbackUrl: 'https://acme.example/done',
  expectations: { fullName: 'A. Example' },
  documentClass: 'invoice',
  checks: false,
  round: 1,
  review: 'tenant',
  claimDate: '2023-11-14',
  acceptedAt: 1_700_000_000_000,
  createdAt: 1_699_999_999_000,
  updatedAt: 1_700_000_000_000,
  endedAt: null,
  expiresAt: 1_700_086_400_000,
  timings: [{ stage: 'preprocess', attempt: 1, queuedMs: 5, activeMs: 40 }],
  result: null,
  outcomeId: null,
  bundle: null,
  pageCount: 3,
  acknowledged: true,
};

describe('orderedEnding', () => {
  it('M-12: ends a cancelled run with what the read model knows of it', () => {
    expect(orderedEnding(run, { order: 'cancelled', by: 'gateway', at: 5 })).toEqual({
      context: {
        runId: run.runId,
        revision: 2,
        requestId: 'request-1',
        documentId: 'document-1',
        tenantId: 'acme',
        lane: 'high',
        region: 'north',
        claimDate: '2023-11-14',
        acceptedAt: 1_700_000_000_000,
        expiresAt: 1_700_086_400_000,
        budgetMs: 600_000,
        usedMs: 40,
        timings: [{ stage: 'preprocess', attempt: 1, queuedMs: 5, activeMs: 40 }],
        maxBytes: 52_428_800,
        maxPages: 200,
        maxPagePixels: 120_000_000,
        route: 'fast',
        degradation: 'L0',
        spend: 0,
        callbackUrl: 'https://acme.example/done',
        expectations: { fullName: 'A. Example' },
        documentClass: 'invoice',
        checks: false,
        round: 1,
        review: 'never',
        fourEyesAbove: null,
        fileName: 'invoice.pdf',
      },
      input: { uri: 's3://documents/a', sha256: 'ab', mediaType: 'application/pdf', sizeBytes: 3 },
      ending: {
        outcomeId: outcomeIdOfOrder(run.runId, 2, 'cancelled'),
        status: 'cancelled',
        verdict: null,
        failure: { code: 'RUN_CANCELLED', message: 'The run was cancelled.', stage: 'ocr', page: null },
        endedBy: 'gateway',
        decisionId: null,
        at: 5,
      },
      results: {},
      pageCount: 3,
    });
  });

  it('dates an unclaimed run by its creation', () => {
    const unclaimed = { ...run, claimDate: null, acceptedAt: null };
    const { context, ending } = orderedEnding(unclaimed, { order: 'expired', by: 'ledger', at: 5 });
    expect([context.claimDate, context.acceptedAt, ending.status]).toEqual([
      '2023-11-14',
      1_699_999_999_000,
      'expired',
    ]);
  });
});
