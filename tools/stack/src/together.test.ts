import { expect, test } from 'vitest';
import { together } from './together.ts';

test('gives all results in order', async () => {
  expect(await together([Promise.resolve(1), Promise.resolve(2)], () => undefined)).toEqual([1, 2]);
});

test('a failure ends the others, and is thrown when they have ended', async () => {
  const steps: string[] = [];
  const giveUp = Promise.withResolvers<undefined>();
  const slow = giveUp.promise.then(() => {
    steps.push('slow ended');
    throw new Error('given up');
  });
  const failing = together([slow, Promise.reject(new Error('first'))], () => {
    giveUp.resolve(undefined);
  });
  await expect(failing).rejects.toThrow('first');
  expect(steps).toEqual(['slow ended']);
});
