import { expect, test } from 'vitest';
import { manualClock } from '../test/manual-clock.ts';
import { TimeLimitError, whenAborted, withTimeout } from './waiting.ts';

test('withTimeout returns the result of work in time and leaves no timer', async () => {
  const { clock, hasTimer } = manualClock();
  await expect(withTimeout(Promise.resolve(7), 10, { clock })).resolves.toBe(7);
  expect(hasTimer()).toBe(false);
});

test('withTimeout rejects with the error of work in time', async () => {
  const { clock } = manualClock();
  await expect(withTimeout(Promise.reject(new Error('no')), 10, { clock })).rejects.toThrow('no');
});

test('withTimeout rejects after the limit and ignores a later error of work', async () => {
  const { clock, fire } = manualClock();
  const work = Promise.withResolvers<never>();
  const limited = withTimeout(work.promise, 10, { clock });
  fire();
  await expect(limited).rejects.toThrow(new TimeLimitError(10));
  work.reject(new Error('late'));
  const error = new RangeError('given');
  const other = withTimeout(new Promise(() => undefined), 10, { clock, error: () => error });
  fire();
  await expect(other).rejects.toBe(error);
});

test('whenAborted resolves when the signal aborts, at once when it has', async () => {
  const stop = new AbortController();
  const aborted = whenAborted(stop.signal);
  stop.abort(new Error('stop'));
  await expect(aborted).resolves.toBeUndefined();
  await expect(whenAborted(stop.signal)).resolves.toBeUndefined();
});
