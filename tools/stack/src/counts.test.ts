import { expect, test } from 'vitest';
import { closingLine, countTests } from './counts.ts';

const report = {
  numPassedTests: 12,
  numFailedTests: 0,
  numPendingTests: 2,
  numTodoTests: 1,
  testResults: [{ status: 'passed', assertionResults: [{ status: 'passed' }] }],
};

test('a run that passes', () => {
  expect(countTests(report, 0)).toEqual({ passed: 12, failed: 0, skipped: 3 });
});

test('a file that cannot be loaded counts as failed', () => {
  const testResults = [
    { status: 'failed', assertionResults: [] },
    { status: 'failed', assertionResults: [{ status: 'failed' }] },
  ];
  expect(countTests({ ...report, numFailedTests: 1, testResults }, 1).failed).toBe(2);
});

test('a run that fails without naming a test counts as failed', () => {
  expect(countTests(report, 1).failed).toBe(1);
  expect(countTests(undefined, 1)).toEqual({ passed: 0, failed: 1, skipped: 0 });
});

test('the closing line', () => {
  expect(closingLine({ passed: 12, failed: 0, skipped: 1 })).toBe('12 passed, 0 failed, 1 skipped');
});
