import type { Run } from '@docfleet/contracts';
import { expect, it } from 'vitest';
import { createRecentRuns } from './recent-runs.ts';

const run = (runId: string, fileName = '') => ({ runId, tenantId: 'acme', fileName }) as unknown as Run;
const ample = { maxRuns: 100, maxBytes: 100_000 };

it('R-01: returns a run to its own tenant only, with the time at which it was read', () => {
  const recent = createRecentRuns({ now: () => 5 });
  recent.add(run('a'));
  expect([recent.findOfTenant('acme', 'a'), recent.findOfTenant('other', 'a')]).toEqual([
    { run: run('a'), readAt: 5 },
    undefined,
  ]);
});

it('returns no run that was read more than an hour ago', () => {
  let now = 0;
  const recent = createRecentRuns({ now: () => now });
  recent.add(run('a'));
  const foundAt = (at: number) => {
    now = at;
    return recent.findOfTenant('acme', 'a') !== undefined;
  };
  expect([foundAt(3_599_999), foundAt(3_600_000)]).toEqual([true, false]);
});

it('drops the run that was added first', () => {
  const recent = createRecentRuns({ now: () => 0 }, { ...ample, maxRuns: 2 });
  for (const id of ['a', 'b', 'a', 'c']) recent.add(run(id));
  expect(['a', 'b', 'c'].map((id) => recent.findOfTenant('acme', id)?.run.runId)).toEqual([
    'a',
    undefined,
    'c',
  ]);
});

it('drops runs when all together are too large, and does not keep one that is larger alone', () => {
  const recent = createRecentRuns({ now: () => 0 }, { ...ample, maxBytes: 300 });
  for (const id of ['a', 'b']) recent.add(run(id, 'x'.repeat(150)));
  recent.add(run('c', 'x'.repeat(300)));
  expect(['a', 'b', 'c'].map((id) => recent.findOfTenant('acme', id)?.run.runId)).toEqual([
    undefined,
    'b',
    undefined,
  ]);
});
