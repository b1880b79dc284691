import { randomUUID } from 'node:crypto';
import type { Batch, BatchFile } from '@docfleet/contracts';
import { batchesIn, type Session } from '@docfleet/database';
import {
  batchIdOf,
  countFiles,
  FailureError,
  requestIdOfBatchFile,
  runIdOf,
  type Clock,
} from '@docfleet/domain';
import { batchDigest, storedOptions, type BatchHead } from '../core/batch-request.ts';
import { found } from '../core/found.ts';
import { InvalidRequest } from '../core/problem.ts';
import { refuseCallback, refuseTenant, storeFile } from '../intake.ts';
import {
  insertRuns,
  newBatch,
  publishRuns,
  repeated,
  runOfFile,
  type AcceptedBatch,
  type BatchIntake,
  type CheckUsage,
  type IncomingFile,
} from './accept-batch.ts';

/** Drafts of a tenant that may be open at the same time. */
const maxDrafts = 100;

/**
 * Opens a draft: a batch whose files arrive one by one, for connections that break.
 *
 * @throws FailureError `TENANT_SUSPENDED`, `REGION_MISMATCH`, `REQUEST_CONFLICT`, `LIMIT_REACHED`, `DATABASE_UNAVAILABLE`
 */
export function openDraft(
  { intake, database }: BatchIntake,
  call: { readonly tenantId: string; readonly head: BatchHead; readonly expiryMs: number },
): Promise<AcceptedBatch> {
  const { tenantId, head, expiryMs } = call;
  refuseTenant(intake, tenantId, head.options);
  refuseCallback(intake, head.options);
  const requestId = head.requestId ?? randomUUID();
  const at = intake.clock.now();
  const digest = batchDigest(head, 'draft');
  return database.asTenant(tenantId, async (session) => {
    const batches = batchesIn(session);
    const existing = await batches.find(batchIdOf(tenantId, requestId));
    if (existing !== undefined) return repeated(existing, digest);
    if ((await batches.countDrafts(tenantId, at, maxDrafts)) >= maxDrafts) {
      throw new FailureError('LIMIT_REACHED');
    }
    const draft = { ...newBatch({ tenantId, requestId, head, digest, at }), expiresAt: at + expiryMs };
    const { inserted, batch } = await batches.insert(draft);
    return inserted ? { batch, repeated: false } : repeated(batch, digest);
  });
}

/**
 * Refuses a draft that takes no files any more.
 *
 * @throws FailureError `NOT_FOUND`, `BATCH_STARTED`, `DRAFT_EXPIRED`
 */
export function takesFiles(batch: Batch | undefined, clock: Pick<Clock, 'now'>): Batch {
  const known = found(batch);
  if (known.state !== 'DRAFT') throw new FailureError('BATCH_STARTED');
  if (known.expiresAt !== null && known.expiresAt <= clock.now()) throw new FailureError('DRAFT_EXPIRED');
  return known;
}

/**
 * Adds a file to a draft, or replaces the one of this number. Repeating it is safe, also where it was interrupted.
 *
 * @throws FailureError as `takesFiles`, as `refuseTenant`, and as `storeFile`
 */
export async function putDraftFile(
  { intake, database }: BatchIntake,
  call: {
    /** The draft, as it was before the file arrived. */
    readonly batch: Batch;
    readonly n: number;
    readonly incoming: IncomingFile;
    readonly signal: AbortSignal;
  },
): Promise<{ readonly file: BatchFile; readonly isNew: boolean }> {
  const { batch, n, incoming, signal } = call;
  const { tenantId, batchId } = batch;
  const { file, fileName, documentId } = incoming;
  refuseTenant(intake, tenantId, storedOptions(batch.options));
  const runId = runIdOf(tenantId, requestIdOfBatchFile(batchId, n));
  const input = await storeFile(intake, { tenantId, runId, file, signal });
  return database.asTenant(tenantId, async (session) => {
    const batches = batchesIn(session);
    takesFiles(await batches.lock(batchId), intake.clock);
    const row = { batchId, tenantId, n, runId, fileName, documentId, input, status: null, erasedAt: null };
    const before = await batches.files(batchId);
    const isNew = before.every((each) => each.n !== n);
    await batches.putFile(row);
    const files = isNew ? before.length + 1 : before.length;
    await batches.setCounts(
      batchId,
      countFiles(Array.from({ length: files }, () => null)),
      intake.clock.now(),
    );
    return { file: row, isNew };
  });
}

/**
 * Starts a draft: its files become runs in one transaction, and are published. Repeating it returns the batch.
 *
 * @throws InvalidRequest for a draft without files, FailureError `NOT_FOUND`, `DRAFT_EXPIRED`, `TENANT_SUSPENDED`,
 *   `REGION_MISMATCH`, `QUOTA_EXCEEDED`, `ERASED`, `DATA_EXPIRED`, `DATABASE_UNAVAILABLE`; `BATCH_STARTED` for a draft that was cancelled
 */
export async function startDraft(
  { intake, database }: BatchIntake,
  call: {
    readonly tenantId: string;
    readonly batchId: string;
    readonly check: CheckUsage | undefined;
  },
): Promise<AcceptedBatch> {
  const { tenantId, batchId, check } = call;
  const { runs, ...accepted } = await database.asTenant(tenantId, async (session) => {
    const batch = found(await batchesIn(session).lock(batchId));
    if (batch.acceptedAt !== null) return { batch, repeated: true, runs: [] };
    takesFiles(batch, intake.clock);
    const options = storedOptions(batch.options);
    refuseTenant(intake, tenantId, options);
    const files = await batchesIn(session).files(batchId);
    if (files.length === 0) throw new InvalidRequest([{ path: 'files', message: 'the draft has no file' }]);
    const made = files.map((file) => runOfFile(intake, file, options));
    await insertRuns(session, made, check);
    for (const [index, file] of files.entries()) {
      await batchesIn(session).putFile({ ...file, status: made[index]?.status ?? null });
    }
    const counts = countFiles(made.map(({ status }) => status));
    await batchesIn(session).start(batchId, counts, intake.clock.now());
    return { batch: await started(session, batchId), repeated: false, runs: made };
  });
  await publishRuns(intake, runs);
  return accepted;
}

async function started(session: Session, batchId: string): Promise<Batch> {
  return found(await batchesIn(session).find(batchId));
}
