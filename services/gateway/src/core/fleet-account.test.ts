import { expect, test } from 'vitest';
import { fleetAccountsOf, fleetAccountsSchema } from './fleet-account.ts';

test('what was accepted is what has ended and what is open; anything else is a difference', () => {
  const account = { tenantId: 'acme', accepted: 10, ended: { completed: 5, failed: 1 }, open: 4, held: 3 };
  const { accounts } = fleetAccountsSchema.parse(
    fleetAccountsOf([account, { ...account, tenantId: 'beta', open: 2 }]),
  );
  expect(accounts.map(({ tenantId, difference }) => [tenantId, difference])).toEqual([
    ['acme', 0],
    ['beta', 2],
  ]);
  expect(accounts[0]).toMatchObject({ held: 3, ended: { completed: 5, failed: 1, cancelled: 0 } });
});
