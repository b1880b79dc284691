import { expect, it } from 'vitest';
import { parseFleetKeys, parseTopicTenants } from './proof-settings.ts';

const key = '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo';

it('M-23: reads keys of the fleet, several at once for a rotation', () => {
  expect([...(parseFleetKeys(`fleet.1=${key}, fleet.2=${key}`)?.keys() ?? [])]).toEqual([
    'fleet.1',
    'fleet.2',
  ]);
});

it.each(['', 'fleet.1', `gateway=${key}`, `fleet.1=${key},fleet.1=${key}`, 'fleet.1=AAAA', `fleet./=${key}`])(
  'M-23: refuses %j as keys of the fleet',
  (text) => {
    expect(parseFleetKeys(text)).toBeUndefined();
  },
);

it('M-23: reads the tenants of topics', () => {
  expect(parseTopicTenants('documents.urgent=acme, documents.high=other')).toEqual(
    new Map([
      ['documents.urgent', 'acme'],
      ['documents.high', 'other'],
    ]),
  );
});

it.each(['', 'documents.urgent', 'documents.events=acme', 'documents.high=a,documents.high=b'])(
  'M-23: refuses %j as tenants of topics',
  (text) => {
    expect(parseTopicTenants(text)).toBeUndefined();
  },
);
