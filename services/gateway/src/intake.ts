import { randomUUID } from 'node:crypto';
import { policiesOf, type Run } from '@docfleet/contracts';
import type { TenantRuns, TenantUsage } from '@docfleet/database';
import { refuseRemoved } from './core/removed-run.ts';
import {
  FailureError,
  grantsFor,
  mayBeSubmitted,
  mayReadObject,
  parseObjectUri,
  toFailure,
  uploadName,
  type Clock,
  type ObjectRef,
  type SourceGrant,
} from '@docfleet/domain';
import type { ObjectStore } from '@docfleet/objects';
import type { Log, LogFields } from '@docfleet/telemetry';
import type { Tenants } from '@docfleet/tenant-settings';
import { urlProblem, type EgressRule } from '@docfleet/webhook-rules';
import type { Publisher } from './adapters/publisher.ts';
import type { RecentRuns } from './adapters/recent-runs.ts';
import type { SpooledFile } from './adapters/spool.ts';
import type { WaitingRows } from './adapters/waiting-rows.ts';
import { InvalidRequest } from './core/problem.ts';
import { digestOf, firstRun, type SubmissionOptions } from './core/submission.ts';

/** A file uploaded with the request, or a reference to an object in a store. */
export type SubmittedFile =
  | { readonly kind: 'upload'; readonly file: SpooledFile; readonly mediaType: string }
  | { readonly kind: 'reference'; readonly uri: string; readonly sha256: string | undefined };

export interface Intake {
  readonly runsOf: (tenantId: string) => TenantRuns;
  readonly store: ObjectStore;
  readonly publisher: Publisher;
  readonly recentRuns: RecentRuns;
  readonly waitingRows: Pick<WaitingRows, 'add' | 'findOfTenant'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly region: string;
  readonly maxBytes: number;
  /** Time from its acceptance after which a run expires, in milliseconds. */
  readonly runExpiryMs: number;
  /** What references may name besides the tenant's own uploads, for tenants without a list of their own. */
  readonly grants: readonly SourceGrant[];
  /** What was published about tenants: it holds while the database is away. */
  readonly tenants: Tenants;
  /** Where callbacks may be sent. */
  readonly egress: EgressRule;
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
 * @throws InvalidRequest for a callback that would never be sent, FailureError `INVALID_SUBMISSION`, `TENANT_SUSPENDED`, `QUOTA_EXCEEDED`, `REQUEST_CONFLICT`, `ERASED`, `DATA_EXPIRED`,
 *   `REGION_MISMATCH`, `DOC_TOO_LARGE`, `SOURCE_NOT_FOUND`, `BROKER_UNAVAILABLE`, `REGISTRY_UNAVAILABLE`, `STORE_UNAVAILABLE`, `STORE_FULL`, and `DATABASE_UNAVAILABLE`
 *   when it is and no more first rows may wait
 */
export async function submit(
  intake: Intake,
  call: {
    readonly tenantId: string;
    readonly options: SubmissionOptions;
    readonly file: SubmittedFile;
    readonly fileName: string | null;
    /** Of the usage with this submission; what it throws refuses it. */
    readonly check?: ((usage: TenantUsage) => void) | undefined;
    readonly signal: AbortSignal;
  },
): Promise<Accepted> {
  const { tenantId, options, file, fileName, check, signal } = call;
  refuseTenant(intake, tenantId, options);
  refuseCallback(intake, options);
  if (file.kind === 'reference') refuseAddress(options, file.uri);
  const submitter = { tenantId, requestId: options.requestId ?? randomUUID() };
  const digest = digestOfFile(file, options);
  const rowOf = (input: ObjectRef): Run =>
    firstRun(submitter, { ...intake, input, digest, options, fileName, at: intake.clock.now() });

  const { runId } = rowOf(unknownInput);
  const log = intake.log.child({ runId, requestId: submitter.requestId, tenant: tenantId });
  const rows = rowsFor({ ...intake, log }, tenantId);
  const existing = await rows.find(runId);
  // A rejected submission is not a run: its requestId may be used again.
  if (existing !== undefined && existing.status !== 'rejected') return repeat(intake, existing, digest);
  if (existing === undefined) refuseRemoved(await rows.removalOf(runId));

  const input = await storeFile(intake, { tenantId, runId, file, signal });
  const first = await rows.insertFirst(rowOf(input), check);
  if (!first.inserted) return repeat(intake, first.run, digest);
  await publish(intake, first.run);
  return { run: first.run, repeated: false };
}

/**
 * Refuses a tenant that may not submit now, and a document of another region: the one it names, else its tenant's (M-22).
 *
 * @throws FailureError `REGION_MISMATCH`, `TENANT_SUSPENDED`
 */
export function refuseTenant(
  { region, tenants }: Pick<Intake, 'region' | 'tenants'>,
  tenantId: string,
  options: Pick<SubmissionOptions, 'region'>,
): void {
  const settings = tenants.settingsOf(tenantId);
  const { region: ofTenant = region } = policiesOf(settings);
  if ((options.region ?? ofTenant) !== region) throw new FailureError('REGION_MISMATCH');
  if (settings?.state === 'suspended') throw new FailureError('TENANT_SUSPENDED');
}

/** Refuses a callback that would never be sent. @throws InvalidRequest */
export function refuseCallback(
  { egress }: Pick<Intake, 'egress'>,
  { callbackUrl }: Pick<SubmissionOptions, 'callbackUrl'>,
): void {
  const message = callbackUrl === undefined ? undefined : urlProblem(callbackUrl, egress);
  if (message !== undefined) throw new InvalidRequest([{ path: 'callbackUrl', message }]);
}

/** Refuses a reference that stages would refuse. @throws FailureError `INVALID_SUBMISSION` */
export function refuseAddress(options: SubmissionOptions, uri: string): void {
  const { requestId = null, documentId = null, callbackUrl = null, expectations } = options;
  const mayBegin =
    mayBeSubmitted({ requestId, documentId, callbackUrl, uri, expectations }) &&
    parseObjectUri(uri) !== undefined;
  if (!mayBegin) throw new FailureError('INVALID_SUBMISSION');
}

/** The digest of a submitted file with its options. */
export function digestOfFile(file: SubmittedFile, options: SubmissionOptions): string {
  const source =
    file.kind === 'upload' ? { sha256: file.file.sha256 } : { uri: file.uri, sha256: file.sha256 ?? '' };
  return digestOf(source, options);
}

/**
 * Stores an upload under the name of its run, or checks the object of a reference.
 *
 * @throws FailureError `DOC_TOO_LARGE`, `SOURCE_NOT_FOUND`, `STORE_UNAVAILABLE`, `STORE_FULL`
 */
export function storeFile(
  intake: Intake,
  of: {
    readonly tenantId: string;
    readonly runId: string;
    readonly file: SubmittedFile;
    readonly signal: AbortSignal;
  },
): Promise<ObjectRef> {
  const { tenantId, runId, file, signal } = of;
  return file.kind === 'upload'
    ? upload(intake, uploadName(tenantId, runId, file.file.sha256), file, signal)
    : resolveReference(intake, tenantId, file, signal);
}

/** Stands for the file while only the ids of the run are needed. */
const unknownInput: ObjectRef = { uri: '', sha256: '', mediaType: '', sizeBytes: 0 };

/**
 * The rows of runs. While the database is unavailable, a run is known if this process submitted or read it lately, and its
 * first row waits; preprocess detects a conflict with a submission that is not known here at the claim.
 */
function rowsFor(intake: Intake, tenantId: string): Pick<TenantRuns, 'find' | 'insertFirst' | 'removalOf'> {
  const { recentRuns, waitingRows, log } = intake;
  const runs = intake.runsOf(tenantId);
  const unlessUnavailable = async <T>(work: Promise<T>, otherwise: () => T): Promise<T> => {
    try {
      return await work;
    } catch (error) {
      if (toFailure(error).code !== 'DATABASE_UNAVAILABLE') throw error;
      return otherwise();
    }
  };
  return {
    find: (runId) => unlessUnavailable(runs.find(runId), () => recentRuns.findOfTenant(tenantId, runId)?.run),
    removalOf: (runId) => unlessUnavailable(runs.removalOf(runId), () => undefined),
    insertFirst: (run, check) =>
      unlessUnavailable(runs.insertFirst(run, check), () => {
        waitingRows.add(run);
        log.warn('Database unavailable: the first row of an accepted submission waits for it');
        return { inserted: true, run };
      }),
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

/**
 * Publishes a run whose first row is stored, and notes that the broker has it.
 *
 * @throws FailureError `BROKER_UNAVAILABLE`, `REGISTRY_UNAVAILABLE`: the sweeper publishes it
 */
export async function publish(intake: Intake, run: Run): Promise<void> {
  await intake.publisher.submission(run);
  intake.recentRuns.add({ ...run, acknowledged: true });
  // It is stored unacknowledged, as `WaitingRows` says.
  if (intake.waitingRows.findOfTenant(run.tenantId, run.runId) !== undefined) return;
  try {
    await intake.runsOf(run.tenantId).acknowledge(run.runId, intake.clock.now());
  } catch (error) {
    // The sweeper publishes it again; the claim accepts one of the two records.
    intake.log
      .child(contextOf(run))
      .error('Acknowledgement of a submission could not be stored; it will be published again', error);
  }
}

function contextOf({ runId, requestId, tenantId }: Run): LogFields {
  return { runId, requestId: requestId ?? undefined, tenant: tenantId };
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
  const { store, tenants } = intake;
  const grants = grantsFor(tenantId, tenants.settingsOf(tenantId)?.sources, intake.grants);
  const mayRead = mayReadObject({ uri, tenantId, fleetBucketUri: store.uriOf(''), grants });
  if (!mayRead) throw new FailureError('SOURCE_NOT_FOUND');
  const facts = await store.head(uri, signal);
  if (facts === undefined) throw new FailureError('SOURCE_NOT_FOUND');
  const { mediaType, sizeBytes } = facts;
  if (sizeBytes > intake.maxBytes) {
    throw new FailureError('DOC_TOO_LARGE', { limit: intake.maxBytes, actual: sizeBytes });
  }
  return { uri, sha256: sha256 ?? '', mediaType, sizeBytes };
}
