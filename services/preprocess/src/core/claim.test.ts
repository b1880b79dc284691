import { documentSubmitted } from '@docfleet/testing';
import { describe, expect, it } from 'vitest';
import { decideClaim, submissionDigest, type Claim } from './claim.ts';

const claim = (facts: Partial<Claim> = {}): Claim => ({
  submission: 'a',
  source: { topic: 'documents.normal', partition: 0, offset: '7' },
  claimDate: '2026-01-01',
  ...facts,
});

describe('decideClaim', () => {
  it('lets a record go on under its own claim, also on another day', () => {
    expect(decideClaim(claim({ claimDate: '2026-01-02' }), claim())).toBe('ours');
  });

  it.each([
    { topic: 'documents.normal', partition: 0, offset: '8' },
    { topic: 'documents.normal', partition: 1, offset: '7' },
    { topic: 'documents.urgent', partition: 0, offset: '7' },
  ])('takes the same submission from %j for a duplicate', (source) => {
    expect(decideClaim(claim({ source }), claim())).toBe('duplicate');
  });

  it('A-11: knows an erased run, whatever is submitted', () => {
    expect(decideClaim(claim(), claim({ submission: '', erased: true }))).toBe('erased');
    expect(decideClaim(claim(), claim({ erased: true }))).toBe('erased');
  });

  it('takes another submission for a conflict, wherever it stands', () => {
    expect(decideClaim(claim({ submission: 'b' }), claim())).toBe('conflict');
  });
});

describe('submissionDigest (A-04)', () => {
  const digest = submissionDigest(documentSubmitted({ expectations: { a: '1', b: '2' } }));

  it('does not depend on when it was sent, nor on the order of expectations', () => {
    expect(submissionDigest(documentSubmitted({ submittedAt: 5, expectations: { b: '2', a: '1' } }))).toBe(
      digest,
    );
  });

  it('is that of earlier releases where neither class nor checks are named', () => {
    expect(digest).toBe('15a66e8dd9e7d8a05b1ec7f95fef701b56d0d58565afb117a52d04641fdade94');
  });

  it.each([
    { source: { uri: 's3://docfleet/uploads/acme/other.pdf', sha256: null } },
    { callbackUrl: 'https://example.com/done' },
    { route: 'fast' },
    { documentId: 'd' },
    { documentClass: 'invoice' },
    { checks: false },
    { expectations: { a: '1', b: '3' } },
  ])('differs with %j', (facts) => {
    expect(submissionDigest(documentSubmitted({ expectations: { a: '1', b: '2' }, ...facts }))).not.toBe(
      digest,
    );
  });
});
