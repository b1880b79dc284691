import { describe, expect, it } from 'vitest';
import { kept } from './kept.ts';

describe('kept', () => {
  it('asks once for callers that come together, and never again', async () => {
    const asked: string[] = [];
    const length = kept(
      (text: string) => {
        asked.push(text);
        return Promise.resolve(text.length);
      },
      (text) => text,
    );
    expect(await Promise.all([length('abc'), length('abc'), length('de')])).toEqual([3, 3, 2]);
    expect(await length('abc')).toBe(3);
    expect(asked).toEqual(['abc', 'de']);
  });

  it('asks again after a failure', async () => {
    let calls = 0;
    const once = kept(
      () => {
        calls += 1;
        return calls === 1 ? Promise.reject(new Error('gone')) : Promise.resolve('there');
      },
      () => 'key',
    );
    await expect(once(undefined)).rejects.toThrow('gone');
    expect(await once(undefined)).toBe('there');
  });

  it('repeats a failure that is to be kept without asking', async () => {
    let calls = 0;
    const never = kept(
      () => {
        calls += 1;
        return Promise.reject(new Error('no such thing'));
      },
      () => 'key',
      { keepFailureMs: () => 60_000 },
    );
    await expect(never(undefined)).rejects.toThrow('no such thing');
    await expect(never(undefined)).rejects.toThrow('no such thing');
    expect(calls).toBe(1);
  });
});
