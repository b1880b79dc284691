import { expect, test } from 'vitest';
import { closingLine, countTests, slowestTests, sumOf } from './counts.ts';

const report = {
  numPassedTests: 12,
  numFailedTests: 0,
  numPendingTests: 2,
  numTodoTests: 1,
  testResults: [
    {
      name: '/repo/libs/a.test.ts',
      status: 'passed',
      assertionResults: [{ fullName: 'first', status: 'passed', duration: 1240 }],
    },
  ],
};

test('a run that passes', () => {
  expect(countTests(report, 0)).toEqual({ passed: 12, failed: 0, skipped: 3 });
});

test('a file that cannot be loaded counts as failed', () => {
  const testResults = [
    { name: '/repo/a.test.ts', status: 'failed', assertionResults: [] },
    {
      name: '/repo/b.test.ts',
      status: 'failed',
      assertionResults: [{ fullName: 'second', status: 'failed' }],
    },
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

test('counts of two runs are added up', () => {
  expect(sumOf([countTests(report, 0), { passed: 1, failed: 2, skipped: 3 }])).toEqual({
    passed: 13,
    failed: 2,
    skipped: 6,
  });
});

test('the ten slowest tests of all runs, without those that took no time', () => {
  const tests = Array.from({ length: 12 }, (_, index) => ({
    fullName: `test ${String(index)}`,
    status: 'passed',
    duration: index * 100,
  }));
  const testResults = [{ name: '/repo/libs/b.test.ts', status: 'passed', assertionResults: tests }];
  const lines = slowestTests([report, { ...report, testResults }, undefined], '/repo');
  expect([lines.length, ...lines.slice(0, 3), lines.at(-1)]).toEqual([
    11,
    'Slowest tests, in seconds:',
    '    1.2  libs/a.test.ts > first',
    '    1.1  libs/b.test.ts > test 11',
    '    0.3  libs/b.test.ts > test 3',
  ]);
  expect(slowestTests([undefined], '/repo')).toEqual([]);
});
