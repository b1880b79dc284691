import { describe, expect, it } from 'vitest';
import { isOthersObject } from './source-address.ts';

describe('isOthersObject (A-07)', () => {
  it.each([
    's3://fleet/uploads/globex/run/file',
    's3://fleet/uploads/acme-2/run/file',
    's3://fleet/runs/2026-01-01/run/r1/results/x',
    's3://fleet/claims/run',
  ])('keeps acme from %s', (uri) => {
    expect(isOthersObject(uri, 'acme', 's3://fleet/')).toBe(true);
  });

  it.each(['s3://fleet/uploads/acme/run/file', 's3://acme-papers/runs/a.pdf', 's3://fleet/samples/a.pdf'])(
    'lets acme name %s',
    (uri) => {
      expect(isOthersObject(uri, 'acme', 's3://fleet/')).toBe(false);
    },
  );
});
