import type { Run } from '@docfleet/contracts';
import { expect, it } from 'vitest';
import { createRecentRuns } from './recent-runs.ts';

const run = (runId: string) =>
  ({
    runId,
    tenantId: 'acme',
    result: { documents: [], fieldsOmitted: false, degradation: 'L0' },
  }) as unknown as Run;

it('returns a run to its own tenant only, without its result', () => {
  const recent = createRecentRuns();
  recent.add(run('a'));
  expect([recent.findOfTenant('acme', 'a'), recent.findOfTenant('other', 'a')]).toEqual([
    { runId: 'a', tenantId: 'acme', result: null },
    undefined,
  ]);
});

it('drops the run that was added first', () => {
  const recent = createRecentRuns(2);
  for (const id of ['a', 'b', 'a', 'c']) recent.add(run(id));
  expect(['a', 'b', 'c'].map((id) => recent.findOfTenant('acme', id)?.runId)).toEqual(['a', undefined, 'c']);
});
