import { expect, it } from 'vitest';
import { readinessOf } from './readiness.ts';

const all = { broker: true, store: true, database: true, databaseSeen: true };

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
    { ok: true, reasons: ['database unreachable: job status unavailable'] },
  ],
])('A-09: judges %s', (_, status, verdict) => {
  expect(readinessOf(status)).toEqual(verdict);
});
