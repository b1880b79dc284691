import type { Cluster } from 'kafkajs';
import { describe, expect, it } from 'vitest';
import { committedMessages, fetchFrom, type FetchedMessage } from './fetch.ts';

const abort = Buffer.from([0, 0, 0, 0]);
const commit = Buffer.from([0, 0, 0, 1]);

function message(offset: number, producerId: string, options: Partial<FetchedMessage> = {}): FetchedMessage {
  return {
    offset: String(offset),
    timestamp: '0',
    key: null,
    value: Buffer.from(`${producerId}-${offset}`),
    headers: {},
    isControlRecord: false,
    batchContext: { firstOffset: String(offset), lastOffsetDelta: 0, producerId, inTransaction: true },
    ...options,
  };
}

const marker = (offset: number, producerId: string, key: Buffer): FetchedMessage =>
  message(offset, producerId, { isControlRecord: true, key });

const offsets = (messages: readonly FetchedMessage[]): string[] => messages.map(({ offset }) => offset);

describe('committedMessages', () => {
  it('removes markers and aborted records, and keeps later commits of the same producer', () => {
    const messages = [
      message(0, 'a'),
      marker(1, 'a', abort),
      message(2, 'a'),
      marker(3, 'a', commit),
      message(4, 'b'),
    ];
    expect(offsets(committedMessages(messages, [{ producerId: 'a', firstOffset: '0' }]))).toEqual(['2', '4']);
  });

  it('hides a transaction that began before another and was aborted after it', () => {
    const messages = [message(0, 'a'), message(1, 'b'), marker(2, 'b', abort), marker(3, 'a', abort)];
    const inOrderOfTheirEnds = [
      { producerId: 'b', firstOffset: '1' },
      { producerId: 'a', firstOffset: '0' },
    ];
    expect(committedMessages(messages, inOrderOfTheirEnds)).toEqual([]);
  });

  it('hides two transactions that had both begun before the fetch', () => {
    const messages = [message(10, 'b'), message(11, 'a')];
    const aborted = [
      { producerId: 'a', firstOffset: '1' },
      { producerId: 'b', firstOffset: '2' },
    ];
    expect(committedMessages(messages, aborted)).toEqual([]);
  });

  it('does not treat a record as a marker, whatever its key', () => {
    const messages = [message(0, 'a', { key: abort }), message(1, 'a')];
    expect(committedMessages(messages, [{ producerId: 'a', firstOffset: '0' }])).toEqual([]);
  });

  it('keeps records outside transactions of a producer that has aborted one', () => {
    const plain = message(1, 'a');
    const batchContext = { ...plain.batchContext, inTransaction: false };
    const messages = [message(0, 'a'), { ...plain, batchContext }];
    expect(offsets(committedMessages(messages, [{ producerId: 'a', firstOffset: '0' }]))).toEqual(['1']);
  });
});

describe('fetchFrom', () => {
  it('R-06: takes a header without a value as absent, and of several the last one', async () => {
    const headers = {
      none: null,
      one: Buffer.from('1'),
      several: [null, Buffer.from('2')],
      lost: ['3', null],
    };
    const messages = [{ ...message(0, '-1', { headers }) }];
    const partitions = [{ partition: 0, messages, abortedTransactions: [], lastStableOffset: '1' }];
    const broker = { fetch: () => Promise.resolve({ responses: [{ topicName: 't', partitions }] }) };
    const cluster = { findBroker: () => Promise.resolve(broker) } as unknown as Cluster;
    const limits = { maxWaitMs: 0, maxBytes: 1, maxBytesPerPartition: 1 };
    const [fetched] = await fetchFrom(cluster, '1', [{ topic: 't', partition: 0, offset: 0n }], limits);
    expect(fetched?.records.map((record) => record.headers)).toEqual([{ one: '1', several: '2' }]);
  });
});
