import { describe, expect, it } from 'vitest';
import { runAtOnce, runInSlices, type Slices } from './slices.ts';

function* sum(to: number): Slices<number> {
  let total = 0;
  for (let i = 1; i <= to; i += 1) {
    total += i;
    yield;
  }
  return total;
}

/** Each call of `now` advances the time by 10 ms. */
const slowClock = () => {
  let now = 0;
  return { now: () => (now += 10), after: () => () => undefined };
};

describe('slices', () => {
  it('gives the same result at once and in slices', async () => {
    const inSlices = await runInSlices(sum(100), slowClock(), new AbortController().signal);
    expect([inSlices, runAtOnce(sum(100))]).toEqual([5050, 5050]);
  });

  it('stops between slices when the signal aborts', async () => {
    const stopped = new AbortController();
    stopped.abort(new Error('cancelled'));
    await expect(runInSlices(sum(100), slowClock(), stopped.signal)).rejects.toThrow('cancelled');
  });
});
