import type { DocumentSubmitted, RunContext } from '@docfleet/contracts';
import {
  FailureError,
  isLane,
  readingRoutes,
  runBudgetMs,
  runExpiryMs,
  runIdOfSubmission,
  type DocumentLimits,
  type Lane,
  type RecordSource,
} from '@docfleet/domain';
import { dayOf } from './claim.ts';

/** Fleet-wide defaults of every run. */
export interface FleetDefaults {
  readonly region: string;
  readonly limits: DocumentLimits;
  /** Reading route of documents without one. */
  readonly route: string;
}

/** The context of a submission's run, derived from the record and its source alone, so that a replay gives the same run. */
export function runOfSubmission(
  task: DocumentSubmitted,
  source: RecordSource,
  defaults: FleetDefaults,
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
    expiresAt: (source.redrive?.at ?? source.timestampMs) + runExpiryMs,
    budgetMs: runBudgetMs,
    usedMs: 0,
    timings: [],
    maxBytes: limits.maxBytes,
    maxPages: limits.maxPages,
    maxPagePixels: limits.maxPagePixels,
    route: task.route ?? defaults.route,
    degradation: 'L0',
    spend: 0,
    callbackUrl: task.callbackUrl,
    expectations: task.expectations,
    fileName: task.fileName,
  };
}

function laneOf(topic: string): Lane {
  const lane = topic.slice(topic.lastIndexOf('.') + 1);
  return isLane(lane) ? lane : 'normal';
}

const tenantId = /^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])$/;
const sha256 = /^[0-9a-f]{64}$/;

/**
 * @throws FailureError `RECORD_INVALID` for values that the schema's types allow and its documentation forbids,
 *   `REGION_MISMATCH` for a document of another region (M-22)
 */
export function checkSubmission(task: DocumentSubmitted, fleetRegion: string): void {
  const wellFormed =
    (task.source.sha256 === null || sha256.test(task.source.sha256)) &&
    (task.requestId === null || (task.requestId.length > 0 && task.requestId.length <= 256)) &&
    (task.route === null || (readingRoutes as readonly string[]).includes(task.route)) &&
    task.source.uri.startsWith('s3://');
  if (!wellFormed) throw new FailureError('RECORD_INVALID');
  if (task.region !== null && task.region !== fleetRegion) throw new FailureError('REGION_MISMATCH');
}

/** Verifies that a record comes from the tenant that it names (M-23). */
export interface TenantProof {
  /** @throws FailureError `TENANT_UNVERIFIED` */
  prove(task: DocumentSubmitted): void;
}

/** Accepts every well-formed tenant id: for fleets whose brokers separate tenants by topic permissions. */
export const wellFormedTenant: TenantProof = {
  prove: (task) => {
    if (!tenantId.test(task.tenantId)) throw new FailureError('TENANT_UNVERIFIED');
  },
};

/** Accepts every record: for fleets with one tenant, and for trials. */
export const anyTenant: TenantProof = { prove: () => undefined };
