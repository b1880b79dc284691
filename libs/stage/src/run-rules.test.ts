import type { RunContext } from '@docfleet/contracts';
import { defaultLimits } from '@docfleet/domain';
import { runContext } from '@docfleet/testing';
import { describe, expect, it } from 'vitest';
import { checkRun } from './run-rules.ts';

const timing = { stage: 'ocr', attempt: 1, queuedMs: 5, activeMs: 7 };
const refused = expect.objectContaining({ code: 'RECORD_INVALID' }) as Error;

describe('checkRun', () => {
  it.each<Partial<RunContext>>([
    {},
    { requestId: null, documentId: 'd-1', callbackUrl: 'https://example.com/done' },
    { revision: 999_999_999, acceptedAt: 0, expiresAt: 253_402_300_799_999 },
    { fileName: 'scan \ufffd.pdf', expectations: { total: '12.00\n' } },
    { timings: [timing, { ...timing, attempt: 1_000, activeMs: -3 }], usedMs: -3 },
    { budgetMs: Number.MAX_SAFE_INTEGER - 1, ...defaultLimits },
  ])('takes what a stage writes: %j', (facts) => {
    expect(() => {
      checkRun(runContext(facts));
    }).not.toThrow();
  });

  it.each<Partial<RunContext>>([
    { runId: 'x' },
    { runId: '' },
    { runId: '00000000-0000-0000-0000-000000000000' },
    { runId: 'D2719B1C-5B0F-5A67-9D0A-6F1F2F6F7C11' },
    { runId: 'd2719b1c-5b0f-5a67-9d0a-6f1f2f6f7c11/../x' },
    { revision: 0 },
    { revision: -1 },
    { tenantId: '' },
    { tenantId: 'a\u0000b' },
    { tenantId: 'x'.repeat(65) },
    { requestId: '\ud800' },
    { documentId: 'x'.repeat(300) },
    { region: '' },
    { callbackUrl: 'x'.repeat(2_049) },
    { claimDate: '2026-13-45' },
    { claimDate: '../../x' },
    { acceptedAt: -1 },
    { acceptedAt: 253_402_300_800_000 },
    { expiresAt: 8_640_000_000_000_001 },
    { budgetMs: -1 },
    { usedMs: 9_007_199_254_740_990 },
    { usedMs: -9_007_199_254_740_990 },
    { maxBytes: -1 },
    { maxPages: -1 },
    { maxPagePixels: -1 },
    { spend: Number.NaN },
    { spend: Number.POSITIVE_INFINITY },
    { route: '' },
    { degradation: '\u0000' },
    { fileName: 'a\u0000.pdf' },
    { expectations: { 'total\u0000': '1' } },
    { timings: [{ ...timing, stage: '' }] },
    { timings: [{ ...timing, attempt: 0 }] },
    { timings: [{ ...timing, attempt: 1_001 }] },
    { timings: [{ ...timing, queuedMs: 9_007_199_254_740_990 }] },
    { timings: [{ ...timing, activeMs: -9_007_199_254_740_990 }] },
  ])('refuses what none can have written: %j', (facts) => {
    expect(() => {
      checkRun(runContext(facts));
    }).toThrow(refused);
  });
});
