import {
  fullBucket,
  takeTokens,
  type Bucket,
  type BucketRates,
  type Buckets,
  type Taken,
} from './fair-buckets.ts';

/** One question for tokens; `documents` 0 only looks. */
export interface TokenRequest {
  readonly tenantId: string;
  readonly documents: number;
  /** As in `Take`. */
  readonly inDebt?: boolean;
  readonly rates: BucketRates;
  /** In milliseconds since the epoch. */
  readonly at: number;
}

export type TokenAnswer = Pick<Taken, 'granted' | 'waitMs' | 'available'>;

/** The buckets of one process. It remembers the tenants that are active. */
export class LocalBuckets {
  readonly #tenants = new Map<
    string,
    { readonly buckets: Omit<Buckets, 'fleet'>; readonly activeUntil: number }
  >();
  #fleet: Bucket | undefined;

  take({ tenantId, documents, inDebt = false, rates, at }: TokenRequest): TokenAnswer {
    for (const [name, { activeUntil }] of this.#tenants) if (activeUntil <= at) this.#tenants.delete(name);
    const known = this.#tenants.get(tenantId)?.buckets;
    const activeTenants = this.#tenants.size + (known === undefined ? 1 : 0);
    const buckets = {
      tenant: known?.tenant ?? fullBucket(rates.tenant, at),
      share: known?.share ?? fullBucket(rates.fleet / activeTenants, at),
      fleet: this.#fleet ?? fullBucket(rates.fleet, at),
    };
    const taken = takeTokens(buckets, { documents, inDebt, rates, activeTenants, at });
    const { tenant, share, fleet } = taken.buckets;
    this.#fleet = fleet;
    // A look at the buckets makes nobody active.
    if (documents > 0 || known !== undefined)
      this.#tenants.set(tenantId, { buckets: { tenant, share }, activeUntil: at + taken.activeMs });
    const { granted, waitMs, available } = taken;
    return { granted, waitMs, available };
  }
}
