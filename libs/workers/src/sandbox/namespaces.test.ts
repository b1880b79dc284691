import { expect, it } from 'vitest';
import { namespaceArguments } from './namespaces.ts';

it('shows what is visible also below /tmp, which is the child’s own', () => {
  const given = namespaceArguments(['/tmp/clone/libs']);
  expect(given.indexOf('/tmp/clone/libs')).toBeGreaterThan(given.indexOf('/tmp'));
});
