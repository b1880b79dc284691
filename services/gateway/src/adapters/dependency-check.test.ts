import { expect, it } from 'vitest';
import { lookAt } from './look.ts';

/** A clock that is moved by hand. */
function handClock() {
  let now = 0;
  const timers: { at: number; action: () => void }[] = [];
  return {
    now: () => now,
    after: (delayMs: number, action: () => void) => {
      const timer = { at: now + delayMs, action };
      timers.push(timer);
      return () => void timers.splice(timers.indexOf(timer), 1);
    },
    move: (byMs: number) => {
      now += byMs;
      for (const timer of timers.filter(({ at }) => at <= now)) timer.action();
    },
  };
}

const there = () => Promise.resolve();

it('does not ask a system again that has not answered yet', async () => {
  const clock = handClock();
  let asked = 0;
  const broker = () => {
    asked += 1;
    return new Promise(() => undefined);
  };
  const look = lookAt({ broker, store: there, database: there }, clock);
  for (let time = 0; time < 3; time += 1) {
    const seen = look();
    await new Promise(setImmediate);
    clock.move(2_000);
    expect(await seen).toEqual({ broker: false, store: true, database: true, databaseEver: true });
  }
  expect(asked).toBe(1);
});

it('remembers that the database was there', async () => {
  const clock = handClock();
  let out = false;
  const database = () => (out ? Promise.reject(new Error('out')) : there());
  const look = lookAt({ broker: there, store: there, database }, clock);
  await look();
  out = true;
  clock.move(2_000);
  expect(await look()).toEqual({ broker: true, store: true, database: false, databaseEver: true });
});
