import { expect, it } from 'vitest';
import { readinessOf } from './readiness.ts';

const all = { broker: true, store: true, database: true, databaseEver: true };

it.each([
  ['everything there', all, { ok: true, reasons: [] }],
  ['no broker', { ...all, broker: false }, { ok: false, reasons: ['the broker cannot be reached'] }],
  ['no store', { ...all, store: false }, { ok: false, reasons: ['the object store cannot be reached'] }],
  [
    'a database that was never there',
    { ...all, database: false, databaseEver: false },
    { ok: false, reasons: ['the database cannot be reached'] },
  ],
  [
    'a database that went away',
    { ...all, database: false },
    { ok: true, reasons: ['the database is out: status is not known'] },
  ],
])('A-09: judges %s', (_, seen, verdict) => {
  expect(readinessOf(seen)).toEqual(verdict);
});
