import { expect, it } from 'vitest';
import { readinessOf } from './readiness.ts';

const all = { broker: true, store: true, database: true, databaseSeen: true, tenantsKnown: true };

it.each([
  ['all dependencies reachable', all, { ok: true, reasons: [] }],
  ['no broker', { ...all, broker: false }, { ok: false, reasons: ['Kafka broker unreachable'] }],
  ['no store', { ...all, store: false }, { ok: false, reasons: ['object store unreachable'] }],
  [
    'a database that never answered',
    { ...all, database: false, databaseSeen: false },
    { ok: false, reasons: ['database unreachable'] },
  ],
  [
    'a database that has stopped answering',
    { ...all, database: false },
    { ok: true, reasons: ['database unreachable: only recent jobs are known'] },
  ],
  [
    'settings of tenants that were not read yet',
    { ...all, tenantsKnown: false },
    { ok: false, reasons: ['fleet.tenants was not read to its end yet'] },
  ],
])('A-09: judges %s', (_, status, verdict) => {
  expect(readinessOf(status)).toEqual(verdict);
});
