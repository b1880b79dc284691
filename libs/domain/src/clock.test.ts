import { expect, test } from 'vitest';
import { manualClock } from '../test/manual-clock.ts';
import { sleep, systemClock } from './clock.ts';

test('sleep ends when its time has come', async () => {
  const { clock, fire } = manualClock();
  const slept = sleep(clock, 10);
  fire();
  await expect(slept).resolves.toBeUndefined();
});

test('sleep ends with the reason of the signal and leaves no timer', async () => {
  const { clock, hasTimer } = manualClock();
  const stop = new AbortController();
  const slept = sleep(clock, 10, stop.signal);
  stop.abort(new Error('enough'));
  await expect(slept).rejects.toThrow('enough');
  expect(hasTimer()).toBe(false);
});

test('sleep does not begin when the signal has aborted', async () => {
  const { clock, hasTimer } = manualClock();
  await expect(sleep(clock, 10, AbortSignal.abort(new Error('enough')))).rejects.toThrow('enough');
  expect(hasTimer()).toBe(false);
});

test('sleep ends with an error, also when the reason of the signal is none', async () => {
  const { clock } = manualClock();
  await expect(sleep(clock, 10, AbortSignal.abort('enough'))).rejects.toThrow(new Error('aborted'));
});

test('sleep that has ended listens to the signal no more', async () => {
  const { clock, fire } = manualClock();
  const listeners = new Map<string, unknown>();
  const signal = {
    aborted: false,
    addEventListener: (event: string, listener: unknown) => listeners.set(event, listener),
    removeEventListener: (event: string, listener: unknown) =>
      listeners.get(event) === listener && listeners.delete(event),
  } as unknown as AbortSignal;
  const slept = sleep(clock, 10, signal);
  expect([...listeners.keys()]).toEqual(['abort']);
  fire();
  await slept;
  expect(listeners.size).toBe(0);
});

test('the clock of the system tells its time, and runs what it is given unless that is cancelled', async () => {
  const before = Date.now();
  expect(systemClock.now()).toBeGreaterThanOrEqual(before);
  const ran: string[] = [];
  const cancel = systemClock.after(1, () => ran.push('cancelled'));
  cancel();
  await new Promise<void>((resolve) => {
    systemClock.after(2, () => {
      ran.push('run');
      resolve();
    });
  });
  expect(ran).toEqual(['run']);
});
