import { initialState, LocalBuckets } from '@docfleet/adaptive-intake';
import { headerNames } from '@docfleet/domain';
import { virtualClock } from '@docfleet/testing';
import { expect, it } from 'vitest';
import { intakePace } from './intake-pace.ts';

function setUp({ redis = true, fillBehindIntake = 0.5 } = {}) {
  const clock = virtualClock();
  const buckets = new LocalBuckets();
  const state = { ...initialState, rates: { ...initialState.rates, fillBehindIntake } };
  const pace = intakePace({
    shared: {
      take: (request) => Promise.resolve(redis ? buckets.take({ ...request, at: clock.now() }) : undefined),
      published: () => Promise.resolve(JSON.stringify(state)),
    },
    tenants: { settingsOf: () => undefined },
    tenantPreset: 'conservative',
    fleetPreset: 'aggressive',
    clock,
  });
  const stop = new AbortController();
  const running = pace.run(stop.signal);
  let started = 0;
  const startAll = (): void => {
    for (let guard = 0; guard < 1_000 && !pace.isHeld('loud'); guard += 1) {
      pace.started('loud');
      started += 1;
    }
  };
  pace.onChange(startAll);
  return { clock, pace, startAll, started: () => started, stop, running };
}

it('M-20: lets a direct producer start at its rate', async () => {
  const { clock, started, stop } = setUp();
  await clock.advance(60_000);
  // 10 a second, and what the bucket held at first.
  expect(started()).toBeGreaterThan(600);
  expect(started()).toBeLessThanOrEqual(624);
  stop.abort();
});

it('M-20: holds nobody while there is room behind intake, or while Redis is away', async () => {
  for (const options of [{ fillBehindIntake: 0.29 }, { redis: false }]) {
    const { clock, started, stop } = setUp(options);
    await clock.advance(1_000);
    expect(started()).toBeGreaterThanOrEqual(1_000);
    stop.abort();
  }
});

it('M-20: counts only what no gateway has let in', () => {
  const { pace } = setUp();
  const proofBy = (keyId: string) => ({
    [headerNames.proof]: `v1;kid=${keyId};alg=ed25519;at=1;sig=${Buffer.alloc(64).toString('base64url')}`,
  });
  const record = (topic: string, headers: Readonly<Record<string, string>>) => ({
    ...{ topic, headers, partition: 0, offset: 0n, key: null, value: null, timestampMs: 0 },
  });
  expect(pace.isPaced(record('documents.normal', proofBy('acme-1')))).toBe(true);
  expect(pace.isPaced(record('documents.normal', {}))).toBe(true);
  expect(pace.isPaced(record('documents.normal', proofBy('fleet.gateway')))).toBe(false);
  expect(pace.isPaced(record('preprocess.retry.30s', proofBy('acme-1')))).toBe(false);
});
