import { roles } from '@docfleet/domain';
import { expect, it } from 'vitest';
import { actions, mayDo } from './roles.ts';

it('A-07: allows each role its actions', () => {
  const table = roles.map((role) => [role, actions.filter((action) => mayDo(role, action)).join(' ')]);
  expect(table).toEqual([
    ['producer', 'submit cancel read readArtifacts readEvidence'],
    ['viewer', 'read readArtifacts'],
    ['reviewer', 'read readArtifacts readEvidence'],
    ['operator', 'submit cancel read readDeadLetters redrive'],
    ['admin', 'submit cancel read readArtifacts readEvidence readDeadLetters redrive'],
  ]);
});
