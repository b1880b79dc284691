import { expect, it } from 'vitest';
import { repeat } from './repeat.ts';

it('goes on after a failure, which it logs, and ends quietly when it is told to stop', async () => {
  const stop = new AbortController();
  const logged: string[] = [];
  let calls = 0;
  await repeat(
    {
      what: 'Sweep',
      everyMs: 1,
      log: { error: (message) => logged.push(message) },
      until: stop.signal,
    },
    () => {
      calls += 1;
      if (calls === 1) throw new Error('away');
      if (calls < 4) return Promise.resolve();
      stop.abort(new Error('stopping'));
      return Promise.reject(stop.signal.reason as Error);
    },
  );
  expect([calls, logged]).toEqual([4, ['Sweep failed; trying again']]);
});
