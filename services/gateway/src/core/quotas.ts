import type { QuotaName, TenantQuotas } from '@docfleet/contracts';
import { LimitExceeded, limitHeaders, type ShownLimit } from './rate-limit.ts';

/** What a tenant has used today (UTC) and has in progress. */
export interface Usage {
  readonly bytes: number;
  readonly documents: number;
  readonly pages: number;
  readonly inFlight: number;
  /** Documents in progress of which the pages are not known yet. */
  readonly uncounted: number;
  /** Pages that each of those is expected to have, at least 1. */
  readonly meanPages: number;
  /** Documents that this is the mean of. */
  readonly meanOf: number;
}

/** Quotas of what is submitted; calls a minute are counted elsewhere. */
export type SubmissionQuotas = Omit<TenantQuotas, 'requestsPerMinute'>;
export type SubmissionQuota = Exclude<QuotaName, 'requestsPerMinute'>;

export const submissionQuotas = [
  'bytesPerDay',
  'pagesPerDay',
  'costPerDay',
  'documentsInFlight',
] as const satisfies readonly SubmissionQuota[];

/** What is to be accepted besides. */
export interface Addition {
  readonly documents: number;
  readonly bytes: number;
}

const daySeconds = 86_400;

/** A document in progress ends at any time: when to try again, in milliseconds. */
const inFlightRetryMs = 5_000;

/** How the headers name a quota, and what it counts. */
const shownAs = {
  bytesPerDay: { policy: 'bytes-per-day', unit: 'content-bytes' },
  pagesPerDay: { policy: 'pages-per-day', unit: 'pages' },
  costPerDay: { policy: 'cost-per-day', unit: 'cost' },
  documentsInFlight: { policy: 'documents-in-flight', unit: 'concurrent-requests' },
} as const satisfies Record<SubmissionQuota, Pick<ShownLimit, 'policy' | 'unit'>>;

/** `QUOTA_EXCEEDED`, with the quota and the headers that say when to try again. */
export class QuotaExceeded extends LimitExceeded {
  readonly quota: SubmissionQuota;

  constructor(
    quota: SubmissionQuota,
    facts: { readonly limit: number; readonly used: number; readonly at: number },
  ) {
    const shown = shownQuota(quota, facts);
    super('QUOTA_EXCEEDED', limitHeaders([shown]), shown.resetMs);
    this.name = 'QuotaExceeded';
    this.quota = quota;
  }
}

export function shownQuota(
  quota: SubmissionQuota,
  { limit, used, at }: { readonly limit: number; readonly used: number; readonly at: number },
): ShownLimit {
  const ofDay = quota !== 'documentsInFlight';
  return {
    ...shownAs[quota],
    quota: limit,
    ...(ofDay && { windowSeconds: daySeconds }),
    remaining: Math.max(0, limit - used),
    resetMs: ofDay ? endOfDay(at) - at : inFlightRetryMs,
  };
}

/** When the day (UTC) ends that a time is in, both in milliseconds since the epoch. */
export function endOfDay(at: number): number {
  return (Math.floor(at / (daySeconds * 1000)) + 1) * daySeconds * 1000;
}

/** Share of a quota of pages that a document has which is expected before any document of the tenant was read. */
const unknownShare = 1 / 20;

/** Quantile of the normal distribution below which 99 of 100 values are. */
const margin = 2.33;

/**
 * How much of a quota is used. The pages of a document are known after it was read: until then pages are reserved for it.
 * Without a limit none is held back, so the plain mean shows what is expected.
 */
export function usedOf(
  quota: SubmissionQuota,
  usage: Usage,
  { costPerPage, limit }: { readonly costPerPage: number; readonly limit: number | undefined },
): number {
  switch (quota) {
    case 'bytesPerDay':
      return usage.bytes;
    case 'pagesPerDay':
      return expectedPages(usage, limit);
    case 'costPerDay':
      return costPerPage === 0
        ? 0
        : expectedPages(usage, limit === undefined ? undefined : limit / costPerPage) * costPerPage;
    case 'documentsInFlight':
      return usage.inFlight;
  }
}

function expectedPages(usage: Usage, limit: number | undefined): number {
  const { pages, uncounted, meanPages } = usage;
  return Math.ceil(pages + (limit === undefined ? uncounted * meanPages : reservedPages(usage, limit)));
}

/**
 * Pages that all documents which were not read yet have together in 99 of 100 cases, when their pages vary as much as they
 * are (as those of a geometric distribution do). One document more than was read counts for the mean, with a twentieth of the
 * quota: a tenant of which nothing is known has few documents unread at a time, and soon is known. One that is alone reserves
 * the mean, so that a quota of any size lets documents in.
 */
function reservedPages({ uncounted, meanPages, meanOf }: Usage, limit: number): number {
  if (uncounted === 0) return 0;
  const mean = (meanOf * meanPages + Math.max(1, limit * unknownShare)) / (meanOf + 1);
  return mean * (uncounted + margin * Math.sqrt(uncounted - 1));
}

/** The first quota that would be exceeded with an addition; undefined when all hold. A quota of 0 lets nothing in, whatever it counts. */
export function exceededBy(
  usage: Usage,
  facts: {
    readonly quotas: SubmissionQuotas;
    readonly addition: Addition;
    readonly costPerPage: number;
    readonly at: number;
  },
): QuotaExceeded | undefined {
  const { quotas, addition, costPerPage, at } = facts;
  const after: Usage = {
    ...usage,
    bytes: usage.bytes + addition.bytes,
    inFlight: usage.inFlight + addition.documents,
    uncounted: usage.uncounted + addition.documents,
  };
  for (const quota of submissionQuotas) {
    const limit = quotas[quota];
    if (limit === undefined) continue;
    if (limit > 0 && usedOf(quota, after, { costPerPage, limit }) <= limit) continue;
    return new QuotaExceeded(quota, { limit, used: usedOf(quota, usage, { costPerPage, limit }), at });
  }
  return undefined;
}
