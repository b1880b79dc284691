import type { ReviewChoice } from '@docfleet/domain';
import type { BatchSubmission } from '../plan/batches.ts';
import type { Submission } from '../plan/submissions.ts';
import type { Tenant } from '../plan/tenants.ts';
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
  review: ReviewChoice,
): Promise<{ readonly status: number; readonly runId: string | undefined }> {
  const answer = await call(options, submission.tenant, '/v1/jobs', () => {
    const form = new FormData();
    form.set('requestId', submission.requestId);
    form.set('lane', submission.lane);
    form.set('review', review);
    const file = new Blob([new Uint8Array(document.bytes)], { type: document.mediaType });
    form.set('file', file, document.fileName);
    return { method: 'POST', body: form };
  });
  const runId = (answer.body as { runId?: unknown } | undefined)?.runId;
  return { status: answer.status, runId: typeof runId === 'string' ? runId : undefined };
}

/** Submits a batch, with retries; returns the status and, if it was accepted, its id and its runs. */
export async function submitBatchThroughApi(
  options: ApiOptions,
  { tenant, lane, requestId, files }: BatchSubmission,
): Promise<{
  readonly status: number;
  readonly batchId: string | undefined;
  readonly runIds: readonly string[];
}> {
  const answer = await call(options, tenant, '/v1/batches', () => {
    const form = new FormData();
    form.set('batch', JSON.stringify({ options: { lane, review: 'never' } }));
    for (const { document } of files) {
      const file = new Blob([new Uint8Array(document.bytes)], { type: document.mediaType });
      form.append('files', file, document.fileName);
    }
    return { method: 'POST', body: form, headers: { 'idempotency-key': requestId } };
  });
  const { batchId, files: stored = [] } = (answer.body ?? {}) as {
    readonly batchId?: string;
    readonly files?: readonly { readonly runId: string }[];
  };
  return { status: answer.status, batchId, runIds: stored.map(({ runId }) => runId) };
}

/** Requests a cancel once; 404 (not listed yet) and 409 (has ended) are final answers. */
export async function cancelThroughApi(
  options: ApiOptions,
  { tenant, what }: { readonly tenant: Tenant; readonly what: `/v1/${'jobs' | 'batches'}/${string}` },
): Promise<number> {
  const answer = await call(options, tenant, `${what}/cancel`, () => ({ method: 'POST' }));
  return answer.status;
}

/** Creates an endpoint that gets every event of a tenant, and returns its id. */
export async function createWebhookThroughApi(
  options: ApiOptions,
  { tenant, url }: { readonly tenant: Tenant; readonly url: string },
): Promise<string> {
  const { status, body } = await call(options, tenant, '/v1/webhooks', () => ({
    method: 'POST',
    body: JSON.stringify({ url }),
    headers: { 'content-type': 'application/json' },
  }));
  const { endpointId } = (body ?? {}) as { readonly endpointId?: string };
  if (status !== 201 || endpointId === undefined) throw new Error(`No webhook was created: status ${status}`);
  return endpointId;
}

/** Calls the API as a tenant, again and again until it answers. */
export function call(
  { api, keyOf, signal }: ApiOptions,
  tenant: string,
  path: string,
  init: () => Omit<RequestInit, 'headers'> & { readonly headers?: Readonly<Record<string, string>> },
): Promise<{ readonly status: number; readonly body: unknown }> {
  return retryUntilDone(signal, async () => {
    const { headers, ...request } = init();
    const answer = await fetch(`${api}${path}`, {
      ...request,
      headers: { ...headers, authorization: `Bearer ${keyOf(tenant)}` },
      signal: AbortSignal.any([signal, AbortSignal.timeout(callTimeoutMs)]),
    });
    const text = await answer.text();
    // A key that was created while the database was unavailable is valid a little later.
    if (retryStatuses.has(answer.status) || answer.status === 401) throw new Error(`status ${answer.status}`);
    return { status: answer.status, body: text === '' ? undefined : (JSON.parse(text) as unknown) };
  });
}
