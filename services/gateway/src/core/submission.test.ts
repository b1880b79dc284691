import { submittedClasses } from '@docfleet/contracts';
import { runIdOf } from '@docfleet/domain';
import { describe, expect, it } from 'vitest';
import {
  digestOf,
  firstRun,
  jsonSubmission,
  submissionOptions,
  submittedOf,
  tidyFileName,
} from './submission.ts';

const options = submissionOptions.parse({ expectations: { fullName: 'A. Example', reason: 'illness' } });
const upload = { sha256: 'ab'.repeat(32) };

describe('digestOf', () => {
  it('A-04: is the same for the same file and options in any order', () => {
    const reordered = { ...options, expectations: { reason: 'illness', fullName: 'A. Example' } };
    expect(digestOf(upload, reordered)).toBe(digestOf(upload, options));
  });

  it.each([
    ['file', { sha256: 'cd'.repeat(32) }, options],
    ['address of the file', { ...upload, uri: 's3://documents/a' }, options],
    ['lane', upload, { ...options, lane: 'urgent' as const }],
    ['route', upload, { ...options, route: 'fast' as const }],
    ['documentId', upload, { ...options, documentId: 'd' }],
    ['callback', upload, { ...options, callbackUrl: 'https://acme.example/' }],
    ['expectations', upload, { ...options, expectations: {} }],
    ['class', upload, { ...options, documentClass: 'invoice' }],
    ['setting of checks', upload, { ...options, checks: false }],
    ['setting of review', upload, { ...options, review: 'never' as const }],
  ])('A-04: differs with another %s', (_, source, changed) => {
    expect(digestOf(source, changed)).not.toBe(digestOf(upload, options));
  });
});

it('A-04: digests of submissions that name neither class nor checks are those of earlier releases', () => {
  expect(digestOf(upload, options)).toBe('ac27b857f06bcbc76ec37fe5a129023e2e429fec1e4b46b14e378aa529c52328');
});

describe('jsonSubmission', () => {
  it('A-02: refuses a class that there is none of, and lists those that there are', () => {
    const body = { source: { uri: 's3://documents/a.pdf' }, documentClass: 'other' };
    expect(jsonSubmission.safeParse(body).error?.issues[0]?.message).toBe(
      `Invalid option: expected one of ${submittedClasses.map((name) => `"${name}"`).join('|')}`,
    );
  });

  it('fills in defaults', () => {
    expect(jsonSubmission.parse({ source: { uri: 's3://documents/a.pdf' } })).toEqual({
      source: { uri: 's3://documents/a.pdf' },
      lane: 'normal',
      expectations: {},
      checks: true,
      review: 'tenant',
    });
  });

  it.each([
    {},
    { source: { uri: 'https://acme.example/a.pdf' } },
    { source: { uri: 's3://documents/a.pdf', sha256: 'AB' } },
    { source: { uri: 's3://documents/a.pdf' }, lane: 'soon' },
    { source: { uri: 's3://documents/a.pdf' }, requestId: 'two words' },
    { source: { uri: 's3://documents/a.pdf' }, callbackUrl: 'file:///etc/passwd' },
    { source: { uri: 's3://documents/a.pdf' }, unknown: 1 },
  ])('refuses %j', (body) => {
    expect(jsonSubmission.safeParse(body).success).toBe(false);
  });
});

it('builds the record of a submission from its row', () => {
  const run = firstRun(
    { tenantId: 'acme', requestId: 'request-1' },
    {
      input: { uri: 's3://documents/a', sha256: '', mediaType: 'application/pdf', sizeBytes: 3 },
      digest: 'cd',
      options: { ...options, documentClass: 'letter', checks: false },
      fileName: 'a.pdf',
      region: 'north',
      at: 1_700_000_000_000,
      runExpiryMs: 60_000,
    },
  );
  expect(run.runId).toBe(runIdOf('acme', 'request-1'));
  expect(submittedOf(run)).toEqual({
    tenantId: 'acme',
    requestId: 'request-1',
    documentId: null,
    source: { uri: 's3://documents/a', sha256: null },
    fileName: 'a.pdf',
    region: 'north',
    callbackUrl: null,
    route: null,
    expectations: { fullName: 'A. Example', reason: 'illness' },
    submittedAt: 1_700_000_000_000,
    documentClass: 'letter',
    checks: false,
    review: 'tenant',
  });
});

it.each([
  ['a.pdf', 'a.pdf'],
  ['C:\\papers\\a.pdf', 'a.pdf'],
  ['../../etc/passwd', 'passwd'],
  ['a\u0000\n.pdf', 'a.pdf'],
  ['a\ud800.pdf', 'a\ufffd.pdf'],
  [`${'a'.repeat(254)}😀`, `${'a'.repeat(254)}\ufffd`],
  ['', null],
  [undefined, null],
])('tidies the file name %j', (given, tidy) => {
  expect(tidyFileName(given)).toBe(tidy);
});
