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

describe('work in slices gives the event loop its turn', () => {
  /** How often the loop had its turn while work of 8 pieces ran, each of which takes so long. */
  const turnsAt = async (pieceMs: number): Promise<number> => {
    let now = 0;
    let [turns, running] = [0, true];
    const count = (): void => {
      turns += 1;
      if (running) setImmediate(count);
    };
    function* pieces(): Slices<number> {
      for (let piece = 0; piece < 8; piece += 1) {
        now += pieceMs;
        yield;
      }
      return 8;
    }
    const clock = { now: () => now, after: () => () => undefined };
    setImmediate(count);
    await runInSlices(pieces(), clock, new AbortController().signal);
    running = false;
    return turns;
  };

  it('after 15 ms, and not before', async () => {
    expect([await turnsAt(15), await turnsAt(7), await turnsAt(1)]).toEqual([8, 2, 0]);
  });
});
