import { expect, it } from 'vitest';
import { accountsOf, inFlightOf } from './accounts.ts';

const counts = new Map([
  [
    'acme',
    new Map([
      ['accepted', 10],
      ['ended.completed', 5],
      ['ended.expired', 1],
    ]),
  ],
]);

it('O-03: has no difference when every run is accounted for', () => {
  expect(accountsOf(counts, new Map([['acme', 4]]))).toEqual(
    new Map([
      [
        'acme',
        {
          accepted: 10,
          ended: { completed: 5, completed_with_gaps: 0, failed: 0, cancelled: 0, expired: 1 },
          inFlight: 4,
          setAside: 0,
          held: 0,
          difference: 0,
        },
      ],
    ]),
  );
});

it('O-03: counts a missing run for its own tenant only', () => {
  const accounts = accountsOf(
    new Map([...counts, ['other', new Map([['accepted', 1]])]]),
    new Map([
      ['acme', 3],
      ['other', 1],
    ]),
  );
  expect([...accounts].map(([tenantId, { difference }]) => [tenantId, difference])).toEqual([
    ['acme', 1],
    ['other', 0],
  ]);
});

it('O-03: a run whose end is set aside is no difference, and is counted', () => {
  const accounts = accountsOf(counts, new Map([['acme', 3]]), { setAside: [{ tenantId: 'acme' }] });
  expect(accounts.get('acme')).toMatchObject({ inFlight: 3, setAside: 1, difference: 0 });
});

it('H-01: a run that a person holds is no difference, and is counted', () => {
  const accounts = accountsOf(counts, new Map([['acme', 3]]), { held: [{ tenantId: 'acme' }] });
  expect(accounts.get('acme')).toMatchObject({ inFlight: 3, held: 1, difference: 0 });
});

it('subtracts missing runs and adds unknown ones', () => {
  const run = (runId: string, tenantId: string) => ({ runId, tenantId, revision: 1 });
  const found = {
    open: [run('a', 'acme'), run('b', 'acme'), run('c', 'other')],
    missing: [run('b', 'acme')],
    unknownRuns: [run('d', 'third')],
  };
  expect(inFlightOf(found)).toEqual(
    new Map([
      ['acme', 1],
      ['other', 1],
      ['third', 1],
    ]),
  );
});

it('O-03: lists tenants by name, wherever they are counted', () => {
  const accounts = accountsOf(new Map([['c', new Map([['accepted', 1]])]]), new Map([['b', 1]]));
  expect([...accounts.keys()]).toEqual(['b', 'c']);
});
