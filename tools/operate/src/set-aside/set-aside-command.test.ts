import { expect, it } from 'vitest';
import { ApiRefusal } from '../api-client.ts';
import type { SetAsideApi, SetAsideRecord } from './set-aside-api.ts';
import { setAsideCommand } from './set-aside-command.ts';

const record: SetAsideRecord = {
  id: 'documents.events-0-7',
  tenantId: 'acme',
  runId: null,
  cause: '22021',
  message: 'invalid byte sequence',
  at: '2026-01-01T00:00:00.000Z',
  tries: 1,
  state: 'set-aside',
};

const api: SetAsideApi = {
  list: ({ limit }) => Promise.resolve([record].slice(0, limit)),
  redrive: (id) =>
    id === record.id
      ? Promise.resolve({ ...record, state: 'redrive-asked' })
      : Promise.reject(new ApiRefusal('NOT_FOUND: Resource not found.')),
};

async function printed(given: Parameters<typeof setAsideCommand>[0]) {
  const lines: string[] = [];
  const done = await setAsideCommand(given, api, (line) => lines.push(line));
  return { done, lines };
}

it('R-06: lists records with their cause', async () => {
  const { done, lines } = await printed({ action: 'list', all: false, limit: 9, json: false });
  expect([done, lines.join('\n')]).toEqual([
    true,
    expect.stringMatching(/documents\.events-0-7 +acme +- +set-aside +1 +22021 invalid byte sequence/),
  ]);
});

it('asks for nothing until --yes is given', async () => {
  expect(await printed({ action: 'redrive', ids: ['unknown-0-1'], yes: false })).toEqual({
    done: true,
    lines: ['would have the ledger read unknown-0-1 again', 'Dry run: with --yes the ledger is asked.'],
  });
});

it('says which record was refused', async () => {
  expect(await printed({ action: 'redrive', ids: [record.id, 'unknown-0-1'], yes: true })).toEqual({
    done: false,
    lines: [
      'documents.events-0-7  the ledger reads it again; see set-aside list',
      'unknown-0-1  NOT_FOUND: Resource not found.',
    ],
  });
});
