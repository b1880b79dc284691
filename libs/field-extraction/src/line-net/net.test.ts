import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { learnedModelSchema } from '@docfleet/contracts';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { runNet } from './net.ts';
import { netWeights } from './net-weights.ts';

const numbers = z.array(z.number());
const values = z.object({ lines: numbers, features: z.array(numbers) });

/** Written by `tools/learn/receipts/fixture.py`: a small net with random weights, random lines, and what the trainer computes. */
const fixture = z
  .object({
    heads: z.number(),
    tensors: learnedModelSchema.shape.tensors,
    input: z.object({ lines: z.array(numbers), amounts: values, dates: values }),
    output: z.object({ spans: z.array(z.array(numbers)), amounts: numbers, dates: numbers }),
  })
  .parse(JSON.parse(readFileSync(join(import.meta.dirname, 'trainer-fixture.json'), 'utf8')));

const rows = (given: readonly (readonly number[])[]): Float32Array[] =>
  given.map((row) => Float32Array.from(row));
const { lines, amounts, dates } = fixture.input;
const input = {
  lines: rows(lines),
  amounts: { lines: amounts.lines, features: rows(amounts.features) },
  dates: { lines: dates.lines, features: rows(dates.features) },
};
const output = runNet(netWeights(fixture.tensors, 0, fixture.heads), input);

describe('the line net', () => {
  it('gives the probabilities that the trainer computes', () => {
    const far = (a: ArrayLike<number>, b: readonly number[]): number =>
      Math.max(...b.map((value, i) => Math.abs(value - (a[i] ?? NaN))));
    expect(far(output.amounts, fixture.output.amounts)).toBeLessThan(1e-5);
    expect(far(output.dates, fixture.output.dates)).toBeLessThan(1e-5);
    for (const [field, spans] of fixture.output.spans.entries())
      for (const [extra, row] of spans.entries())
        expect(far(output.spans[field]?.[extra] ?? [], row)).toBeLessThan(1e-5);
  });

  it('leaves a share to "none"', () => {
    const sum = output.amounts.reduce((total, chance) => total + chance, 0);
    expect(sum).toBeGreaterThan(0);
    expect(sum).toBeLessThan(1);
  });

  it('names a tensor that is missing', () => {
    const { '0.spans.w': gone, ...rest } = fixture.tensors;
    expect(gone).toBeDefined();
    expect(() => netWeights(rest, 0, fixture.heads)).toThrow('The model has no tensor 0.spans.w.');
  });
});
