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

/** Takes one item for nothing: it is finished after `seconds`, and its run is free again. */
function work(scheduler: Scheduler, seconds: number): Waiting | undefined {
  const item = scheduler.take(0);
  if (item === undefined) return undefined;
  scheduler.finished(item.id, seconds);
  scheduler.released(item.runId);
  return item;
}

const namesOf = (items: readonly (Waiting | undefined)[]): (string | undefined)[] =>
  items.map((item) => item?.tenantId);

test('urgent work takes no more than all slots', () => {
  const scheduler = new Scheduler({ slots: 2 });
  for (const tenant of ['a', 'b', 'c']) scheduler.offer(waiting('urgent', tenant));
  expect([scheduler.take(0)?.lane, scheduler.take(0)?.lane, scheduler.take(0)]).toEqual([
    'urgent',
    'urgent',
    undefined,
  ]);
  expect(scheduler.workingCount).toBe(2);
});

test('a single slot is for every lane', () => {
  const scheduler = new Scheduler({ slots: 1 });
  scheduler.offer(waiting('normal', 't'));
  expect(scheduler.take(0)?.lane).toBe('normal');
});

test('M-06: the slot for urgent work is the one that others leave, not one beside urgent work', () => {
  const scheduler = new Scheduler({ slots: 3 });
  scheduler.offer(waiting('urgent', 't'));
  for (let index = 0; index < 3; index += 1) scheduler.offer(waiting('normal', 't'));
  const taken = Array.from({ length: 3 }, () => scheduler.take(0));
  expect(taken.map((item) => item?.lane)).toEqual(['urgent', 'normal', 'normal']);
});

test('M-06: urgent work that has ended leaves the slots of others as they were', () => {
  const scheduler = new Scheduler({ slots: 3 });
  scheduler.offer(waiting('urgent', 't'));
  work(scheduler, 1);
  for (let index = 0; index < 3; index += 1) scheduler.offer(waiting('normal', 't'));
  expect(Array.from({ length: 3 }, () => scheduler.take(0)?.lane)).toEqual(['normal', 'normal', undefined]);
});

test('the end of work that is not at work changes nothing', () => {
  const scheduler = new Scheduler({ slots: 2 });
  scheduler.offer(waiting('urgent', 't'));
  scheduler.take(0);
  scheduler.finished('unknown', 1);
  expect(scheduler.workingCount).toBe(1);
});

test('among equals the more urgent lane goes first, and the tenant that came first', () => {
  const scheduler = new Scheduler({ slots: 1 });
  for (const lane of ['normal', 'high', 'urgent'] as const)
    for (const tenant of ['a', 'b']) scheduler.offer(waiting(lane, tenant));
  const served = Array.from({ length: 2 }, () => work(scheduler, 0.5));
  expect(served.map((item) => `${item?.lane ?? ''} ${item?.tenantId ?? ''}`)).toEqual(['urgent a', 'high a']);
});

test('work that was taken away again is not started, and the rest is', () => {
  const scheduler = new Scheduler({ slots: 1 });
  const [gone, stays] = [waiting('high', 'a'), waiting('high', 'a')];
  scheduler.offer(gone);
  scheduler.offer(stays);
  scheduler.offer({ ...waiting('normal', 'b'), id: 'elsewhere' });
  scheduler.drop(({ id }) => id === gone.id || id === 'elsewhere');
  expect([work(scheduler, 1), work(scheduler, 1)]).toEqual([stays, undefined]);
});

test('what may not start yet leaves its turn to the next tenant', () => {
  const scheduler = new Scheduler({ slots: 2 });
  scheduler.offer(waiting('urgent', 'a', 'busy'));
  scheduler.offer(waiting('urgent', 'a', 'busy'));
  scheduler.offer(waiting('urgent', 'b'));
  expect(namesOf([scheduler.take(0), scheduler.take(0)])).toEqual(['a', 'b']);
  const held = new Scheduler({ slots: 1 });
  held.offer(waiting('urgent', 'a'));
  held.offer(waiting('urgent', 'b'));
  expect(held.take(0, ({ tenantId }) => tenantId === 'b')?.tenantId).toBe('b');
});

test('M-06: work is past the age bound when it has waited longer, and the oldest of it goes first', () => {
  const aged = (nowMs: number): (string | undefined)[] => {
    const scheduler = new Scheduler({ slots: 1, ageBoundMs: 1000 });
    scheduler.offer({ ...waiting('urgent', 'young'), arrivedAtMs: 900 });
    scheduler.offer({ ...waiting('normal', 'old'), arrivedAtMs: 100 });
    scheduler.offer({ ...waiting('normal', 'oldest'), arrivedAtMs: 50 });
    scheduler.offer({ ...waiting('normal', 'older'), arrivedAtMs: 75 });
    return namesOf([scheduler.take(nowMs)]);
  };
  expect([aged(1050), aged(1051), aged(1200)]).toEqual([['young'], ['oldest'], ['oldest']]);
});

test('M-06: work that waits as long as the default age bound of two minutes is not past it', () => {
  const first = (nowMs: number): (string | undefined)[] => {
    const scheduler = new Scheduler({ slots: 1 });
    scheduler.offer({ ...waiting('urgent', 'young'), arrivedAtMs: nowMs });
    scheduler.offer(waiting('normal', 'old'));
    return namesOf([scheduler.take(nowMs)]);
  };
  expect([first(120_000), first(120_001)]).toEqual([['young'], ['old']]);
});

test('M-07: what a tenant is charged at the start is corrected by what its work took', () => {
  const scheduler = new Scheduler({ slots: 1 });
  for (let index = 0; index < 9; index += 1)
    for (const tenant of ['a', 'b']) scheduler.offer(waiting('normal', tenant));
  // a took 3 s: b has its turns until it has had more.
  const seconds = [3, 1, 1, 2, 1];
  expect(namesOf(seconds.map((took) => work(scheduler, took)))).toEqual(['a', 'b', 'b', 'b', 'a']);
});

test('M-06: what a lane is charged at the start is corrected by what its work took, by weight', () => {
  const scheduler = new Scheduler({ slots: 1 });
  for (let index = 0; index < 9; index += 1)
    for (const lane of ['urgent', 'high'] as const) scheduler.offer(waiting(lane, 't'));
  // urgent: 8 s of 8 is 1; high: 2 s of 3 is two thirds, twice that is more than 1.
  expect([8, 2, 2, 1].map((took) => work(scheduler, took)?.lane)).toEqual([
    'urgent',
    'high',
    'high',
    'urgent',
  ]);
});

test('M-07: work that is not finished is charged the mean of what was seen last', () => {
  /** Tenants in the order in which they are served while the first work of `a` goes on. */
  const servedBeside = (seen: readonly number[], count: number): (string | undefined)[] => {
    const scheduler = new Scheduler({ slots: 2 });
    for (const seconds of seen) {
      scheduler.offer(waiting('high', 'before'));
      work(scheduler, seconds);
    }
    scheduler.offer(waiting('urgent', 'a'));
    scheduler.take(0);
    for (let index = 0; index < count; index += 1)
      for (const tenant of ['a', 'b']) scheduler.offer(waiting('urgent', tenant));
    return namesOf(Array.from({ length: count }, () => work(scheduler, 0.35)));
  };
  // First guess 0.5 s: b is behind until it has had more than that.
  expect(servedBeside([], 4)).toEqual(['b', 'b', 'a', 'b']);
  // 0.8 of 0.5 s and 0.2 of 4 s is 1.2 s.
  expect(servedBeside([4], 6)).toEqual(['b', 'b', 'b', 'b', 'a', 'b']);
});

test('M-07: what work did not take is given back to a tenant that has work waiting', () => {
  const scheduler = new Scheduler({ slots: 4 });
  for (let index = 0; index < 4; index += 1)
    for (const tenant of ['a', 'b']) scheduler.offer(waiting('urgent', tenant));
  const begun = Array.from({ length: 4 }, () => scheduler.take(0));
  expect(namesOf(begun)).toEqual(['a', 'b', 'a', 'b']);
  for (const item of begun) scheduler.finished(item?.id ?? '', item?.tenantId === 'a' ? 0 : 0.35);
  // Its account is below what others received at least; more work of the same tenant does not lift it.
  scheduler.offer(waiting('urgent', 'a'));
  const next = Array.from({ length: 3 }, () => work(scheduler, 0.2));
  expect(namesOf(next)).toEqual(['a', 'a', 'a']);
});

test('M-06: what work did not take is given back to a lane that has work waiting', () => {
  const scheduler = new Scheduler({ slots: 8 });
  for (let index = 0; index < 6; index += 1)
    for (const lane of ['high', 'normal'] as const) scheduler.offer(waiting(lane, 't'));
  const begun = Array.from({ length: 7 }, () => scheduler.take(0));
  expect(begun.map((item) => item?.lane)).toEqual([
    'high',
    'normal',
    'high',
    'high',
    'high',
    'normal',
    'high',
  ]);
  for (const item of begun) scheduler.finished(item?.id ?? '', item?.lane === 'normal' ? 0 : 0.5);
  scheduler.offer(waiting('normal', 't'));
  const next = Array.from({ length: 3 }, () => work(scheduler, 0.3)?.lane);
  expect(next).toEqual(['normal', 'normal', 'normal']);
});

test('M-07: a tenant that comes new begins where the one that received least is', () => {
  const scheduler = new Scheduler({ slots: 1 });
  for (let index = 0; index < 9; index += 1)
    for (const tenant of ['a', 'b', 'c']) scheduler.offer(waiting('normal', tenant));
  // a has had 3 s, b 2 s, c 1 s; the next to start is c, at 1 s.
  expect(namesOf([3, 2, 1, 0.5].map((took) => work(scheduler, took)))).toEqual(['a', 'b', 'c', 'c']);
  for (let index = 0; index < 9; index += 1) scheduler.offer(waiting('normal', 'd'));
  const next = Array.from({ length: 4 }, () => work(scheduler, 0.4));
  expect(namesOf(next)).toEqual(['d', 'd', 'c', 'd']);
});

test('a lane of very many tenants forgets those that are idle, and no work', () => {
  /** Who goes first: a tenant that received 100 s and came back, or one that waits since; among `count` tenants. */
  const firstAmong = (count: number, forget: 'by work that ends' | 'by a drop'): (string | undefined)[] => {
    const scheduler = new Scheduler({ slots: 1 });
    scheduler.offer(waiting('normal', 'served'));
    work(scheduler, 100);
    for (let index = 2; index < count; index += 1)
      scheduler.offer(waiting('normal', `tenant ${String(index)}`));
    for (let index = 0; index < 2; index += 1) scheduler.offer(waiting('normal', 'last'));
    if (forget === 'by work that ends') {
      work(scheduler, 0);
      scheduler.offer(waiting('normal', 'served'));
    }
    scheduler.drop(({ tenantId }) => tenantId.startsWith('tenant'));
    if (forget === 'by a drop') scheduler.offer(waiting('normal', 'served'));
    return namesOf(Array.from({ length: 2 }, () => work(scheduler, 1)));
  };
  for (const forget of ['by work that ends', 'by a drop'] as const) {
    expect(firstAmong(999, forget)).toEqual(['last', 'last']);
    expect(firstAmong(1000, forget)).toEqual(['last', 'served']);
  }
  const scheduler = new Scheduler({ slots: 3, slotsPerTenant: 1 });
  scheduler.offer(waiting('urgent', 'at work'));
  scheduler.take(0);
  for (let index = 0; index < 1100; index += 1) scheduler.offer(waiting('urgent', `tenant ${String(index)}`));
  const served = new Set(Array.from({ length: 1000 }, () => work(scheduler, 1)?.tenantId));
  expect([served.size, served.has(undefined)]).toEqual([1000, false]);
  scheduler.offer(waiting('urgent', 'at work'));
  const rest = Array.from({ length: 101 }, () => work(scheduler, 1)?.tenantId);
  expect(rest.filter((tenant) => tenant !== undefined)).toHaveLength(100);
  expect(rest).not.toContain('at work');
});

test('M-06: a lane that was paused comes back at the level of the others', () => {
  const scheduler = new Scheduler({ slots: 1 });
  for (let index = 0; index < 400; index += 1)
    for (const lane of ['high', 'normal'] as const) scheduler.offer(waiting(lane, 't'));
  scheduler.pauseLanes(new Set(['normal']));
  expect(serve(scheduler, 200).every(({ lane }) => lane === 'high')).toBe(true);
  scheduler.pauseLanes(new Set());
  const after = serve(scheduler, 40);
  expect(after.filter(({ lane }) => lane === 'normal').length).toBe(10);
});

test('M-06: nothing is taken while every lane is paused', () => {
  const scheduler = new Scheduler({ slots: 1 });
  scheduler.offer(waiting('urgent', 't'));
  scheduler.pauseLanes(new Set(['urgent', 'high', 'normal']));
  expect(scheduler.take(1_000_000)).toBeUndefined();
  scheduler.pauseLanes(new Set(['high']));
  expect(scheduler.take(1_000_000)?.lane).toBe('urgent');
});

test('M-20: paced work of a tenant that is held is passed over, and nothing of others waits for it', () => {
  const scheduler = new Scheduler({ slots: 1 });
  for (let index = 0; index < 50; index += 1)
    scheduler.offer({ ...waiting('normal', 'loud'), isPaced: true });
  for (let index = 0; index < 20; index += 1) scheduler.offer(waiting('normal', 'small'));
  const own = waiting('normal', 'loud');
  scheduler.offer(own);
  const takeHeld = (): Waiting | undefined => {
    const item = scheduler.take(
      0,
      () => true,
      (tenantId) => tenantId === 'loud',
    );
    if (item === undefined) return undefined;
    scheduler.finished(item.id, 1);
    scheduler.released(item.runId);
    return item;
  };
  const taken = Array.from({ length: 22 }, takeHeld);
  expect(taken.filter((item) => item?.tenantId === 'small').length).toBe(20);
  expect(taken.filter((item) => item?.tenantId === 'loud')).toEqual([own]);
  expect(taken.at(-1)).toBeUndefined();
});

test('M-20: a tenant that was held has no claim to what others received meanwhile', () => {
  const scheduler = new Scheduler({ slots: 1 });
  for (let index = 0; index < 50; index += 1)
    scheduler.offer({ ...waiting('normal', 'loud'), isPaced: true });
  for (let index = 0; index < 50; index += 1) scheduler.offer(waiting('normal', 'small'));
  for (let index = 0; index < 30; index += 1) {
    const item = scheduler.take(
      0,
      () => true,
      () => true,
    );
    if (item === undefined) throw new Error('nothing was taken');
    scheduler.finished(item.id, 1);
    scheduler.released(item.runId);
  }
  const served = serve(scheduler, 10).map(({ tenantId }) => tenantId);
  expect(served.filter((tenantId) => tenantId === 'small').length).toBeGreaterThanOrEqual(4);
});
