import { expect, test } from 'vitest';
import { countInterrupts } from './interrupts.ts';

test('signals of one Ctrl-C are one; the next Ctrl-C kills', () => {
  let now = 1000;
  const steps: string[] = [];
  const interrupts = countInterrupts(
    () => now,
    () => steps.push('exit'),
  );
  interrupts.onSecond(() => steps.push('kill'));
  expect(interrupts.signal.aborted).toBe(false);
  interrupts.interrupt();
  now += 20;
  interrupts.interrupt();
  expect(interrupts.signal.aborted).toBe(true);
  expect(steps).toEqual([]);
  now += 500;
  interrupts.interrupt();
  expect(steps).toEqual(['kill', 'exit']);
});
