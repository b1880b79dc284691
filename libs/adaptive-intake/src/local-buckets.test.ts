import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { burstSeconds, capacityOf } from './fair-buckets.ts';
import { LocalBuckets } from './local-buckets.ts';

const calls = fc.array(
  fc.record({
    tenantId: fc.constantFrom('a', 'b', 'c'),
    documents: fc.integer({ min: 1, max: 5 }),
    afterMs: fc.integer({ min: 0, max: 400 }),
  }),
  { minLength: 1, maxLength: 300 },
);
const rate = fc.integer({ min: 1, max: 50 });

describe('M-20: token buckets', () => {
  it('never let a tenant in above its rate', () => {
    fc.assert(
      fc.property(calls, rate, (asked, tenant) => {
        const buckets = new LocalBuckets();
        const rates = { tenant, fleet: 1_000 };
        const granted = new Map<string, number>();
        let at = 0;
        for (const { tenantId, documents, afterMs } of asked) {
          at += afterMs;
          if (!buckets.take({ tenantId, documents, rates, at }).granted) continue;
          granted.set(tenantId, (granted.get(tenantId) ?? 0) + documents);
        }
        // A bucket smaller than what is asked for is granted when it is full and goes below zero.
        const most = capacityOf(tenant) + (tenant * at) / 1000 + 5;
        for (const count of granted.values()) expect(count).toBeLessThanOrEqual(most);
      }),
    );
  });

  it('hold all tenants together to the rate of the fleet', () => {
    fc.assert(
      fc.property(calls, rate, (asked, fleet) => {
        const buckets = new LocalBuckets();
        let [at, granted] = [0, 0];
        for (const { tenantId, documents, afterMs } of asked) {
          at += afterMs;
          if (buckets.take({ tenantId, documents, rates: { tenant: 1_000, fleet }, at }).granted)
            granted += documents;
        }
        // What tenants have saved of their shares may be used at once, and is paid off.
        const saved = 3 * (capacityOf(fleet) + 5);
        expect(granted).toBeLessThanOrEqual(capacityOf(fleet) + (fleet * at) / 1000 + saved);
      }),
    );
  });

  it('say when to come again, and keep that', () => {
    fc.assert(
      fc.property(calls, rate, rate, (asked, tenant, fleet) => {
        const buckets = new LocalBuckets();
        const rates = { tenant, fleet };
        let at = 0;
        for (const { documents, afterMs } of asked) {
          at += afterMs;
          const answer = buckets.take({ tenantId: 'a', documents, rates, at });
          if (answer.granted) continue;
          at += answer.waitMs;
          expect(buckets.take({ tenantId: 'a', documents, rates, at }).granted).toBe(true);
        }
      }),
    );
  });

  it('leave a tenant its share of the fleet while another one asks for everything', () => {
    const buckets = new LocalBuckets();
    const rates = { tenant: 200, fleet: 40 };
    const granted = { flood: 0, small: 0 };
    let refusedSmall = 0;
    const seconds = 60;
    for (let at = 0; at < seconds * 1000; at += 5) {
      if (buckets.take({ tenantId: 'flood', documents: 1, rates, at }).granted) granted.flood += 1;
      // The small tenant sends 10 a second, half of its share.
      if (at % 100 !== 0) continue;
      if (buckets.take({ tenantId: 'small', documents: 1, rates, at }).granted) granted.small += 1;
      else refusedSmall += 1;
    }
    expect(refusedSmall).toBe(0);
    expect(granted.small).toBe(10 * seconds);
    // Nothing of the fleet's rate is lost: the other one has what is left.
    expect(granted.flood + granted.small).toBeGreaterThan(40 * seconds * 0.98);
    expect(granted.flood + granted.small).toBeLessThan(40 * (seconds + 2 * burstSeconds));
  });

  it('grant more than a bucket holds once it is full, and pay it off', () => {
    const buckets = new LocalBuckets();
    const rates = { tenant: 10, fleet: 100 };
    expect(buckets.take({ tenantId: 'a', documents: 100, rates, at: 0 })).toEqual({
      granted: true,
      waitMs: 0,
      available: 0,
    });
    expect(buckets.take({ tenantId: 'a', documents: 1, rates, at: 0 })).toMatchObject({
      granted: false,
      waitMs: 8_100,
    });
    expect(buckets.take({ tenantId: 'a', documents: 1, rates, at: 8_100 }).granted).toBe(true);
  });

  it('take the tokens of what was let in already, and pay them off', () => {
    const buckets = new LocalBuckets();
    const rates = { tenant: 10, fleet: 100 };
    const take = (documents: number, at: number, inDebt = false) =>
      buckets.take({ tenantId: 'a', documents, inDebt, rates, at });
    expect(take(15, 0).granted).toBe(true);
    expect(take(99, 0, true)).toEqual({ granted: true, waitMs: 0, available: 0 });
    // 20 - 15 - 99 = -94.
    expect(take(1, 0)).toMatchObject({ granted: false, waitMs: 9_500 });
    expect(take(1, 9_500).granted).toBe(true);
  });

  it('look without taking', () => {
    const buckets = new LocalBuckets();
    const look = { tenantId: 'a', documents: 0, rates: { tenant: 10, fleet: 100 }, at: 0 };
    expect([buckets.take(look), buckets.take(look)]).toEqual([
      { granted: true, waitMs: 0, available: 20 },
      { granted: true, waitMs: 0, available: 20 },
    ]);
  });
});
