import { expect, it } from 'vitest';
import { databaseRolesAt } from './endpoints.ts';

const databasePasswords = { request: 'r', pipeline: 'p', operator: 'o', retention: 'd', webhooks: 'w' };
const url = 'postgres://docfleet:own@127.0.0.1:5432/docfleet';

it('A-07: gives each role of the database its own login', () => {
  expect(databaseRolesAt(url, { databasePasswords })).toEqual({
    request: 'postgres://docfleet_request:r@127.0.0.1:5432/docfleet',
    pipeline: 'postgres://docfleet_pipeline:p@127.0.0.1:5432/docfleet',
    operator: 'postgres://docfleet_operator:o@127.0.0.1:5432/docfleet',
    retention: 'postgres://docfleet_retention:d@127.0.0.1:5432/docfleet',
    webhooks: 'postgres://docfleet_webhooks:w@127.0.0.1:5432/docfleet',
  });
});

it('takes the logins of a given server as the environment names them', () => {
  const named = 'postgres://ledger:secret@127.0.0.1:5432/docfleet';
  expect(databaseRolesAt(url, { databasePasswords }, { DATABASE_PIPELINE_URL: named })).toMatchObject({
    request: 'postgres://docfleet_request:r@127.0.0.1:5432/docfleet',
    pipeline: named,
  });
});
