import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Mutex } from './mutex.ts';

test('actions run one at a time, in the order of the calls, also after one that failed', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.scheduler(),
      fc.array(fc.boolean(), { minLength: 1, maxLength: 8 }),
      async (scheduler, failing) => {
        const mutex = new Mutex();
        const begun: number[] = [];
        let running = 0;
        let most = 0;
        const results = failing.map((fails, index) =>
          mutex.run(async () => {
            begun.push(index);
            running += 1;
            most = Math.max(most, running);
            await scheduler.schedule(Promise.resolve());
            running -= 1;
            if (fails) throw new Error(String(index));
            return index;
          }),
        );
        const settled = Promise.allSettled(results);
        await scheduler.waitFor(settled);
        await mutex.idle();
        expect(most).toBe(1);
        expect(begun).toEqual(failing.map((_, index) => index));
        expect((await settled).map(({ status }) => status === 'rejected')).toEqual(failing);
      },
    ),
  );
});

test('idle waits for what was passed until now, and not for failures', async () => {
  const mutex = new Mutex();
  const ended: string[] = [];
  const failed = mutex.run(async () => {
    await Promise.resolve();
    ended.push('first');
    throw new Error('first');
  });
  await mutex.idle();
  expect(ended).toEqual(['first']);
  await expect(failed).rejects.toThrow('first');
});
