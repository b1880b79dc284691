import { sleep } from '@docfleet/domain';
import { expect, it } from 'vitest';
import { virtualClock } from './virtual-clock.ts';

it('runs due timers in order of time, then of the calls', async () => {
  const clock = virtualClock(1000);
  const seen: [string, number][] = [];
  const note = (name: string) => (): void => {
    seen.push([name, clock.now()]);
  };
  for (const [name, delayMs] of [
    ['c', 30],
    ['a', 10],
    ['d', 30],
    ['b', 20],
    ['z', 31],
  ] as const) {
    clock.after(delayMs, note(name));
  }
  await clock.advance(30);
  expect(seen).toEqual([
    ['a', 1010],
    ['b', 1020],
    ['c', 1030],
    ['d', 1030],
  ]);
  expect([clock.now(), clock.pending, clock.steps]).toEqual([1030, 1, 4]);
});

it('lets promises settle, however long their chain, before the next timer', async () => {
  const clock = virtualClock(0);
  const seen: string[] = [];
  const chain = async (): Promise<void> => {
    for (let link = 0; link < 50; link += 1) await Promise.resolve();
    seen.push('chain');
  };
  clock.after(5, () => void chain());
  clock.after(5, () => seen.push('timer'));
  await clock.advance(5);
  expect(seen).toEqual(['chain', 'timer']);
});

it('runs timers that timers set, and none that were cancelled', async () => {
  const clock = virtualClock(0);
  const seen: number[] = [];
  const cancel = clock.after(10, () => seen.push(-1));
  clock.after(5, () => {
    cancel();
    clock.after(0, () => seen.push(clock.now()));
  });
  await clock.advance(100);
  expect([seen, clock.now(), clock.pending]).toEqual([[5], 100, 0]);
});

it('keeps the order of a thousand timers', async () => {
  const clock = virtualClock(0);
  const delays = Array.from({ length: 1000 }, (_, index) => (index * 7919) % 613);
  const seen: number[] = [];
  for (const delayMs of delays) clock.after(delayMs, () => seen.push(delayMs));
  await clock.advance(1000);
  expect(seen).toEqual(delays.toSorted((a, b) => a - b));
});

it('runs until a condition holds', async () => {
  const clock = virtualClock(0);
  let done = false;
  void sleep(clock, 40).then(() => (done = true));
  clock.after(50, () => undefined);
  await clock.runUntil(() => done);
  expect(clock.now()).toBe(40);
});

it('reports that no timer is left', async () => {
  const clock = virtualClock(0);
  clock.after(10, () => undefined);
  await expect(clock.runUntil(() => false)).rejects.toThrow('no timer is left');
});

it('reports that the limit has passed', async () => {
  const clock = virtualClock(0);
  clock.after(10, () => undefined);
  await expect(clock.runUntil(() => false, 5)).rejects.toThrow('5 ms have passed');
});

it('settles a promise, and rejects with its error', async () => {
  const clock = virtualClock(0);
  expect(await clock.settle(sleep(clock, 7).then(() => 'slept'))).toBe('slept');
  const failing = sleep(clock, 5).then(() => Promise.reject(new Error('as planned')));
  await expect(clock.settle(failing)).rejects.toThrow('as planned');
  expect(clock.now()).toBe(12);
});
