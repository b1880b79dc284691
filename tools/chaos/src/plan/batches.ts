import { batchIdOf, requestIdOfBatchFile, runIdOf, type Lane } from '@docfleet/domain';
import type { Random } from '@docfleet/samples';
import type { Document } from './documents.ts';
import type { Tenant } from './tenants.ts';

/** Documents that are handed in together, through the API, and are each a run. */
export interface BatchSubmission {
  /** Of its first document. */
  readonly index: number;
  readonly tenant: Tenant;
  readonly lane: Lane;
  /** Its idempotency key. */
  readonly requestId: string;
  readonly batchId: string;
  readonly files: readonly { readonly runId: string; readonly document: Document }[];
  /** Whether two callers hand it in at the same time. */
  readonly repeated: boolean;
  /** Time from submission to two cancels of the batch, in milliseconds; null: not cancelled. */
  readonly cancelAfterMs: number | null;
}

/** Every second batch is handed in twice, and the last of every four is cancelled. */
export function batchOf(
  random: Random,
  given: {
    /** Of the batches of the plan, from 0. */
    readonly number: number;
    readonly index: number;
    readonly tenant: Tenant;
    readonly lane: Lane;
    readonly requestId: string;
    readonly documents: readonly Document[];
  },
): BatchSubmission {
  const { number, documents, ...submitter } = given;
  const { tenant, requestId } = submitter;
  const batchId = batchIdOf(tenant, requestId);
  const cancelAfterMs = Math.floor(random.next() ** 2 * 4_000);
  return {
    ...submitter,
    batchId,
    files: documents.map((document, file) => ({
      runId: runIdOf(tenant, requestIdOfBatchFile(batchId, file + 1)),
      document,
    })),
    repeated: number % 2 === 0,
    cancelAfterMs: number % 4 === 3 ? cancelAfterMs : null,
  };
}
