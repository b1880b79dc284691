import { describe, expect, it } from 'vitest';
import { grantsFor, mayReadObject, parseSourceGrants, type SourceGrant } from './object-access.ts';

const mayRead = (uri: string, tenantId = 'acme', grants: readonly SourceGrant[] = []) =>
  mayReadObject({ uri, tenantId, fleetBucketUri: 's3://fleet/', grants });

const grants = parseSourceGrants('acme=scans/inbox, *=shared, acme=fleet, *=fleet/runs') ?? [];

describe('A-07: mayReadObject', () => {
  it.each([
    's3://fleet/uploads/globex/run/file',
    's3://fleet/uploads/acme-2/run/file',
    's3://fleet/uploads/acme',
    's3://fleet/uploads/acme/',
    's3://fleet/uploads/acme//file',
    's3://fleet/uploads/acme/../globex/run/file',
    's3://fleet/uploads/acme/%2e%2e/globex/file',
    's3://fleet/uploads/acme/..',
    's3://fleet/uploads/acme\\..\\globex\\file',
    's3://fleet//uploads/acme/file',
    's3://fleet/Uploads/acme/file',
    's3://fleet/uploads/ACME/file',
    's3://fleet/uploads/\u0430cme/file',
    's3://fleet/uploads\u2215acme/file',
    's3://fleet/uploads/acme\uff0ffile',
    's3://fleet/uploads/acm\u0065\u0301/file',
    's3://fleet/runs/2026-01-01/run/r1/results/x',
    's3://fleet/claims/run',
    's3://fleet/samples/a.pdf',
    's3://fleet',
    's3://other/a.pdf',
    's3://fleet-2/uploads/acme/a.pdf',
    'file:///etc/passwd',
    'S3://fleet/uploads/acme/file',
  ])('refuses %j to acme', (uri) => {
    expect(mayRead(uri)).toBe(false);
  });

  it.each(['s3://fleet/uploads/acme/run/file', 's3://fleet/uploads/acme/inbox/a..b.pdf'])(
    'lets acme read %s',
    (uri) => {
      expect(mayRead(uri)).toBe(true);
    },
  );

  it('encodes the tenant, so that a slash in its id opens no other folder', () => {
    expect(mayRead('s3://fleet/uploads/acme/x/file', 'acme/x')).toBe(false);
    expect(mayRead('s3://fleet/uploads/acme%2Fx/file', 'acme/x')).toBe(true);
    expect(mayRead('s3://fleet/uploads/../runs/x', '..')).toBe(false);
  });

  it.each([
    ['acme', 's3://scans/inbox/a.pdf', true],
    ['acme', 's3://scans/inbox-2/a.pdf', false],
    ['acme', 's3://scans/a.pdf', false],
    ['acme', 's3://scans/inbox/../a.pdf', false],
    ['globex', 's3://scans/inbox/a.pdf', false],
    ['globex', 's3://shared/a.pdf', true],
    ['acme', 's3://shared-2/a.pdf', false],
  ])('keeps %s to its grants: %s', (tenantId, uri, allowed) => {
    expect(mayRead(uri, tenantId, grants)).toBe(allowed);
  });

  it('grants nothing in the bucket of the fleet', () => {
    expect(mayRead('s3://fleet/runs/a.pdf', 'acme', grants)).toBe(false);
    expect(mayRead('s3://fleet/uploads/globex/a.pdf', 'acme', grants)).toBe(false);
    expect(mayRead('s3://fleet/uploads/acme/a.pdf', 'acme', grants)).toBe(true);
  });
});

describe('parseSourceGrants', () => {
  it('reads tenants, buckets and folders', () => {
    expect(parseSourceGrants('acme=scans/in/box, *=shared,globex=papers/2026/')).toEqual([
      { tenant: 'acme', bucket: 'scans', folder: 'in/box/' },
      { tenant: '*', bucket: 'shared', folder: '' },
      { tenant: 'globex', bucket: 'papers', folder: '2026/' },
    ]);
  });

  it.each([
    '',
    'papers',
    '=papers',
    'acme=',
    'acme=Papers',
    'acme=scans//in',
    'acme=scans/../in',
    'acme=scans,',
  ])('refuses %j', (text) => {
    expect(parseSourceGrants(text)).toBeUndefined();
  });
});

describe('grantsFor', () => {
  const fleet = [{ tenant: '*', bucket: 'shared', folder: '' }];

  it('takes the tenant’s own list in place of the fleet’s, also an empty one', () => {
    expect(grantsFor('acme', ['scans/in', 'papers'], fleet)).toEqual([
      { tenant: 'acme', bucket: 'scans', folder: 'in/' },
      { tenant: 'acme', bucket: 'papers', folder: '' },
    ]);
    expect(grantsFor('acme', [], fleet)).toEqual([]);
  });

  it('takes the fleet’s for a tenant without a list', () => {
    for (const own of [null, undefined]) expect(grantsFor('acme', own, fleet)).toBe(fleet);
  });

  it('grants nothing for an entry that is not valid', () => {
    expect(grantsFor('acme', ['scans/../in', 'Papers', '', 'a=b/c'], fleet)).toEqual([]);
  });
});
