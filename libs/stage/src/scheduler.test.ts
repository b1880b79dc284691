import type { Lane } from '@docfleet/domain';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Scheduler, type Waiting } from './scheduler.ts';

let serial = 0;

function waiting(lane: Lane, tenantId: string, runId?: string): Waiting {
  serial += 1;
  return {
    id: `item-${String(serial)}`,
    lane,
    tenantId,
    runId: runId ?? `run-${String(serial)}`,
    arrivedAtMs: 0,
  };
}

/** Takes, works and releases until `count` items were served, one second each. */
function serve(scheduler: Scheduler, count: number): Waiting[] {
  const served: Waiting[] = [];
  while (served.length < count) {
    const item = scheduler.take(0);
    if (item === undefined) break;
    scheduler.finished(item.id, 1);
    scheduler.released(item.runId);
    served.push(item);
  }
  return served;
}

test('M-06: with work in every lane the shares are 8, 3 and 1', () => {
  const scheduler = new Scheduler({ slots: 1 });
  for (let index = 0; index < 200; index += 1) {
    for (const lane of ['urgent', 'high', 'normal'] as const) scheduler.offer(waiting(lane, 't'));
  }
  const served = serve(scheduler, 120);
  const count = (lane: Lane): number => served.filter((item) => item.lane === lane).length;
  expect([count('urgent'), count('high'), count('normal')].map((n) => Math.round(n / 10))).toEqual([8, 3, 1]);
});

test('M-06: a slot is kept free for urgent work, and urgent work may use all of them', () => {
  const scheduler = new Scheduler({ slots: 3 });
  for (let index = 0; index < 5; index += 1) scheduler.offer(waiting('normal', 't'));
  expect([scheduler.take(0)?.lane, scheduler.take(0)?.lane, scheduler.take(0)?.lane]).toEqual([
    'normal',
    'normal',
    undefined,
  ]);
  scheduler.offer(waiting('urgent', 't'));
  expect(scheduler.take(0)?.lane).toBe('urgent');
});

test('M-06: what has waited past the age bound goes before the weights, the oldest first, every fourth time', () => {
  const scheduler = new Scheduler({ slots: 1, ageBoundMs: 1000 });
  for (let index = 0; index < 10; index += 1) scheduler.offer(waiting('high', 't'));
  const old = { ...waiting('normal', 't'), arrivedAtMs: -5000 };
  const older = { ...waiting('normal', 'u'), arrivedAtMs: -9000 };
  scheduler.offer(old);
  scheduler.offer(older);
  const served = serve(scheduler, 5);
  expect([served[0], served[4]]).toEqual([older, old]);
});

test('M-06: behind a backlog that is all past the age bound urgent work is next or second next', () => {
  const scheduler = new Scheduler({ slots: 1, ageBoundMs: 1000 });
  for (let index = 0; index < 500; index += 1)
    scheduler.offer({ ...waiting('normal', 'flood'), arrivedAtMs: -9000 });
  serve(scheduler, 30);
  scheduler.offer(waiting('urgent', 'flood'));
  expect(serve(scheduler, 2).map(({ lane }) => lane)).toContain('urgent');
});

test('M-07: behind a backlog that is all past the age bound a quiet tenant is next or second next', () => {
  const scheduler = new Scheduler({ slots: 2, ageBoundMs: 1000 });
  for (let index = 0; index < 500; index += 1)
    scheduler.offer({ ...waiting('normal', 'flood'), arrivedAtMs: -9000 });
  serve(scheduler, 30);
  scheduler.offer(waiting('normal', 'quiet'));
  expect(serve(scheduler, 2).map(({ tenantId }) => tenantId)).toContain('quiet');
});

test('M-07: a tenant that arrives behind a flood of another is served next', () => {
  const scheduler = new Scheduler({ slots: 1 });
  for (let index = 0; index < 5000; index += 1) scheduler.offer(waiting('normal', 'flood'));
  serve(scheduler, 10);
  scheduler.offer(waiting('normal', 'quiet'));
  expect(serve(scheduler, 2).map((item) => item.tenantId)).toContain('quiet');
});

test('M-07: a tenant is charged for what its work took, not for how many it sends', () => {
  const scheduler = new Scheduler({ slots: 1 });
  for (let index = 0; index < 100; index += 1) {
    scheduler.offer(waiting('normal', 'slow'));
    scheduler.offer(waiting('normal', 'quick'));
  }
  const seconds = { slow: 0, quick: 0 };
  for (let index = 0; index < 60; index += 1) {
    const item = scheduler.take(0);
    if (item === undefined) break;
    const took = item.tenantId === 'slow' ? 4 : 1;
    seconds[item.tenantId === 'slow' ? 'slow' : 'quick'] += took;
    scheduler.finished(item.id, took);
    scheduler.released(item.runId);
  }
  expect(Math.abs(seconds.slow - seconds.quick)).toBeLessThanOrEqual(8);
});

test('M-06: urgent work that always kept one slot busy has no claim when it becomes a flood', () => {
  const scheduler = new Scheduler({ slots: 4 });
  for (let index = 0; index < 400; index += 1) scheduler.offer(waiting('normal', 't'));
  scheduler.offer(waiting('urgent', 't'));
  let atWork = scheduler.take(0);
  for (let round = 0; round < 50; round += 1) {
    // The next one is taken before the one at work has ended, so the lane is never quite empty.
    scheduler.offer(waiting('urgent', 't'));
    const next = scheduler.take(0);
    scheduler.finished(atWork?.id ?? '', 1);
    scheduler.released(atWork?.runId ?? '');
    atWork = next;
    serve(scheduler, 3);
  }
  for (let index = 0; index < 100; index += 1) scheduler.offer(waiting('urgent', 't'));
  const lanesServed = serve(scheduler, 36).map(({ lane }) => lane);
  expect(lanesServed.filter((lane) => lane === 'normal').length).toBeGreaterThanOrEqual(3);
});

test('M-07: a tenant that always had something at work has no claim when it becomes a flood', () => {
  const scheduler = new Scheduler({ slots: 3 });
  for (let index = 0; index < 400; index += 1) scheduler.offer(waiting('urgent', 'flood'));
  serve(scheduler, 10);
  scheduler.offer(waiting('urgent', 'trickle'));
  serve(scheduler, 1);
  scheduler.offer(waiting('urgent', 'trickle'));
  let atWork = scheduler.take(0);
  for (let round = 0; round < 50; round += 1) {
    scheduler.offer(waiting('urgent', 'trickle'));
    const next = scheduler.take(0);
    scheduler.finished(atWork?.id ?? '', 0.1);
    scheduler.released(atWork?.runId ?? '');
    atWork = next;
    serve(scheduler, 3);
  }
  for (let index = 0; index < 100; index += 1) scheduler.offer(waiting('urgent', 'trickle'));
  const tenants = serve(scheduler, 20).map(({ tenantId }) => tenantId);
  expect(tenants.filter((tenant) => tenant === 'flood').length).toBeGreaterThanOrEqual(8);
});

test('M-07: what a tenant received while it was alone is not held against it when others come', () => {
  const scheduler = new Scheduler({ slots: 1 });
  for (let index = 0; index < 300; index += 1) scheduler.offer(waiting('normal', 'early'));
  serve(scheduler, 300);
  for (let index = 0; index < 300; index += 1) scheduler.offer(waiting('normal', 'late'));
  serve(scheduler, 5);
  scheduler.offer(waiting('normal', 'early'));
  expect(serve(scheduler, 3).map(({ tenantId }) => tenantId)).toContain('early');
});

test('M-06: what a lane received while it was alone is not held against it when others are full', () => {
  const scheduler = new Scheduler({ slots: 1 });
  for (let index = 0; index < 300; index += 1) scheduler.offer(waiting('normal', 't'));
  serve(scheduler, 300);
  for (let index = 0; index < 300; index += 1) scheduler.offer(waiting('urgent', 't'));
  serve(scheduler, 5);
  for (let index = 0; index < 20; index += 1) scheduler.offer(waiting('normal', 't'));
  const normal = serve(scheduler, 45).filter(({ lane }) => lane === 'normal');
  expect(normal.length).toBeGreaterThanOrEqual(4);
});

test('a run is not taken again while it is at work or waits for its commit', () => {
  const scheduler = new Scheduler({ slots: 2 });
  scheduler.offer(waiting('urgent', 't', 'same'));
  scheduler.offer(waiting('urgent', 't', 'same'));
  const first = scheduler.take(0);
  expect(scheduler.take(0)).toBeUndefined();
  scheduler.finished(first?.id ?? '', 1);
  expect(scheduler.take(0)).toBeUndefined();
  scheduler.released('same');
  expect(scheduler.take(0)?.runId).toBe('same');
});

test('M-07: a tenant has no more runs at work than its cap', () => {
  const scheduler = new Scheduler({ slots: 8, slotsPerTenant: 2 });
  for (let index = 0; index < 5; index += 1) scheduler.offer(waiting('urgent', 'a'));
  scheduler.offer(waiting('urgent', 'b'));
  const taken = Array.from({ length: 8 }, () => scheduler.take(0)?.tenantId).filter(
    (tenant) => tenant !== undefined,
  );
  expect(taken.sort()).toEqual(['a', 'a', 'b']);
});

test('over any arrivals nothing is taken twice, nothing is lost, and slots are kept', () => {
  const move = fc.record({
    kind: fc.constantFrom('offer', 'take', 'end'),
    lane: fc.constantFrom<Lane>('urgent', 'high', 'normal'),
    tenant: fc.constantFrom('a', 'b', 'c'),
    run: fc.constantFrom('r1', 'r2', 'r3', 'r4', 'r5'),
  });
  fc.assert(
    fc.property(fc.array(move, { maxLength: 120 }), (moves) => {
      const scheduler = new Scheduler({ slots: 3 });
      const offered = new Set<string>();
      const taken: string[] = [];
      let working: Waiting[] = [];
      let most = 0;
      let together = false;
      for (const { kind, lane, tenant, run } of moves) {
        if (kind === 'offer') {
          const item = waiting(lane, tenant, run);
          offered.add(item.id);
          scheduler.offer(item);
        } else if (kind === 'take') {
          const item = scheduler.take(0);
          if (item === undefined) continue;
          together ||= working.some((other) => other.runId === item.runId);
          taken.push(item.id);
          working.push(item);
          most = Math.max(most, working.length);
        } else {
          const [item, ...rest] = working;
          working = rest;
          if (item === undefined) continue;
          scheduler.finished(item.id, 1);
          scheduler.released(item.runId);
        }
      }
      for (const item of working) {
        scheduler.finished(item.id, 1);
        scheduler.released(item.runId);
      }
      taken.push(...serve(scheduler, offered.size).map((item) => item.id));
      expect({ together, tooMany: most > 3, taken: [...taken].sort() }).toEqual({
        together: false,
        tooMany: false,
        taken: [...offered].sort(),
      });
    }),
  );
});
