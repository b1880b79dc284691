import { randomUUID } from 'node:crypto';
import type { Batch, BatchFile, Run } from '@docfleet/contracts';
import {
  batchesIn,
  erasureRequestsIn,
  insertCounted,
  type Database,
  type Session,
  type TenantUsage,
} from '@docfleet/database';
import {
  batchIdOf,
  countFiles,
  FailureError,
  mapConcurrently,
  requestIdOfBatchFile,
  runIdOf,
  toFailure,
  type ObjectRef,
} from '@docfleet/domain';
import { batchDigest, optionsOfFile, type BatchHead, type BatchOptions } from '../core/batch-request.ts';
import { InvalidRequest } from '../core/problem.ts';
import { refuseRemoved } from '../core/removed-run.ts';
import { firstRun } from '../core/submission.ts';
import {
  digestOfFile,
  publish,
  refuseAddress,
  refuseCallback,
  refuseTenant,
  storeFile,
  type Intake,
  type SubmittedFile,
} from '../intake.ts';

/** A file of a batch on its way in. An upload is on disk until the next one is asked for. */
export interface IncomingFile {
  readonly file: SubmittedFile;
  readonly fileName: string | null;
  readonly documentId: string | null;
}

export interface BatchIntake {
  readonly intake: Intake;
  readonly database: Pick<Database, 'asTenant'>;
}

/** Looks at the usage of a tenant with a file; what it throws refuses the batch. */
export type CheckUsage = (usage: TenantUsage) => void;

export interface AcceptedBatch {
  readonly batch: Batch;
  /** True when the same batch was accepted before. */
  readonly repeated: boolean;
}

/** Records of one batch that are sent at the same time. */
const publishedAtOnce = 8;

/**
 * Accepts a batch, all of it or nothing: each file goes to the store as it arrives, then one transaction writes the batch
 * and the first row of each file's run, then the runs are published. What was stored of a batch that is refused belongs to
 * no run and expires. What could not be published the sweeper publishes. It is safe to repeat after any failure: names and
 * ids are derived from tenant, requestId and the number of the file.
 *
 * @throws InvalidRequest for a batch without files, FailureError `INVALID_SUBMISSION`, `TENANT_SUSPENDED`, `QUOTA_EXCEEDED`,
 *   `REGION_MISMATCH`, `REQUEST_CONFLICT`, `ERASED`, `DATA_EXPIRED`, `DOC_TOO_LARGE`, `STORE_UNAVAILABLE`, `STORE_FULL`, `DATABASE_UNAVAILABLE`; what reading the files throws
 */
export async function acceptBatch(
  { intake, database }: BatchIntake,
  call: {
    readonly tenantId: string;
    readonly head: BatchHead;
    readonly files: AsyncIterable<IncomingFile> | Iterable<IncomingFile>;
    readonly check: CheckUsage | undefined;
    readonly signal: AbortSignal;
  },
): Promise<AcceptedBatch> {
  const { tenantId, head, signal } = call;
  refuseTenant(intake, tenantId, head.options);
  refuseCallback(intake, head.options);
  const requestId = head.requestId ?? randomUUID();
  const batchId = batchIdOf(tenantId, requestId);
  const existing = await database.asTenant(tenantId, (session) => batchesIn(session).find(batchId));
  const runs: Run[] = [];
  for await (const each of call.files) {
    const { file, fileName, documentId } = each;
    const submitter = { tenantId, requestId: requestIdOfBatchFile(batchId, runs.length + 1) };
    const options = optionsOfFile(head.options, { requestId: submitter.requestId, documentId });
    if (file.kind === 'reference') refuseAddress(options, file.uri);
    const runId = runIdOf(tenantId, submitter.requestId);
    // A repeat is only compared: the objects of a batch that has ended may have expired.
    const input =
      existing === undefined ? await storeOrLeave(intake, { tenantId, runId, file, signal }) : unstored;
    const digest = digestOfFile(file, options);
    runs.push(firstRun(submitter, { ...intake, input, digest, options, fileName, at: intake.clock.now() }));
  }
  if (runs.length === 0) throw new InvalidRequest([{ path: 'files', message: 'the batch has no file' }]);
  const digest = batchDigest(
    head,
    runs.map(({ submissionDigest }) => submissionDigest ?? ''),
  );
  const at = intake.clock.now();
  const batch: Batch = {
    ...newBatch({ tenantId, requestId, head, digest, at }),
    state: 'QUEUED',
    counts: countFiles(runs.map(({ status }) => status)),
    acceptedAt: at,
  };
  if (existing !== undefined) return repeated(existing, digest);
  const stored = await database.asTenant(tenantId, async (session) => {
    const first = await batchesIn(session).insert(batch);
    if (!first.inserted) return repeated(first.batch, digest);
    for (const [index, run] of runs.entries()) {
      await batchesIn(session).putFile(fileOf(batchId, index + 1, run));
    }
    await insertRuns(session, runs, call.check);
    return { batch: first.batch, repeated: false };
  });
  if (!stored.repeated) await publishRuns(intake, runs);
  return stored;
}

/** Stores a file. An object that cannot be read refuses no batch: preprocess fails its run with the same code. */
async function storeOrLeave(intake: Intake, of: Parameters<typeof storeFile>[1]): Promise<ObjectRef> {
  try {
    return await storeFile(intake, of);
  } catch (error) {
    if (of.file.kind === 'upload' || toFailure(error).code !== 'SOURCE_NOT_FOUND') throw error;
    return { ...unstored, uri: of.file.uri, sha256: of.file.sha256 ?? '' };
  }
}

/** The batch of a repeated call. @throws FailureError `REQUEST_CONFLICT` where it is another one */
export function repeated(existing: Batch, digest: string): AcceptedBatch {
  if (existing.digest !== digest) throw new FailureError('REQUEST_CONFLICT');
  return { batch: existing, repeated: true };
}

/** A batch before it has files. */
export function newBatch(of: {
  readonly tenantId: string;
  readonly requestId: string;
  readonly head: BatchHead;
  readonly digest: string;
  readonly at: number;
}): Batch {
  const { tenantId, requestId, head, digest, at } = of;
  return {
    batchId: batchIdOf(tenantId, requestId),
    tenantId,
    requestId,
    state: 'DRAFT',
    revision: 0,
    digest,
    metadata: head.metadata,
    options: head.options,
    counts: countFiles([]),
    createdAt: at,
    updatedAt: at,
    acceptedAt: null,
    endedAt: null,
    cancelAskedAt: null,
    expiresAt: null,
  };
}

/** The first row of the run of a draft's file. @throws FailureError `INTERNAL_ERROR` for a file without its object */
export function runOfFile(
  intake: Intake,
  { tenantId, n, batchId, documentId, input, fileName }: BatchFile,
  options: BatchOptions,
): Run {
  if (input === null) throw new FailureError('INTERNAL_ERROR');
  const requestId = requestIdOfBatchFile(batchId, n);
  const all = optionsOfFile(options, { requestId, documentId });
  const digest = digestOfFile({ kind: 'reference', uri: input.uri, sha256: input.sha256 }, all);
  return firstRun(
    { tenantId, requestId },
    { ...intake, input, digest, options: all, fileName, at: intake.clock.now() },
  );
}

/**
 * Inserts the first rows of the runs of a batch, in its transaction.
 *
 * @throws FailureError `ERASED`, `DATA_EXPIRED` where a run of an earlier batch of this requestId is known, `REQUEST_CONFLICT`
 *   where another document has the id of a file, and what `check` throws
 */
export async function insertRuns(
  session: Session,
  runs: readonly Run[],
  check: CheckUsage | undefined,
): Promise<void> {
  for (const [index, run] of runs.entries()) {
    refuseRemoved(await erasureRequestsIn(session).removalOf(run.runId));
    // The usage with the last one is that of the whole batch.
    const first = await insertCounted(session, run, index === runs.length - 1 ? check : undefined);
    if (first.inserted) continue;
    const isSame = first.run.submissionDigest === run.submissionDigest;
    throw new FailureError(isSame ? 'DATA_EXPIRED' : 'REQUEST_CONFLICT');
  }
}

/** Publishes the runs of a batch. At the first failure it stops: the rows are stored, and the sweeper goes on. */
export async function publishRuns(intake: Intake, runs: readonly Run[]): Promise<void> {
  try {
    // A caller who disconnects stops nothing: the batch is accepted.
    const { signal } = new AbortController();
    await mapConcurrently(runs, { limit: publishedAtOnce, signal }, (run) => publish(intake, run));
  } catch (error) {
    intake.log
      .child({ tenant: runs[0]?.tenantId })
      .warn('Not every run of a batch could be published; the sweeper goes on', { reason: String(error) });
  }
}

/** Stands for the object of a file that is compared and not stored. */
const unstored: ObjectRef = { uri: '', sha256: '', mediaType: '', sizeBytes: 0 };

function fileOf(batchId: string, n: number, run: Run): BatchFile {
  const { tenantId, runId, fileName, documentId, input, status } = run;
  return { batchId, tenantId, n, runId, fileName, documentId, input, status, erasedAt: null };
}
