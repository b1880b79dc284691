import type { TenantSettings } from '@docfleet/contracts';
import { describe, expect, it } from 'vitest';
import { dropFolderOf, faultOfDrop, isDocument, requestIdOfDrop } from './dropped-object.ts';

const settings = (facts: Partial<TenantSettings> = {}): TenantSettings => ({
  tenantId: 'acme',
  version: 1,
  state: 'active',
  publicKeys: [],
  sources: ['inbox/acme'],
  policies: { dropFolder: 'inbox/acme/new' },
  at: 0,
  ...facts,
});
const fleet = { bucketUri: 's3://docfleet/', grants: [] };

describe('A-01: the drop folder of a tenant', () => {
  it('is one that its documents may be read from', () => {
    expect(dropFolderOf(settings(), fleet)).toEqual({
      tenantId: 'acme',
      bucket: 'inbox',
      folder: 'acme/new/',
    });
    const grants = [{ tenant: '*', bucket: 'inbox', folder: '' }];
    expect(dropFolderOf(settings({ sources: null }), { ...fleet, grants })?.bucket).toBe('inbox');
  });

  it.each([
    ['of another tenant', { sources: ['inbox/globex'] }],
    ['that only begins like its own', { policies: { dropFolder: 'inbox/acme-2' } }],
    ["in the fleet's bucket", { sources: ['docfleet'], policies: { dropFolder: 'docfleet/uploads/acme' } }],
    ['with a name that no store takes', { policies: { dropFolder: 'inbox/acme/../globex' } }],
    ['of a suspended tenant', { state: 'suspended' }],
    ['that is not set', { policies: {} }],
  ] as const)('is never one %s', (_, facts) => {
    expect(dropFolderOf(settings(facts as Partial<TenantSettings>), fleet)).toBeUndefined();
  });
});

it('A-04: the same object is the same run, and another content or name another one', () => {
  const object = { uri: 's3://inbox/acme/new/a.pdf', etag: '"1"', modifiedAt: 5 };
  const ids = [
    object,
    { ...object, etag: '"2"' },
    { ...object, uri: 's3://inbox/acme/new/b.pdf' },
    { ...object, etag: null },
    { ...object, etag: null, modifiedAt: 6 },
  ].map(requestIdOfDrop);
  expect(new Set(ids).size).toBe(5);
  expect(requestIdOfDrop({ ...object, modifiedAt: 9 })).toBe(ids[0]);
  expect(ids[0]).toMatch(/^drop-[0-9a-f]{64}$/);
});

it('R-06: tells what is no document, and what can never be one', () => {
  const listed = [
    { key: 'new/', sizeBytes: 0 },
    { key: 'new/', sizeBytes: 1 },
    { key: 'new/a', sizeBytes: 0 },
    { key: 'new/a', sizeBytes: 1 },
  ];
  expect(listed.map(isDocument)).toEqual([false, false, false, true]);
  expect(faultOfDrop({ uri: 's3://inbox/new/a.pdf', sizeBytes: 10 }, 10)).toBeUndefined();
  expect(faultOfDrop({ uri: 's3://inbox/new/a.pdf', sizeBytes: 11 }, 10)).toBe('DOC_TOO_LARGE');
  expect(faultOfDrop({ uri: 's3://inbox/new//a.pdf', sizeBytes: 10 }, 10)).toBe('INVALID_SUBMISSION');
});
