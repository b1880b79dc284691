import { expect, it } from 'vitest';
import { subjectWaits } from './subject-waits.ts';

const never = new AbortController().signal;

it('ends the waits for a subject, and keeps nothing of them', async () => {
  const waits = subjectWaits();
  const ended: string[] = [];
  const wait = (name: string, subjects: readonly string[]) =>
    waits.next(subjects, never).then(() => ended.push(name));
  const all = [wait('a', ['a']), wait('a or b', ['a', 'b']), wait('b', ['b'])];
  waits.wake('a');
  await Promise.all(all.slice(0, 2));
  expect([ended, waits.size]).toEqual([['a', 'a or b'], 1]);
  waits.wakeAll();
  await all[2];
  expect(waits.size).toBe(0);
});

it('ends a wait with its signal', async () => {
  const waits = subjectWaits();
  const over = new AbortController();
  const waiting = waits.next(['a'], over.signal);
  over.abort();
  await waiting;
  await waits.next(['a'], over.signal);
  expect(waits.size).toBe(0);
});
