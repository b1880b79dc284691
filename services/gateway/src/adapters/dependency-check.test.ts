import { expect, it } from 'vitest';
import { dependencyCheck } from './dependency-check.ts';

/** A clock that the test advances. */
function manualClock() {
  let now = 0;
  const timers: { at: number; action: () => void }[] = [];
  return {
    now: () => now,
    after: (delayMs: number, action: () => void) => {
      const timer = { at: now + delayMs, action };
      timers.push(timer);
      return () => void timers.splice(timers.indexOf(timer), 1);
    },
    advance: (byMs: number) => {
      now += byMs;
      for (const timer of timers.filter(({ at }) => at <= now)) timer.action();
    },
  };
}

const reachable = () => Promise.resolve();

it('does not call a dependency again that has not answered yet', async () => {
  const clock = manualClock();
  let calls = 0;
  const broker = () => {
    calls += 1;
    return new Promise(() => undefined);
  };
  const check = dependencyCheck({ broker, store: reachable, database: reachable }, clock);
  for (let time = 0; time < 3; time += 1) {
    const status = check();
    await new Promise(setImmediate);
    clock.advance(2_000);
    expect(await status).toEqual({ broker: false, store: true, database: true, databaseSeen: true });
  }
  expect(calls).toBe(1);
});

it('remembers that the database has answered once', async () => {
  const clock = manualClock();
  let down = false;
  const database = () => (down ? Promise.reject(new Error('down')) : reachable());
  const check = dependencyCheck({ broker: reachable, store: reachable, database }, clock);
  await check();
  down = true;
  clock.advance(2_000);
  expect(await check()).toEqual({ broker: true, store: true, database: false, databaseSeen: true });
});
