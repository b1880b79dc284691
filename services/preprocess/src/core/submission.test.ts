import { defaultLimits, runExpiryMs, runIdOf } from '@docfleet/domain';
import { builtAtMs, documentSubmitted } from '@docfleet/testing';
import { describe, expect, it } from 'vitest';
import { checkSubmission, runOfSubmission, wellFormedTenant } from './submission.ts';

const defaults = { region: 'local', limits: defaultLimits, route: 'auto' };
const source = {
  topic: 'documents.high',
  partition: 2,
  offset: '40',
  timestampMs: builtAtMs,
  clusterId: 'cluster',
};

describe('runOfSubmission', () => {
  it('derives everything from the record and its source', () => {
    const task = documentSubmitted({ expectations: { total: '12.00' }, fileName: 'scan.pdf' });
    expect(runOfSubmission(task, source, defaults)).toEqual({
      runId: runIdOf('acme', 'request-1'),
      revision: 1,
      requestId: 'request-1',
      documentId: null,
      tenantId: 'acme',
      lane: 'high',
      region: 'local',
      claimDate: '2026-01-01',
      acceptedAt: builtAtMs,
      expiresAt: builtAtMs + runExpiryMs,
      budgetMs: 600_000,
      usedMs: 0,
      timings: [],
      ...defaultLimits,
      route: 'auto',
      degradation: 'L0',
      spend: 0,
      callbackUrl: null,
      expectations: { total: '12.00' },
      fileName: 'scan.pdf',
    });
  });

  it('derives the run of a record without a requestId from its source (M-01)', () => {
    const task = documentSubmitted({ requestId: null });
    const run = runOfSubmission(task, source, defaults);
    expect(runOfSubmission(task, source, defaults).runId).toBe(run.runId);
    expect(runOfSubmission(task, { ...source, offset: '41' }, defaults).runId).not.toBe(run.runId);
  });
});

describe('runOfSubmission of a redrive (M-14)', () => {
  it('is the same run with the next revision and an expiry of its own', () => {
    const task = documentSubmitted({ requestId: null });
    const first = runOfSubmission(task, source, defaults);
    const redrive = { revision: 2, at: builtAtMs + 5 * runExpiryMs };
    expect(runOfSubmission(task, { ...source, redrive }, defaults)).toEqual({
      ...first,
      revision: 2,
      expiresAt: redrive.at + runExpiryMs,
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
    { requestId: '' },
    { requestId: 'r'.repeat(257) },
  ])('rejects %j', (facts) => {
    expect(() => {
      checkSubmission(documentSubmitted(facts), 'local');
    }).toThrow(expect.objectContaining({ code: 'RECORD_INVALID' }));
  });
});

describe('wellFormedTenant (M-23)', () => {
  it.each(['acme', 'a1', 'acme-2', 'x'.repeat(64)])('accepts %s', (tenantId) => {
    expect(() => {
      wellFormedTenant.prove(documentSubmitted({ tenantId }));
    }).not.toThrow();
  });

  it.each(['', 'a', 'Acme', '-acme', 'acme-', 'a/b', '../x', 'x'.repeat(65)])('rejects "%s"', (tenantId) => {
    expect(() => {
      wellFormedTenant.prove(documentSubmitted({ tenantId }));
    }).toThrow(expect.objectContaining({ code: 'TENANT_UNVERIFIED' }));
  });
});
