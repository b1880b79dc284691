import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { queryInteger } from './query-integer.ts';

const schema = z.object({ limit: queryInteger({ min: 0, max: 200, byDefault: 50 }) });

describe('queryInteger', () => {
  it('reads every integer in range', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 200 }), (limit) => {
        expect(schema.parse({ limit: String(limit) })).toEqual({ limit });
      }),
    );
  });

  it('takes the default where the parameter is absent', () => {
    expect(schema.parse({})).toEqual({ limit: 50 });
  });

  it.each(['', ' ', ' 5', '5 ', '1e2', '0x10', '1.0', '+5', '-1', '201', 'true', '９', ['1', '2'], null])(
    'refuses %j',
    (limit) => {
      expect(schema.safeParse({ limit }).success).toBe(false);
    },
  );

  it('describes itself as an integer with its limits', () => {
    expect(z.toJSONSchema(schema, { io: 'input' })).toMatchObject({
      properties: { limit: { type: 'integer', minimum: 0, maximum: 200, default: 50 } },
    });
  });
});
