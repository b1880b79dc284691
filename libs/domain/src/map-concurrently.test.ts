import { expect, test } from 'vitest';
import { mapConcurrently } from './map-concurrently.ts';

const quiet = new AbortController().signal;

test('keeps the order and the limit', async () => {
  let running = 0;
  let most = 0;
  const results = await mapConcurrently([3, 1, 2, 5, 4], { limit: 2, signal: quiet }, async (item) => {
    running += 1;
    most = Math.max(most, running);
    for (let turn = 0; turn < item; turn += 1) await Promise.resolve();
    running -= 1;
    return item * 10;
  });
  expect([results, most]).toEqual([[30, 10, 20, 50, 40], 2]);
});

test('the first error aborts the others and is thrown', async () => {
  const started: number[] = [];
  const work = async (item: number, signal: AbortSignal): Promise<number> => {
    started.push(item);
    if (item === 1) throw new Error('first');
    await new Promise((_, reject) => {
      signal.addEventListener('abort', () => {
        reject(new Error('stopped'));
      });
    });
    return item;
  };
  await expect(mapConcurrently([0, 1, 2, 3], { limit: 2, signal: quiet }, work)).rejects.toThrow('first');
  expect(started).toEqual([0, 1]);
});

test('an abort from outside is thrown with its reason', async () => {
  const controller = new AbortController();
  const work = (): Promise<void> => {
    controller.abort(new Error('cancelled'));
    return Promise.resolve();
  };
  await expect(mapConcurrently([1, 2], { limit: 1, signal: controller.signal }, work)).rejects.toThrow(
    'cancelled',
  );
});
