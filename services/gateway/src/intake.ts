import { randomUUID } from 'node:crypto';
import type { Run } from '@docfleet/contracts';
import type { Runs } from '@docfleet/database';
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

/** A file uploaded with the request, or a reference to an object in a store. */
export type SubmittedFile =
  | { readonly kind: 'upload'; readonly file: SpooledFile; readonly mediaType: string }
  | { readonly kind: 'reference'; readonly uri: string; readonly sha256: string | undefined };

export interface Intake {
  readonly runs: Runs;
  readonly store: ObjectStore;
  readonly publisher: Publisher;
  readonly recentRuns: Pick<RecentRuns, 'add'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly region: string;
  readonly maxBytes: number;
  /** Buckets that references may name besides the fleet's own; undefined: any. */
  readonly sourceBuckets: readonly string[] | undefined;
}

export interface Accepted {
  readonly run: Run;
  /** True when the same submission was accepted before. */
  readonly repeated: boolean;
}

/**
 * Accepts a submission: writes the file to the store, the run's first row to the database, and the record to Kafka.
 * Returns after the broker's acknowledgement. It is safe to repeat after any failure: names and ids are derived
 * from tenant, requestId and content.
 *
 * @throws FailureError `REQUEST_CONFLICT`, `REGION_MISMATCH`, `DOC_TOO_LARGE`, `SOURCE_NOT_FOUND`,
 *   `BROKER_UNAVAILABLE`, `REGISTRY_UNAVAILABLE`, `STORE_UNAVAILABLE`, `STORE_FULL`, and `DATABASE_UNAVAILABLE`
 *   when the client gave no requestId
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
  const { runId } = rowOf(unknownInput);
  const existing = await rows.find(runId);
  // A rejected submission is not a run: its requestId may be used again.
  if (existing !== undefined && existing.status !== 'rejected') return repeat(intake, existing, digest);

  const input =
    file.kind === 'upload'
      ? await upload(intake, uploadName(tenantId, runId, file.file.sha256), file, signal)
      : await resolveReference(intake, tenantId, file, signal);
  const first = await rows.insertFirst(rowOf(input));
  if (!first.inserted) return repeat(intake, first.run, digest);
  await publish(intake, first.run);
  return { run: first.run, repeated: false };
}

/** Stands for the file while only the ids of the run are needed. */
const unknownInput: ObjectRef = { uri: '', sha256: '', mediaType: '', sizeBytes: 0 };

/**
 * The rows of runs. With a requestId from the client an unavailable database is tolerated: preprocess detects a
 * conflict at the claim, and the ledger creates the row from the run's events.
 */
function rowsFor(intake: Intake, named: boolean): Pick<Runs, 'find' | 'insertFirst'> {
  const unlessUnavailable = async <T>(work: Promise<T>, otherwise: T): Promise<T> => {
    try {
      return await work;
    } catch (error) {
      if (!named || toFailure(error).code !== 'DATABASE_UNAVAILABLE') throw error;
      intake.log.warn('Database unavailable; accepting a submission without its row');
      return otherwise;
    }
  };
  return {
    find: (runId) => unlessUnavailable(intake.runs.find(runId), undefined),
    insertFirst: (run) => unlessUnavailable(intake.runs.insertFirst(run), { inserted: true, run }),
  };
}

/** A row without digest was created from events: preprocess has compared the submissions at the claim. */
async function repeat(intake: Intake, existing: Run, digest: string): Promise<Accepted> {
  if (existing.submissionDigest !== null && existing.submissionDigest !== digest) {
    throw new FailureError('REQUEST_CONFLICT');
  }
  if (!existing.acknowledged && existing.submissionDigest !== null) await publish(intake, existing);
  return { run: existing, repeated: true };
}

async function publish(intake: Intake, run: Run): Promise<void> {
  await intake.publisher.submission(run);
  intake.recentRuns.add(run);
  try {
    await intake.runs.acknowledge(run.runId, intake.clock.now());
  } catch (error) {
    // The sweeper publishes it again; the claim accepts one of the two records.
    intake.log.error(
      'Acknowledgement of a submission could not be stored; it will be published again',
      error,
    );
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

/** Checks the referenced object, so that a wrong address fails the request and not a run. */
async function resolveReference(
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
