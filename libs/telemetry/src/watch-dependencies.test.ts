import type { Clock } from '@docfleet/domain';
import { expect, it } from 'vitest';
import { createMetrics } from './metrics.ts';
import { watchDependencies } from './watch-dependencies.ts';

/** A clock that the test advances; its timers fire when they are due. */
function manualClock(): Clock & { advance(byMs: number): void } {
  let now = 0;
  const timers = new Set<{ readonly at: number; readonly action: () => void }>();
  return {
    now: () => now,
    after: (delayMs, action) => {
      const timer = { at: now + delayMs, action };
      timers.add(timer);
      return () => void timers.delete(timer);
    },
    advance: (byMs) => {
      now += byMs;
      for (const timer of [...timers].filter(({ at }) => at <= now)) timer.action();
    },
  };
}

function watched(database: () => Promise<unknown>) {
  const clock = manualClock();
  const metrics = createMetrics('ledger');
  const lines: string[] = [];
  const watch = watchDependencies(
    { Kafka: () => Promise.resolve(), 'the database': database },
    {
      clock,
      metrics,
      log: {
        info: (message) => void lines.push(message),
        error: (message) => void lines.push(message),
      },
    },
  );
  return { clock, metrics, lines, watch };
}

it('R-06: knows which dependency is away, and since when it answers again', async () => {
  let down = false;
  const { clock, metrics, lines, watch } = watched(() =>
    down ? Promise.reject(new Error('refused')) : Promise.resolve(),
  );
  await watch.check();
  down = true;
  await watch.check();
  await watch.check();
  expect(watch.states()).toEqual([
    { name: 'Kafka', answersSince: 0 },
    { name: 'the database', answersSince: undefined },
  ]);
  expect(await metrics.text()).toContain(
    'docfleet_dependency_up{dependency="the database",service="ledger"} 0',
  );
  down = false;
  clock.advance(7_000);
  await watch.check();
  expect(watch.states()[1]).toEqual({ name: 'the database', answersSince: 7_000 });
  expect(lines).toEqual(['Dependency does not answer', 'Dependency answers again']);
});

it('takes no answer for away, and asks no second time while the first call is open', async () => {
  let calls = 0;
  const { clock, watch } = watched(() => {
    calls += 1;
    return new Promise(() => undefined);
  });
  for (let time = 0; time < 3; time += 1) {
    const checked = watch.check();
    await new Promise(setImmediate);
    clock.advance(5_000);
    await checked;
  }
  expect([calls, watch.states()[1]?.answersSince]).toEqual([1, undefined]);
});
