/** Tokens at a time; one token lets one document in. Negative: what was let in beyond the rate is paid off first. */
export interface Bucket {
  readonly tokens: number;
  /** In milliseconds since the epoch. */
  readonly at: number;
}

/** The buckets that one tenant's documents come from. */
export interface Buckets {
  /** Holds the tenant to its own rate. */
  readonly tenant: Bucket;
  /** The tenant's equal share of the fleet's rate, which no other tenant can use up. */
  readonly share: Bucket;
  /** What all tenants have left of the fleet's rate. */
  readonly fleet: Bucket;
}

/** Documents a second. */
export interface BucketRates {
  readonly tenant: number;
  readonly fleet: number;
}

export interface Take {
  readonly documents: number;
  /** Let in already: the tokens are taken also where there are none, and what is missing is paid off first. */
  readonly inDebt?: boolean;
  readonly rates: BucketRates;
  /** Tenants that are active, this one included. */
  readonly activeTenants: number;
  /** In milliseconds since the epoch. */
  readonly at: number;
}

export interface Taken {
  readonly buckets: Buckets;
  readonly granted: boolean;
  /** When it may be granted, in milliseconds from now; 0 where it was. */
  readonly waitMs: number;
  /** Documents that would be granted next. */
  readonly available: number;
  /** How long the tenant counts as active, in milliseconds: after that its own buckets are full, as if it were new. */
  readonly activeMs: number;
}

/** A tenant counts as active for at least so long after it asked, in milliseconds. */
export const activeMs = 10_000;

/** A bucket holds what its rate brings in so many seconds, and at least one token. */
export const burstSeconds = 2;

/** What sums of parts of a token may lack. */
const roundingError = 1e-6;

export function capacityOf(perSecond: number): number {
  return Math.max(1, perSecond * burstSeconds);
}

/** A bucket that was never used is full. */
export function fullBucket(perSecond: number, at: number): Bucket {
  return { tokens: capacityOf(perSecond), at };
}

/**
 * Takes tokens for documents of one tenant. Its own rate must allow them, and the fleet's: by the tenant's share, or by what
 * others leave. What is taken by the share counts against the fleet, too, so whoever lives on what others leave waits as soon
 * as they come for theirs. More documents than a bucket holds are granted when it is full, and paid off before the next ones.
 */
export function takeTokens(
  buckets: Buckets,
  { documents, inDebt = false, rates, activeTenants, at }: Take,
): Taken {
  const shareRate = rates.fleet / activeTenants;
  const tenant = refill(buckets.tenant, rates.tenant, at);
  const share = refill(buckets.share, shareRate, at);
  const fleet = refill(buckets.fleet, rates.fleet, at);
  const missing = (bucket: Bucket, perSecond: number): number =>
    inDebt
      ? 0
      : Math.max(0, Math.min(documents, capacityOf(perSecond)) - bucket.tokens - roundingError) / perSecond;
  const byShare = missing(share, shareRate);
  const byFleet = missing(fleet, rates.fleet);
  const waitSeconds = Math.max(missing(tenant, rates.tenant), Math.min(byShare, byFleet));
  const granted = waitSeconds === 0;
  const taken = granted ? documents : 0;
  const after = {
    tenant: less(tenant, taken),
    share: less(share, byShare === 0 ? taken : 0),
    fleet: less(fleet, taken),
  };
  return {
    buckets: after,
    granted,
    waitMs: Math.ceil(waitSeconds * 1000),
    available: Math.max(
      0,
      Math.floor(Math.min(after.tenant.tokens, Math.max(after.share.tokens, after.fleet.tokens))),
    ),
    activeMs: Math.ceil(
      Math.max(activeMs, timeToFill(after.tenant, rates.tenant), timeToFill(after.share, shareRate)),
    ),
  };
}

function refill({ tokens, at: since }: Bucket, perSecond: number, at: number): Bucket {
  const passedMs = Math.max(0, at - since);
  return {
    tokens: Math.min(capacityOf(perSecond), tokens + (perSecond * passedMs) / 1000),
    at: Math.max(at, since),
  };
}

/** In milliseconds. */
function timeToFill({ tokens }: Bucket, perSecond: number): number {
  return ((capacityOf(perSecond) - tokens) / perSecond) * 1000;
}

function less({ tokens, at }: Bucket, by: number): Bucket {
  return { tokens: tokens - by, at };
}
