import { expect, test } from 'vitest';
import { isSettled, settleMs } from './decision-guard.ts';

test('a decision counts only after the document has been shown for a while', () => {
  expect(isSettled(1_000, 1_000)).toBe(false);
  expect(isSettled(1_000, 999 + settleMs)).toBe(false);
  expect(isSettled(1_000, 1_000 + settleMs)).toBe(true);
});
