import { describe, expect, it } from 'vitest';
import { memoizeAsync } from './memoize-async.ts';

describe('memoizeAsync', () => {
  it('calls once for concurrent callers, and keeps the result', async () => {
    const loaded: string[] = [];
    const length = memoizeAsync(
      (text: string) => {
        loaded.push(text);
        return Promise.resolve(text.length);
      },
      (text) => text,
    );
    expect(await Promise.all([length('abc'), length('abc'), length('de')])).toEqual([3, 3, 2]);
    expect(await length('abc')).toBe(3);
    expect(loaded).toEqual(['abc', 'de']);
  });

  it('calls again after a failure', async () => {
    let calls = 0;
    const once = memoizeAsync(
      () => {
        calls += 1;
        return calls === 1 ? Promise.reject(new Error('gone')) : Promise.resolve('there');
      },
      () => 'key',
    );
    await expect(once(undefined)).rejects.toThrow('gone');
    expect(await once(undefined)).toBe('there');
  });

  it('repeats a memoizeAsync failure without a call', async () => {
    let calls = 0;
    const never = memoizeAsync(
      () => {
        calls += 1;
        return Promise.reject(new Error('not found'));
      },
      () => 'key',
      { failureTtlMs: () => 60_000 },
    );
    await expect(never(undefined)).rejects.toThrow('not found');
    await expect(never(undefined)).rejects.toThrow('not found');
    expect(calls).toBe(1);
  });

  it('drops no result for calls that fail, however many there are', async () => {
    const loaded: string[] = [];
    const known = memoizeAsync(
      (text: string) => {
        loaded.push(text);
        return text === 'known' ? Promise.resolve(1) : Promise.reject(new Error('not found'));
      },
      (text) => text,
      { failureTtlMs: () => 60_000 },
    );
    await known('known');
    await Promise.allSettled(Array.from({ length: 10_001 }, (_, index) => known(`unknown ${index}`)));
    loaded.length = 0;
    await known('known');
    expect(loaded).toEqual([]);
  });
});
