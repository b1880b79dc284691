import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { identifierPattern } from './identifier-pattern.ts';

describe('identifierPattern', () => {
  it.each([
    [['DN-10432', 'DN-9'], String.raw`[A-Z]{2}-\d{1,7}`],
    [['2025/0017', 'R 1'.replace(' ', '')], String.raw`\d{3,6}\/\d{3,6}|[A-Z]\d{1,3}`],
    [['#4711.'], String.raw`\d{3,6}`],
  ])('describes %j', (values, pattern) => {
    expect(identifierPattern(values)).toBe(pattern);
  });

  it('has none for words without a digit, several words, letters beyond ASCII, or too many forms', () => {
    expect(identifierPattern(['DELTA'])).toBeNull();
    expect(identifierPattern(['DN 10432'])).toBeNull();
    expect(identifierPattern(['ДН-1'])).toBeNull();
    expect(identifierPattern(['1', 'A1', '1A', '1-1', 'A-1'])).toBeNull();
    expect(identifierPattern([])).toBeNull();
  });

  it('matches every value that it was made of', () => {
    const value = fc.stringMatching(/^[A-Z0-9][A-Z0-9./+()[\]*^$?-]{0,9}\d$/);
    fc.assert(
      fc.property(fc.array(value, { minLength: 1, maxLength: 4 }), (values) => {
        const pattern = identifierPattern(values);
        if (pattern === null) return;
        for (const one of values) expect(new RegExp(`^(?:${pattern})$`, 'i').test(one)).toBe(true);
      }),
    );
  });
});
