import type { TenantPolicies } from '@docfleet/contracts';
import { defaultLimits, latestTime, runIdOf } from '@docfleet/domain';
import { builtAtMs, documentSubmitted } from '@docfleet/testing';
import { describe, expect, it } from 'vitest';
import { checkIdentifiers, checkSubmission, checkTenantId, runOfSubmission } from './submission.ts';

const expiryMs = 3_600_000;
const defaults = {
  ...{ region: 'local', limits: defaultLimits, route: 'auto', budgetMs: 600_000, expiryMs },
  review: 'below-threshold',
} as const;
const at = {
  topic: 'documents.high',
  partition: 2,
  offset: '40',
  timestampMs: builtAtMs,
  clusterId: 'cluster',
};

describe('runOfSubmission', () => {
  it('derives everything from the record and its source', () => {
    const task = documentSubmitted({ expectations: { total: '12.00' }, fileName: 'scan.pdf' });
    expect(runOfSubmission(task, at, defaults)).toEqual({
      runId: runIdOf('acme', 'request-1'),
      revision: 1,
      requestId: 'request-1',
      documentId: null,
      tenantId: 'acme',
      lane: 'high',
      region: 'local',
      claimDate: '2026-01-01',
      acceptedAt: builtAtMs,
      expiresAt: builtAtMs + expiryMs,
      budgetMs: 600_000,
      usedMs: 0,
      timings: [],
      ...defaultLimits,
      route: 'auto',
      degradation: 'L0',
      spend: 0,
      callbackUrl: null,
      expectations: { total: '12.00' },
      documentClass: null,
      checks: true,
      round: 0,
      review: 'below-threshold',
      fourEyesAbove: null,
      fileName: 'scan.pdf',
    });
  });

  it('H-01: fixes who looks at the result: the tenant says, unless the submission says never', () => {
    const reviewOf = (review: string, policies: TenantPolicies) => {
      const run = runOfSubmission(documentSubmitted({ review }), at, defaults, policies);
      return [run.review, run.fourEyesAbove];
    };
    expect([
      reviewOf('tenant', {}),
      reviewOf('tenant', { review: 'always', reviewFourEyesAbove: 500 }),
      reviewOf('never', { review: 'always' }),
    ]).toEqual([
      ['below-threshold', null],
      ['always', 500],
      ['never', null],
    ]);
    expect(() => {
      checkSubmission(documentSubmitted({ review: 'sometimes' }), 'local');
    }).toThrow(expect.objectContaining({ code: 'RECORD_INVALID' }));
  });

  it('R-06: cleans free text, and leaves identifiers as they are', () => {
    const task = documentSubmitted({
      requestId: 'a\u0000',
      fileName: 'a\u0000.pdf',
      expectations: { 'n\u0000': 'v\ud800' },
    });
    expect(runOfSubmission(task, at, defaults)).toMatchObject({
      requestId: 'a\u0000',
      fileName: 'a\ufffd.pdf',
      expectations: { 'n\ufffd': 'v\ufffd' },
    });
  });

  it('A-02: keeps the class and the checks that the submission names', () => {
    const task = documentSubmitted({ documentClass: 'invoice', checks: false });
    expect(runOfSubmission(task, at, defaults)).toMatchObject({ documentClass: 'invoice', checks: false });
  });

  it('gives no run an expiry that the stages behind would refuse', () => {
    const { expiresAt } = runOfSubmission(documentSubmitted(), { ...at, timestampMs: latestTime }, defaults);
    expect(expiresAt).toBe(latestTime);
  });

  it('derives the run of a record without a requestId from its source (M-01)', () => {
    const task = documentSubmitted({ requestId: null });
    const run = runOfSubmission(task, at, defaults);
    expect(runOfSubmission(task, at, defaults).runId).toBe(run.runId);
    expect(runOfSubmission(task, { ...at, offset: '41' }, defaults).runId).not.toBe(run.runId);
  });
});

describe('runOfSubmission of a redrive (M-14)', () => {
  it('is the same run with the next revision and an expiry of its own', () => {
    const task = documentSubmitted({ requestId: null });
    const first = runOfSubmission(task, at, defaults);
    const redrive = { revision: 2, at: builtAtMs + 5 * expiryMs };
    expect(runOfSubmission(task, { ...at, redrive }, defaults)).toEqual({
      ...first,
      revision: 2,
      expiresAt: redrive.at + expiryMs,
    });
  });
});

describe('checkSubmission', () => {
  it('accepts a plain submission, and one for this region', () => {
    expect(() => {
      checkSubmission(documentSubmitted(), 'local');
      checkSubmission(documentSubmitted({ region: 'local', route: 'fast' }), 'local');
    }).not.toThrow();
  });

  it('rejects a document of another region (M-22)', () => {
    expect(() => {
      checkSubmission(documentSubmitted({ region: 'eu' }), 'local');
    }).toThrow(expect.objectContaining({ code: 'REGION_MISMATCH' }));
  });

  it.each([
    { source: { uri: 'file:///etc/passwd', sha256: null } },
    { source: { uri: 's3://docfleet/uploads/acme/a.pdf', sha256: 'ABC' } },
    { route: 'slow' },
    { documentClass: 'other' },
    { documentClass: 'passport' },
  ])('rejects %j', (facts) => {
    expect(() => {
      checkSubmission(documentSubmitted(facts), 'local');
    }).toThrow(expect.objectContaining({ code: 'RECORD_INVALID' }));
  });
});

describe('R-06: checkIdentifiers', () => {
  const source = (uri: string) => ({ uri, sha256: null });

  it.each([
    {},
    { requestId: 'Grüße 7/2026', documentId: '😀', callbackUrl: 'https://example.com/a?b=c' },
    { expectations: { 'full\u0000name': 'a\u0000', fullname: 'b' }, fileName: 'a\u0000.pdf' },
  ])('accepts %j', (facts) => {
    expect(() => {
      checkIdentifiers(documentSubmitted(facts), builtAtMs);
    }).not.toThrow();
  });

  it.each([
    { requestId: 'a\u0000' },
    { requestId: 'a\nb' },
    { requestId: 'a\ud800' },
    { requestId: 'a\ufffd' },
    { requestId: '' },
    { requestId: 'r'.repeat(257) },
    { documentId: 'a\u007f' },
    { documentId: 'd'.repeat(257) },
    { callbackUrl: 'https://example.com/\u0000' },
    { source: source('s3://docfleet/uploads/acme/\u0000') },
    { source: source('') },
    { expectations: { 'a\u0000': '1', 'a\u0001': '2' } },
  ])('refuses %j', (facts) => {
    expect(() => {
      checkIdentifiers(documentSubmitted(facts), builtAtMs);
    }).toThrow(expect.objectContaining({ code: 'INVALID_SUBMISSION' }));
  });

  it.each(['acme\u0000', '', 'a\ud800', 'a'.repeat(65)])('refuses the tenant %j', (tenantId) => {
    expect(() => {
      checkTenantId(documentSubmitted({ tenantId }));
    }).toThrow(expect.objectContaining({ code: 'INVALID_SUBMISSION' }));
  });

  it.each([
    [-1, '1970-01-01'],
    [9e15, '9999-12-31'],
  ])('refuses the timestamp %d', (timestampMs, claimDate) => {
    expect(() => {
      checkIdentifiers(documentSubmitted(), timestampMs);
    }).toThrow(expect.objectContaining({ code: 'INVALID_SUBMISSION' }));
    expect(runOfSubmission(documentSubmitted(), { ...at, timestampMs }, defaults).claimDate).toBe(claimDate);
  });
});

describe('A-07: the address of a submission', () => {
  it.each([
    's3://docfleet/uploads/acme//a.pdf',
    's3://docfleet//uploads/acme/a.pdf',
    's3://docfleet/uploads/acme/../globex/a.pdf',
    's3://docfleet/uploads/acme/%2e%2e/globex/a.pdf',
    's3://docfleet/uploads\\acme\\a.pdf',
    's3://docfleet/uploads/acme/a\u0000.pdf',
    's3://docfleet/uploads/acme/\ud800.pdf',
    's3://docfleet',
    's3://DOCFLEET/uploads/acme/a.pdf',
  ])('is rejected: %j', (uri) => {
    expect(() => {
      checkSubmission(documentSubmitted({ source: { uri, sha256: null } }), 'local');
    }).toThrow(expect.objectContaining({ code: 'INVALID_SUBMISSION' }));
  });
});
