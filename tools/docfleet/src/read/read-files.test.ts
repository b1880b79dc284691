import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { exitCodeOf } from './exit-code.ts';
import { readFiles } from './read-files.ts';

/** Work that ends in the order that `ends` gives, with the most that were in progress at a time. */
function worker(ends: readonly number[]) {
  const waiting = new Map<number, () => void>();
  const state = { begun: 0, ended: 0, most: 0 };
  const finish = (): void => {
    const next = ends.find((index) => waiting.has(index));
    if (next === undefined) return;
    waiting.get(next)?.();
    waiting.delete(next);
  };
  const readOne = async (_input: unknown, index: number): Promise<number> => {
    state.begun += 1;
    state.most = Math.max(state.most, state.begun - state.ended);
    await new Promise<void>((resolve) => {
      waiting.set(index, resolve);
      setImmediate(finish);
    });
    state.ended += 1;
    return index;
  };
  return { readOne, state };
}

it('gives results in the order of the files, whichever is ready first, a few at a time', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc
        .integer({ min: 0, max: 30 })
        .chain((count) => fc.shuffledSubarray([...Array(count).keys()], { minLength: count })),
      fc.integer({ min: 1, max: 9 }),
      async (ends, atOnce) => {
        const { readOne, state } = worker(ends);
        const results: number[] = [];
        for await (const result of readFiles(ends, readOne, atOnce)) results.push(result);
        expect(results).toEqual([...ends.keys()]);
        expect(state.most).toBeLessThanOrEqual(atOnce);
      },
    ),
    { numRuns: 50 },
  );
});

it('waits for what was begun before it fails', async () => {
  const ended: number[] = [];
  const readOne = async (_input: unknown, index: number): Promise<number> => {
    if (index === 0) throw new Error('no disk');
    await new Promise((resolve) => setImmediate(resolve));
    ended.push(index);
    return index;
  };
  const results = readFiles([1, 2, 3], readOne, 3);
  await expect(results.next()).rejects.toThrow('no disk');
  expect(ended).toEqual([1, 2]);
});

it('throws what fails before its turn when its turn has come', async () => {
  const unhandled: unknown[] = [];
  const note = (reason: unknown): void => void unhandled.push(reason);
  process.on('unhandledRejection', note);
  try {
    const readOne = async (_input: unknown, index: number): Promise<number> => {
      if (index === 1) throw new Error('no disk');
      await sleep(20);
      return index;
    };
    const results = readFiles([1, 2], readOne, 8);
    await expect(results.next()).resolves.toEqual({ done: false, value: 0 });
    await expect(results.next()).rejects.toThrow('no disk');
    expect(unhandled).toEqual([]);
  } finally {
    process.off('unhandledRejection', note);
  }
});

it.each([
  [['approve', 'approve'], 0],
  [['approve', 'review'], 3],
  [['reject'], 3],
  [['review', null, 'approve'], 4],
] as const)('the exit code of %j is %i', (verdicts, code) => {
  expect(exitCodeOf(verdicts.map((verdict) => ({ verdict })))).toBe(code);
});
