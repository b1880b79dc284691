import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isPastExpiry, mayExpire, objectKinds, runIdIn } from './expiring-objects.ts';

const cutoffs = { kind: 1_000, fence: 500 };
const ended = (lastAt: number) => ({ unfinished: false, lastAt });

describe('A-11: mayExpire', () => {
  it.each([
    [{ modifiedAt: 0, life: ended(999) }, true],
    [{ modifiedAt: 0, life: ended(1_000) }, false],
    [{ modifiedAt: 1_000, life: ended(0) }, false],
    [{ modifiedAt: 499, life: undefined }, true],
    [{ modifiedAt: 500, life: undefined }, false],
  ])('says of %j %s', (object, expected) => {
    expect(mayExpire({ inUse: false, cutoffs, ...object })).toBe(expected);
  });

  it('never lets go of what belongs to a run in progress', () => {
    const time = fc.integer({ min: 0, max: 2_000 });
    fc.assert(
      fc.property(time, time, time, time, (modifiedAt, lastAt, kind, fence) => {
        const life = { unfinished: true, lastAt };
        expect(mayExpire({ modifiedAt, life, inUse: false, cutoffs: { kind, fence } })).toBe(false);
        expect(mayExpire({ modifiedAt, life: ended(0), inUse: true, cutoffs: { kind, fence } })).toBe(false);
      }),
    );
  });

  it('keeps what ended, or was written, at the cutoff or later', () => {
    const time = fc.integer({ min: 0, max: 2_000 });
    fc.assert(
      fc.property(time, time, (modifiedAt, lastAt) => {
        const expires = mayExpire({ modifiedAt, life: ended(lastAt), inUse: false, cutoffs });
        expect(expires).toBe(modifiedAt < 1_000 && lastAt < 1_000);
      }),
    );
  });
});

describe('runIdIn', () => {
  it('reads the run of a key', () => {
    const keys = {
      uploads: 'uploads/acme/a/f00',
      artifacts: 'runs/2026-01-02/a/r1/ocr@1/x',
      claims: 'claims/a',
    };
    expect(objectKinds.map((kind) => runIdIn(kind, keys[kind]))).toEqual(['a', 'a', 'a']);
    expect(runIdIn('uploads', 'uploads/acme/own.pdf')).toBeUndefined();
  });
});

describe('isPastExpiry', () => {
  const day = 24 * 60 * 60 * 1000;
  const at = { kind: Date.UTC(2026, 0, 31, 12), fence: Date.UTC(2026, 0, 31, 12) - 30 * day };

  it('holds from the day after the cutoff on, for artifacts alone', () => {
    expect(isPastExpiry('artifacts', 'runs/2026-01-31/a/x', at)).toBe(false);
    expect(isPastExpiry('artifacts', 'runs/2026-02-01/a/x', at)).toBe(true);
    expect(isPastExpiry('claims', 'claims/ff', at)).toBe(false);
  });
});
