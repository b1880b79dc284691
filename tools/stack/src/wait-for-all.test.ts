import { expect, test } from 'vitest';
import { waitForAll } from './wait-for-all.ts';

test('gives all results in order', async () => {
  expect(await waitForAll([Promise.resolve(1), Promise.resolve(2)], () => undefined)).toEqual([1, 2]);
});

test('a failure ends the others, and is thrown when they have ended', async () => {
  const steps: string[] = [];
  const abortOthers = Promise.withResolvers<undefined>();
  const slow = abortOthers.promise.then(() => {
    steps.push('slow ended');
    throw new Error('given up');
  });
  const failing = waitForAll([slow, Promise.reject(new Error('first'))], () => {
    abortOthers.resolve(undefined);
  });
  await expect(failing).rejects.toThrow('first');
  expect(steps).toEqual(['slow ended']);
});
