import type { DocumentCompleted, DocumentFailed } from '@docfleet/contracts';

const common = {
  outcomeId: 'outcome-1',
  runId: 'run-1',
  revision: 1,
  supersedes: null,
  requestId: 'request-1',
  tenantId: 'acme',
  documentId: null,
  lane: 'normal',
  bundle: {
    uri: 's3://docfleet/runs/result.json',
    sha256: '0'.repeat(64),
    sizeBytes: 1,
    mediaType: 'application/json',
  },
  timings: [],
  degradation: 'normal',
  acceptedAt: 1_000,
  endedAt: 2_000,
  callbackUrl: null,
} as const;

export function completedEvent(of: Partial<DocumentCompleted>): DocumentCompleted {
  return {
    ...common,
    status: 'completed',
    verdict: 'approve',
    documents: [],
    fieldsOmitted: false,
    pageCount: 1,
    engines: [],
    ...of,
  };
}

export function failedEvent(of: Partial<DocumentFailed>): DocumentFailed {
  return {
    ...common,
    status: 'failed',
    failure: { code: 'DOC_CORRUPT', message: 'The file is damaged.', stage: 'preprocess', page: null },
    ...of,
  };
}
