import { describe, expect, it } from 'vitest';
import { parentOf, parseTraceparent, traceparentOf } from './traceparent.ts';

const runId = '6a1d4c0e-5b0f-5a67-9d0a-6f1f2f6f7c11';

describe('traceparent', () => {
  it('O-05: derives the trace of a run from its runId', () => {
    expect(traceparentOf(runId)).toBe('00-6a1d4c0e5b0f5a679d0a6f1f2f6f7c11-9d0a6f1f2f6f7c11-01');
    expect(traceparentOf(runId, '00f067aa0ba902b7')).toBe(
      '00-6a1d4c0e5b0f5a679d0a6f1f2f6f7c11-00f067aa0ba902b7-01',
    );
  });

  it('parses what it formats', () => {
    expect(parseTraceparent(traceparentOf(runId))).toEqual({
      traceId: '6a1d4c0e5b0f5a679d0a6f1f2f6f7c11',
      spanId: '9d0a6f1f2f6f7c11',
      sampled: true,
    });
  });

  it.each([
    undefined,
    '',
    '00-short-9d0a6f1f2f6f7c11-01',
    `00-${'0'.repeat(32)}-9d0a6f1f2f6f7c11-01`,
    `00-6a1d4c0e5b0f5a679d0a6f1f2f6f7c11-${'0'.repeat(16)}-01`,
    'ff-6a1d4c0e5b0f5a679d0a6f1f2f6f7c11-9d0a6f1f2f6f7c11-01',
  ])('refuses %s', (header) => {
    expect(parseTraceparent(header)).toBeUndefined();
  });

  it('uses a header only if it belongs to the trace of the run', () => {
    const own = traceparentOf(runId, '00f067aa0ba902b7');
    const foreign = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    expect(parentOf({ runId, traceparent: own }).spanId).toBe('00f067aa0ba902b7');
    expect(parentOf({ runId, traceparent: foreign }).spanId).toBe('9d0a6f1f2f6f7c11');
  });
});
