import { expect, it } from 'vitest';
import { sendAll } from './load.ts';

const never = new AbortController().signal;

it('O-07: sends every document once, at most so many at once', async () => {
  const sent: number[] = [];
  let open = 0;
  let most = 0;
  await sendAll(
    25,
    { atOnce: 4 },
    async (index) => {
      sent.push(index);
      open += 1;
      most = Math.max(most, open);
      await Promise.resolve();
      open -= 1;
    },
    never,
  );
  expect(sent.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 25 }, (_, index) => index));
  expect(most).toBe(4);
});

it('sends at a rate without waiting for ends', async () => {
  const ends: (() => void)[] = [];
  const all = sendAll(
    3,
    { perHour: 3_600_000 },
    () => new Promise<void>((resolve) => ends.push(resolve)),
    never,
  );
  while (ends.length < 3) await new Promise((resolve) => setImmediate(resolve));
  for (const end of ends) end();
  await all;
  expect(ends.length).toBe(3);
});

it('throws what a document that was refused throws', async () => {
  const refuse = (): Promise<void> => Promise.reject(new Error('refused'));
  await expect(sendAll(2, { atOnce: 2 }, refuse, never)).rejects.toThrow('refused');
  await expect(sendAll(2, { perHour: 3_600_000 }, refuse, never)).rejects.toThrow('refused');
});

it('ends when it is interrupted', async () => {
  const stop = new AbortController();
  const sending = sendAll(2, { perHour: 1 }, () => Promise.resolve(), stop.signal);
  stop.abort(new Error('interrupted'));
  await expect(sending).rejects.toThrow();
});
