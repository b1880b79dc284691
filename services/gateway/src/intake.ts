import { randomUUID } from 'node:crypto';
import type { Run, Runs } from '@docfleet/database';
import {
  FailureError,
  mayReadObject,
  toFailure,
  uploadName,
  type Clock,
  type ObjectRef,
} from '@docfleet/domain';
import type { ObjectStore } from '@docfleet/objects';
import type { Log } from '@docfleet/telemetry';
import type { Publisher } from './adapters/publisher.ts';
import type { RecentRuns } from './adapters/recent-runs.ts';
import type { SpooledFile } from './adapters/spool.ts';
import { digestOf, firstRun, type SubmissionOptions } from './core/submission.ts';

/** A file that came with the call, or one that lies in a store. */
export type SubmittedFile =
  | { readonly kind: 'upload'; readonly file: SpooledFile; readonly mediaType: string }
  | { readonly kind: 'reference'; readonly uri: string; readonly sha256: string | undefined };

export interface Intake {
  readonly runs: Runs;
  readonly store: ObjectStore;
  readonly publisher: Publisher;
  readonly recentRuns: Pick<RecentRuns, 'note'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly region: string;
  readonly maxBytes: number;
  /** Buckets that may be referred to besides the own one; undefined: any. */
  readonly sourceBuckets: readonly string[] | undefined;
}

export interface Accepted {
  readonly run: Run;
  /** True when the same submission was there before. */
  readonly repeated: boolean;
}

/**
 * Takes a submission in: the file into the store, the run's first row into the database, the record into the log.
 * Returns after the log has acknowledged. What fails on the way can be called again: every name and id is
 * made from tenant, requestId and content.
 *
 * @throws FailureError `REQUEST_CONFLICT`, `REGION_MISMATCH`, `DOC_TOO_LARGE`, `SOURCE_NOT_FOUND`,
 *   `BROKER_UNAVAILABLE`, `REGISTRY_UNAVAILABLE`, `STORE_UNAVAILABLE`, `STORE_FULL`, and `DATABASE_UNAVAILABLE`
 *   when the caller gave no requestId
 */
export async function submit(
  intake: Intake,
  call: {
    readonly tenantId: string;
    readonly options: SubmissionOptions;
    readonly file: SubmittedFile;
    readonly fileName: string | null;
    readonly signal: AbortSignal;
  },
): Promise<Accepted> {
  const { tenantId, options, file, fileName, signal } = call;
  if (options.region !== undefined && options.region !== intake.region) {
    throw new FailureError('REGION_MISMATCH');
  }
  const submitter = { tenantId, requestId: options.requestId ?? randomUUID() };
  const digest = digestOf(
    file.kind === 'upload' ? { sha256: file.file.sha256 } : { uri: file.uri, sha256: file.sha256 ?? '' },
    options,
  );
  const rowOf = (input: ObjectRef): Run =>
    firstRun(submitter, { input, digest, options, fileName, region: intake.region, at: intake.clock.now() });

  const rows = rowsFor(intake, options.requestId !== undefined);
  const { runId } = rowOf(nowhere);
  const standing = await rows.find(runId);
  // What was rejected is no run: the same requestId may be used again.
  if (standing !== undefined && standing.status !== 'rejected') return repeat(intake, standing, digest);

  const input =
    file.kind === 'upload'
      ? await upload(intake, uploadName(tenantId, runId, file.file.sha256), file, signal)
      : await refer(intake, tenantId, file, signal);
  const first = await rows.insertFirst(rowOf(input));
  if (!first.inserted) return repeat(intake, first.run, digest);
  await publish(intake, first.run);
  return { run: first.run, repeated: false };
}

const nowhere: ObjectRef = { uri: '', sha256: '', mediaType: '', sizeBytes: 0 };

/**
 * The rows of runs; where the caller named the run, a database that is out is passed over: preprocess finds a
 * conflict at the claim, and the ledger makes the row from the run's events.
 */
function rowsFor(intake: Intake, named: boolean): Pick<Runs, 'find' | 'insertFirst'> {
  const unlessOut = async <T>(work: Promise<T>, otherwise: T): Promise<T> => {
    try {
      return await work;
    } catch (error) {
      if (!named || toFailure(error).code !== 'DATABASE_UNAVAILABLE') throw error;
      intake.log.warn('a submission goes on without the database');
      return otherwise;
    }
  };
  return {
    find: (runId) => unlessOut(intake.runs.find(runId), undefined),
    insertFirst: (run) => unlessOut(intake.runs.insertFirst(run), { inserted: true, run }),
  };
}

/** A row without digest came from the log alone: whether it is the same submission, the claim has decided. */
async function repeat(intake: Intake, standing: Run, digest: string): Promise<Accepted> {
  if (standing.submissionDigest !== null && standing.submissionDigest !== digest) {
    throw new FailureError('REQUEST_CONFLICT');
  }
  if (!standing.acknowledged && standing.submissionDigest !== null) await publish(intake, standing);
  return { run: standing, repeated: true };
}

async function publish(intake: Intake, run: Run): Promise<void> {
  await intake.publisher.submission(run);
  intake.recentRuns.note(run);
  try {
    await intake.runs.acknowledge(run.runId, intake.clock.now());
  } catch (error) {
    // The sweeper sends it again, which the claim lets through once.
    intake.log.error('an acknowledgement could not be noted', error);
  }
}

function upload(
  intake: Intake,
  key: string,
  { file, mediaType }: Extract<SubmittedFile, { kind: 'upload' }>,
  signal: AbortSignal,
): Promise<ObjectRef> {
  return intake.store.upload(key, file.open(), { mediaType, maxBytes: intake.maxBytes, signal });
}

/** Looks at the referred object, so that a wrong name is answered now and not after a run. */
async function refer(
  intake: Intake,
  tenantId: string,
  { uri, sha256 }: Extract<SubmittedFile, { kind: 'reference' }>,
  signal: AbortSignal,
): Promise<ObjectRef> {
  const { store, sourceBuckets } = intake;
  const mayRead = mayReadObject({ uri, tenantId, fleetBucketUri: store.uriOf(''), sourceBuckets });
  if (!mayRead) throw new FailureError('SOURCE_NOT_FOUND');
  const facts = await store.head(uri, signal);
  if (facts === undefined) throw new FailureError('SOURCE_NOT_FOUND');
  const { mediaType, sizeBytes } = facts;
  if (sizeBytes > intake.maxBytes) {
    throw new FailureError('DOC_TOO_LARGE', { limit: intake.maxBytes, actual: sizeBytes });
  }
  return { uri, sha256: sha256 ?? '', mediaType, sizeBytes };
}
