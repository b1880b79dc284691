import { seededRandom } from '@docfleet/samples';
import { serviceNames } from '@docfleet/stack';
import { expect, test } from 'vitest';
import { boundariesOf } from './boundaries.ts';
import { planFaults } from './faults.ts';

test('the same seed plans the same faults', () => {
  const plan = (seed: number) => planFaults(seededRandom(seed), { kills: 40, brokers: 1 });
  expect(plan(7)).toEqual(plan(7));
  expect(plan(7)).not.toEqual(plan(8));
});

test('the number of kills is as requested, half of them at boundaries', () => {
  const kinds = planFaults(seededRandom(1), { kills: 31, brokers: 1 }).map(({ fault }) => fault.kind);
  expect([
    kinds.filter((kind) => kind === 'kill-at').length,
    kinds.filter((kind) => kind === 'kill').length,
  ]).toEqual([16, 15]);
});

test('a short run kills where batches end, and where deliveries are noted', () => {
  const faults = planFaults(seededRandom(3), { kills: 6, brokers: 1 }).map(({ fault }) => fault);
  const killed = faults.flatMap((fault) =>
    fault.kind === 'kill-at' ? `${fault.service} ${fault.boundary}` : [],
  );
  expect(killed).toEqual(expect.arrayContaining(['ledger transaction.inside', 'webhooks note.before']));
  expect(killed).toHaveLength(3);
});

test('a long run kills at every boundary of every service', () => {
  const faults = planFaults(seededRandom(1), { kills: 200, brokers: 1 }).map(({ fault }) => fault);
  const planned = new Set(
    faults.flatMap((fault) => (fault.kind === 'kill-at' ? `${fault.service} ${fault.boundary}` : [])),
  );
  const all = serviceNames.flatMap((service) => boundariesOf(service).map((each) => `${service} ${each}`));
  expect(planned).toEqual(new Set(all));
});

test('R-06: a long run sends poisoned records and bad keys', () => {
  const faults = planFaults(seededRandom(1), { kills: 40, brokers: 1 }).map(({ fault }) => fault.kind);
  expect(faults).toEqual(expect.arrayContaining(['poison-record', 'bad-key']));
});

test('with one broker, that one is killed', () => {
  const faults = planFaults(seededRandom(1), { kills: 200, brokers: 1 }).map(({ fault }) => fault);
  const killed = faults.flatMap((fault) => (fault.kind === 'broker-killed' ? fault.broker : []));
  expect(new Set(killed)).toEqual(new Set([0]));
});
