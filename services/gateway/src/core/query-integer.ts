import { z } from 'zod';

/**
 * An optional integer of a query string: decimal digits with an optional sign, and nothing else. An empty value,
 * blanks, `1e2` and `0x10` are refused, which the coercion of JavaScript would take for numbers.
 */
export function queryInteger({ min, max, byDefault }: QueryIntegerLimits) {
  return z
    .preprocess(
      (value) => (typeof value === 'string' && /^-?\d{1,15}$/.test(value) ? Number(value) : value),
      z.number().int().min(min).max(max),
    )
    .prefault(byDefault);
}

/** Smallest and largest value that are accepted, and what an absent parameter means. */
interface QueryIntegerLimits {
  readonly min: number;
  readonly max: number;
  readonly byDefault: number;
}
