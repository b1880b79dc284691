import { describe, expect, it } from 'vitest';
import { headerNames, readDelivery, writeOrigin, type DeliveredRecord } from './delivery.ts';

const record = (headers: Record<string, string>): DeliveredRecord => ({
  topic: 'preprocess.retry.30s',
  partition: 1,
  offset: 9n,
  timestampMs: 5_000,
  headers,
});

const origin = {
  topic: 'documents.high',
  partition: 2,
  offset: '40',
  timestampMs: 1_000,
  clusterId: 'cluster',
};

describe('readDelivery', () => {
  it.each([origin, { ...origin, redrive: { revision: 2, at: 4_000 } }])(
    'reads what was written: %j',
    (of) => {
      const headers = {
        [headerNames.attempt]: '2',
        [headerNames.lane]: 'high',
        [headerNames.dueAt]: '6000',
        [headerNames.origin]: writeOrigin(of),
        [headerNames.accepted]: 'true',
      };
      expect(readDelivery(record(headers), 'cluster', true)).toEqual({
        attempt: 2,
        lane: 'high',
        dueAtMs: 6_000,
        origin: of,
        accepted: true,
        traceparent: null,
      });
    },
  );

  it.each([
    ['1001', 1_000],
    ['999999999999999', 1_000],
    ['0', 1],
    ['-1', 1],
    ['1e3', 1],
    ['1000', 1_000],
  ])('counts attempts only as far as they are told apart: %s', (attempt, counted) => {
    expect(readDelivery(record({ [headerNames.attempt]: attempt }), 'cluster', true).attempt).toBe(counted);
  });

  it.each([
    'documents.high 2147483648 40 1000',
    'documents.high 2 99999999999999999999 1000',
    'documents.high 2 40 253402300800000',
    'documents.high 2 40 1000 2 253402300800000',
    'documents.high 2 40 1000 0 4000',
  ])('takes no origin that no record can have: %s', (text) => {
    const { origin: read } = readDelivery(record({ [headerNames.origin]: text }), 'cluster', true);
    expect(read).toMatchObject({ topic: 'preprocess.retry.30s', partition: 1, offset: '9' });
  });

  it('trusts no header of a topic that tenants write to', () => {
    const headers = {
      [headerNames.origin]: writeOrigin({ ...origin, redrive: { revision: 2, at: 4_000 } }),
      [headerNames.accepted]: 'true',
      [headerNames.attempt]: '3',
    };
    expect(readDelivery(record(headers), 'cluster', false)).toEqual({
      attempt: 1,
      lane: null,
      dueAtMs: 0,
      origin: {
        topic: 'preprocess.retry.30s',
        partition: 1,
        offset: '9',
        timestampMs: 5_000,
        clusterId: 'cluster',
      },
      accepted: false,
      traceparent: null,
    });
  });

  it.each(['00-trace', 'a\u0000b', `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01\n`])(
    'R-06: passes no trace context on that is none: %j',
    (traceparent) => {
      expect(readDelivery(record({ traceparent }), 'cluster', false).traceparent).toBeNull();
    },
  );

  it('passes a trace context on', () => {
    const traceparent = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`;
    expect(readDelivery(record({ traceparent }), 'cluster', false).traceparent).toBe(traceparent);
  });
});
