import type { DocumentCompleted, DocumentFailed, DocumentRejected, StageEvent } from '@docfleet/contracts';
import type { StageName } from '@docfleet/domain';
import type { Fact } from '../src/core/projection.ts';

export const runId = '6a1d4c0e-5b0f-5a67-9d0a-6f1f2f6f7c11';

export function eventOf(
  stage: StageName,
  kind: StageEvent['kind'],
  more: Partial<StageEvent> = {},
): StageEvent {
  return {
    runId,
    revision: 1,
    requestId: 'request-1',
    documentId: null,
    tenantId: 'acme',
    lane: 'normal',
    claimDate: '2023-11-14',
    stage,
    kind,
    attempt: 1,
    at: 1_700_000_001_000,
    acceptedAt: 1_700_000_000_000,
    expiresAt: 1_700_086_400_000,
    queuedMs: 5,
    activeMs: 40,
    code: null,
    detail: null,
    pageCount: 2,
    source: { topic: 'documents.normal', partition: 0, offset: '7' },
    region: 'north',
    callbackUrl: null,
    round: 0,
    ...more,
  };
}

export function completedOf(more: Partial<DocumentCompleted> = {}): DocumentCompleted {
  return {
    outcomeId: 'outcome-1',
    runId,
    revision: 1,
    supersedes: null,
    requestId: 'request-1',
    tenantId: 'acme',
    documentId: null,
    lane: 'normal',
    status: 'completed',
    verdict: 'approve',
    documents: [],
    fieldsOmitted: false,
    pageCount: 2,
    bundle: { uri: 's3://b/runs/result.json', sha256: 'ab', mediaType: 'application/json', sizeBytes: 2 },
    timings: [{ stage: 'preprocess', attempt: 1, queuedMs: 5, activeMs: 40 }],
    degradation: 'L0',
    engines: ['onnx'],
    acceptedAt: 1_700_000_000_000,
    endedAt: 1_700_000_009_000,
    callbackUrl: null,
    ...more,
  };
}

export function failedOf(more: Partial<DocumentFailed> = {}): DocumentFailed {
  return {
    outcomeId: 'outcome-2',
    runId,
    revision: 1,
    supersedes: null,
    requestId: 'request-1',
    tenantId: 'acme',
    documentId: null,
    lane: 'normal',
    status: 'failed',
    failure: { code: 'DOC_CORRUPT', message: 'The file is damaged.', stage: 'preprocess', page: null },
    bundle: { uri: 's3://b/runs/result.json', sha256: 'ab', mediaType: 'application/json', sizeBytes: 2 },
    timings: [],
    degradation: 'L0',
    acceptedAt: 1_700_000_000_000,
    endedAt: 1_700_000_009_000,
    callbackUrl: null,
    ...more,
  };
}

export function rejectedOf(more: Partial<DocumentRejected> = {}): DocumentRejected {
  return {
    rejectionId: 'rejection-1',
    code: 'REQUEST_CONFLICT',
    message: 'Used before.',
    tenantId: 'acme',
    requestId: 'request-1',
    source: { topic: 'documents.normal', partition: 0, offset: '8' },
    at: 1_700_000_002_000,
    ...more,
  };
}

export const event = (...of: Parameters<typeof eventOf>): Fact => ({ kind: 'event', event: eventOf(...of) });
export const completed = (more: Partial<DocumentCompleted> = {}): Fact => ({
  kind: 'completed',
  end: completedOf(more),
});
export const failed = (more: Partial<DocumentFailed> = {}): Fact => ({ kind: 'failed', end: failedOf(more) });
export const rejected = (more: Partial<DocumentRejected> = {}): Fact => ({
  kind: 'rejected',
  runId,
  rejection: rejectedOf(more),
});
