import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assuredShares, type JudgedApproval } from './assured-shares.ts';

const documents = (count: number, confidence: number, right = true): JudgedApproval[] =>
  Array.from({ length: count }, () => ({ confidence, right }));

const assuredAt = (confidence: number, of: readonly JudgedApproval[]): number =>
  assuredShares(of).findLast(({ from }) => from <= confidence)?.right ?? 0;

describe('assuredShares (D-17)', () => {
  it('assures more the more documents were right, and little where there are few', () => {
    const few = assuredAt(0.98, documents(5, 0.98));
    const many = assuredAt(0.98, documents(200, 0.98));
    expect(few).toBeLessThan(0.96);
    expect(many).toBeGreaterThan(0.98);
  });

  it('assures less where documents were wrong than the share of right ones among them', () => {
    const seen = [...documents(95, 0.9), ...documents(5, 0.9, false)];
    expect(assuredAt(0.9, seen)).toBeLessThan(0.95);
  });

  it('does not count errors that are those of labels', () => {
    const seen = [...documents(190, 0.98), ...documents(4, 0.98, false)];
    const counted = assuredShares(seen).at(-1)?.right ?? 0;
    expect(counted).toBeLessThan(0.98);
    expect(assuredShares(seen, 0.02).at(-1)?.right).toBeGreaterThan(0.98);
  });

  it('assures nothing below the least sure document', () => {
    expect(assuredAt(0.4, documents(100, 0.9))).toBe(0);
  });

  it('rises with the confidence', () => {
    const approval = fc.record({
      confidence: fc.double({ min: 0, max: 1, noNaN: true }),
      right: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(approval, { maxLength: 80 }), (approvals) => {
        const steps = assuredShares(approvals);
        for (const [i, step] of steps.entries()) {
          expect(step.right).toBeGreaterThan(steps[i - 1]?.right ?? 0);
          expect(step.from).toBeGreaterThanOrEqual(steps[i - 1]?.from ?? 0);
          expect(step.right).toBeLessThanOrEqual(1);
        }
      }),
    );
  });
});
