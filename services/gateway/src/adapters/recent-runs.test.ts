import type { Run } from '@docfleet/database';
import { expect, it } from 'vitest';
import { rememberRuns } from './recent-runs.ts';

const run = (runId: string) =>
  ({
    runId,
    tenantId: 'acme',
    result: { documents: [], fieldsOmitted: false, degradation: 'L0' },
  }) as unknown as Run;

it('shows a run to its tenant, without its result', () => {
  const recent = rememberRuns();
  recent.note(run('a'));
  expect([recent.findOfTenant('acme', 'a'), recent.findOfTenant('other', 'a')]).toEqual([
    { runId: 'a', tenantId: 'acme', result: null },
    undefined,
  ]);
});

it('forgets the oldest', () => {
  const recent = rememberRuns(2);
  for (const id of ['a', 'b', 'a', 'c']) recent.note(run(id));
  expect(['a', 'b', 'c'].map((id) => recent.findOfTenant('acme', id)?.runId)).toEqual(['a', undefined, 'c']);
});
