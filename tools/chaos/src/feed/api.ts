import type { Submission } from '../plan/submissions.ts';
import type { Document } from '../plan/documents.ts';
import { retryUntilDone } from './retry-until-done.ts';

export interface ApiOptions {
  readonly api: string;
  readonly keyOf: (tenant: string) => string;
  readonly signal: AbortSignal;
}

/** Statuses after which a call is retried; a call without an answer is retried too. */
const retryStatuses = new Set([429, 500, 502, 503, 504]);

const callTimeoutMs = 30_000;

/** Submits a document, with retries; returns the status and, if it was accepted, the run's id. */
export async function submitThroughApi(
  options: ApiOptions,
  submission: Submission,
  document: Document,
): Promise<{ readonly status: number; readonly runId: string | undefined }> {
  const answer = await call(options, submission.tenant, '/v1/jobs', () => {
    const form = new FormData();
    form.set('requestId', submission.requestId);
    form.set('lane', submission.lane);
    const file = new Blob([new Uint8Array(document.bytes)], { type: document.mediaType });
    form.set('file', file, document.fileName);
    return { method: 'POST', body: form };
  });
  const runId = (answer.body as { runId?: unknown } | undefined)?.runId;
  return { status: answer.status, runId: typeof runId === 'string' ? runId : undefined };
}

/** Requests a cancel once; 404 (not listed yet) and 409 (has ended) are final answers. */
export async function cancelThroughApi(options: ApiOptions, submission: Submission): Promise<number> {
  const { tenant, runId } = submission;
  const answer = await call(options, tenant, `/v1/jobs/${runId}/cancel`, () => ({ method: 'POST' }));
  return answer.status;
}

function call(
  { api, keyOf, signal }: ApiOptions,
  tenant: string,
  path: string,
  init: () => RequestInit,
): Promise<{ readonly status: number; readonly body: unknown }> {
  return retryUntilDone(signal, async () => {
    const answer = await fetch(`${api}${path}`, {
      ...init(),
      headers: { authorization: `Bearer ${keyOf(tenant)}` },
      signal: AbortSignal.any([signal, AbortSignal.timeout(callTimeoutMs)]),
    });
    const text = await answer.text();
    // A key that was created while the database was unavailable is valid a little later.
    if (retryStatuses.has(answer.status) || answer.status === 401) throw new Error(`status ${answer.status}`);
    return { status: answer.status, body: text === '' ? undefined : (JSON.parse(text) as unknown) };
  });
}
