import { describe, expect, it } from 'vitest';
import { mayReadObject } from './object-access.ts';

const mayRead = (uri: string, tenantId = 'acme', sourceBuckets?: readonly string[]) =>
  mayReadObject({ uri, tenantId, fleetBucketUri: 's3://fleet/', sourceBuckets });

describe('A-07: mayReadObject', () => {
  it.each([
    's3://fleet/uploads/globex/run/file',
    's3://fleet/uploads/acme-2/run/file',
    's3://fleet/uploads/acme/../globex/run/file',
    's3://fleet/uploads/acme/..',
    's3://fleet/runs/2026-01-01/run/r1/results/x',
    's3://fleet/claims/run',
    's3://fleet/samples/a.pdf',
    's3://fleet',
    'file:///etc/passwd',
    's3://x/a.pdf',
  ])('refuses %s to acme', (uri) => {
    expect(mayRead(uri)).toBe(false);
  });

  it.each([
    's3://fleet/uploads/acme/run/file',
    's3://fleet/uploads/acme/inbox/a..b.pdf',
    's3://acme-papers/runs/a.pdf',
    's3://fleet-2/uploads/globex/a.pdf',
  ])('lets acme read %s', (uri) => {
    expect(mayRead(uri)).toBe(true);
  });

  it('encodes the tenant, so that a slash in its id opens no other folder', () => {
    expect(mayRead('s3://fleet/uploads/acme/x/file', 'acme/x')).toBe(false);
    expect(mayRead('s3://fleet/uploads/acme%2Fx/file', 'acme/x')).toBe(true);
    expect(mayRead('s3://fleet/uploads/../runs/x', '..')).toBe(false);
  });

  it('keeps to the source buckets where they are set', () => {
    expect(mayRead('s3://papers/a.pdf', 'acme', ['papers'])).toBe(true);
    expect(mayRead('s3://others/a.pdf', 'acme', ['papers'])).toBe(false);
    expect(mayRead('s3://fleet/uploads/acme/a.pdf', 'acme', ['papers'])).toBe(true);
    expect(mayRead('s3://fleet/runs/a.pdf', 'acme', ['fleet'])).toBe(false);
  });
});
