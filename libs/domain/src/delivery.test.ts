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
});
