import {
  submittedClasses,
  type DocumentSubmitted,
  type RunContext,
  type TenantPolicies,
} from '@docfleet/contracts';
import {
  cleanText,
  dayOf,
  FailureError,
  isTime,
  isLane,
  isTenantId,
  latestTime,
  mayBeSubmitted,
  parseObjectUri,
  readingRoutes,
  reviewChoices,
  runIdOfSubmission,
  type DocumentLimits,
  type Lane,
  type RecordSource,
  type ReviewPolicy,
} from '@docfleet/domain';

/** Fleet-wide defaults of every run. */
export interface FleetDefaults {
  readonly region: string;
  readonly limits: DocumentLimits;
  /** Reading route of documents without one. */
  readonly route: string;
  /** Active time a run may use, in milliseconds. */
  readonly budgetMs: number;
  /** Time from its acceptance after which a run expires, in milliseconds. */
  readonly expiryMs: number;
  /** Which results a person looks at, of tenants without a policy of their own. */
  readonly review: ReviewPolicy;
}

/**
 * The context of a submission's run, derived from the record, its source and the policies of its tenant, so that a replay
 * gives the same run; a policy that has changed meanwhile changes who looks at the result, and nothing else.
 * Free text is cleaned; identifiers are not, so the context of a record that `checkIdentifiers` refuses is never written.
 */
export function runOfSubmission(
  task: DocumentSubmitted,
  source: RecordSource,
  defaults: FleetDefaults,
  policies: TenantPolicies = {},
): RunContext {
  const { limits } = defaults;
  return {
    runId: runIdOfSubmission(task, source),
    revision: source.redrive?.revision ?? 1,
    requestId: task.requestId,
    documentId: task.documentId,
    tenantId: task.tenantId,
    lane: laneOf(source.topic),
    region: task.region ?? defaults.region,
    claimDate: dayOf(source.timestampMs),
    acceptedAt: source.timestampMs,
    expiresAt: Math.min(latestTime, (source.redrive?.at ?? source.timestampMs) + defaults.expiryMs),
    budgetMs: defaults.budgetMs,
    usedMs: 0,
    timings: [],
    maxBytes: limits.maxBytes,
    maxPages: limits.maxPages,
    maxPagePixels: limits.maxPagePixels,
    route: task.route ?? defaults.route,
    degradation: 'L0',
    spend: 0,
    callbackUrl: task.callbackUrl,
    expectations: Object.fromEntries(
      Object.entries(task.expectations).map(([name, value]) => [cleanText(name), cleanText(value)]),
    ),
    fileName: task.fileName === null ? null : cleanText(task.fileName),
    documentClass: task.documentClass,
    checks: task.checks,
    round: 0,
    review: task.review === 'never' ? 'never' : (policies.review ?? defaults.review),
    fourEyesAbove: policies.reviewFourEyesAbove ?? null,
  };
}

function laneOf(topic: string): Lane {
  const lane = topic.slice(topic.lastIndexOf('.') + 1);
  return isLane(lane) ? lane : 'normal';
}

const sha256 = /^[0-9a-f]{64}$/;

/** Whether the tenant is an identifier at all: a rejection names it, and nothing else of a record counts before its proof. */
export function checkTenantId({ tenantId }: DocumentSubmitted): void {
  if (!isTenantId(tenantId)) throw new FailureError('INVALID_SUBMISSION');
}

/**
 * Refuses what may not be submitted (`mayBeSubmitted`), and a timestamp that is none: a producer sets that of its record
 * itself.
 *
 * @throws FailureError `INVALID_SUBMISSION`
 */
export function checkIdentifiers(task: DocumentSubmitted, timestampMs: number): void {
  const allowed = mayBeSubmitted({ ...task, uri: task.source.uri }) && isTime(timestampMs);
  if (!allowed) throw new FailureError('INVALID_SUBMISSION');
}

/**
 * @throws FailureError `RECORD_INVALID` for values that the schema's types allow and its documentation forbids,
 *   `INVALID_SUBMISSION` for an address that no store takes as it is written, `REGION_MISMATCH` for a document of another
 *   region (M-22)
 */
export function checkSubmission(task: DocumentSubmitted, fleetRegion: string): void {
  const wellFormed =
    (task.source.sha256 === null || sha256.test(task.source.sha256)) &&
    (task.route === null || (readingRoutes as readonly string[]).includes(task.route)) &&
    (reviewChoices as readonly string[]).includes(task.review) &&
    (task.documentClass === null || submittedClasses.includes(task.documentClass)) &&
    task.source.uri.startsWith('s3://');
  if (!wellFormed) throw new FailureError('RECORD_INVALID');
  if (parseObjectUri(task.source.uri) === undefined) throw new FailureError('INVALID_SUBMISSION');
  if (task.region !== null && task.region !== fleetRegion) throw new FailureError('REGION_MISMATCH');
}
