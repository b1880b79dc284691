import type { TopicPartition } from '@docfleet/domain';
import type { LogRecord } from '@docfleet/record-log';
import { expect, it } from 'vitest';
import { until } from '../until.ts';
import { committedTexts, outgoing, textOf, untilEndIs, type Fixture } from './fixture.ts';

/** Operations outside of a group. */
export function plainCases(fixture: () => Fixture): void {
  it('follows a topic, until the signal aborts', async () => {
    const topic = await fixture().createTopic(3);
    const [zero, one, two] = [0, 1, 2].map((partition) => ({ topic, partition })) as [At, At, At];
    const log = fixture().newLog();
    await log.produce([outgoing(zero, 'a'), outgoing(one, 'b'), outgoing(zero, 'c')]);
    const stop = new AbortController();
    const seen: string[] = [];
    const follow = (to: string[], signal: AbortSignal): Promise<void> =>
      fixture()
        .newLog()
        .follow({ topic, signal, onRecord: (record) => to.push(textOf(record)) });
    await follow(seen, stop.signal);
    expect(seen.toSorted()).toEqual(['a', 'b', 'c']);
    await log.produce([outgoing(two, 'd')]);
    await until('the new one is followed', () => seen.includes('d'));
    stop.abort(new Error('stop'));
    await log.produce([outgoing(two, 'e')]);
    const later: string[] = [];
    const stopLater = new AbortController();
    await follow(later, stopLater.signal);
    stopLater.abort(new Error('stop'));
    expect(later.toSorted()).toEqual(['a', 'b', 'c', 'd', 'e']);
    expect(seen.toSorted()).toEqual(['a', 'b', 'c', 'd']);
  });

  it('lists a topic once it exists', async () => {
    const topic = await fixture().createTopic();
    const names = await fixture().newLog().topicNames();
    expect(names.filter((name) => name === topic || name === `${topic}-absent`)).toEqual([topic]);
  });

  it('follows an empty topic', async () => {
    const topic = await fixture().createTopic(2);
    const stop = new AbortController();
    const seen: LogRecord[] = [];
    const onRecord = (record: LogRecord): void => void seen.push(record);
    await fixture().newLog().follow({ topic, signal: stop.signal, onRecord });
    expect(seen).toEqual([]);
    stop.abort(new Error('stop'));
  });

  it('follows a topic from its end', async () => {
    const topic = await fixture().createTopic(2);
    const [zero, one] = [0, 1].map((partition) => ({ topic, partition })) as [At, At];
    const log = fixture().newLog();
    await log.produce([outgoing(zero, 'a'), outgoing(one, 'b')]);
    const stop = new AbortController();
    const seen: string[] = [];
    const onRecord = (record: LogRecord): void => void seen.push(textOf(record));
    await fixture().newLog().follow({ topic, from: 'end', signal: stop.signal, onRecord });
    await log.produce([outgoing(zero, 'c'), outgoing(one, 'd')]);
    await until('both are followed', () => seen.length >= 2);
    stop.abort(new Error('stop'));
    expect(seen.toSorted()).toEqual(['c', 'd']);
  });

  it('follows past a log that ends with an aborted transaction', async () => {
    const topic = await fixture().createTopic();
    const at = { topic, partition: 0 };
    const log = fixture().newLog();
    await log.produce([outgoing(at, 'a')]);
    const begun = await fixture().begin({ transactionalId: `other-${topic}`, records: [outgoing(at, 'x')] });
    await begun.abort();
    await untilEndIs(log, at, 3n);
    const stop = new AbortController();
    const seen: string[] = [];
    await log.follow({ topic, signal: stop.signal, onRecord: (record) => seen.push(textOf(record)) });
    expect(seen).toEqual(['a']);
    stop.abort(new Error('stop'));
  });

  it('reads a range, with its first offset and without its last', async () => {
    const at = { topic: await fixture().createTopic(), partition: 0 };
    const log = fixture().newLog();
    await log.produce(['a', 'b', 'c', 'd'].map((text) => outgoing(at, text)));
    const records = await log.readRange({ at, from: 1n, to: 3n, signal: never() });
    expect(records.map((record) => [record.offset, textOf(record)])).toEqual([
      [1n, 'b'],
      [2n, 'c'],
    ]);
  });

  it('reads an empty range', async () => {
    const at = { topic: await fixture().createTopic(), partition: 0 };
    const log = fixture().newLog();
    await log.produce([outgoing(at, 'a')]);
    expect(await log.readRange({ at, from: 1n, to: 1n, signal: never() })).toEqual([]);
  });

  it('reads a range of nothing but gaps', async () => {
    const topic = await fixture().createTopic();
    const at = { topic, partition: 0 };
    const log = fixture().newLog();
    await log.produce([outgoing(at, 'a')]);
    const records = [outgoing(at, 'x'), outgoing(at, 'y')];
    await (await fixture().begin({ transactionalId: `other-${topic}`, records })).abort();
    await untilEndIs(log, at, 4n);
    expect(await log.readRange({ at, from: 1n, to: 4n, signal: never() })).toEqual([]);
    expect(await committedTexts(log, at)).toEqual(['a']);
  });

  it.each([
    ['commit', ['in', 'behind']],
    ['abort', ['behind']],
  ] as const)('waits with a range for the %s of a transaction in it', async (ending, expected) => {
    const topic = await fixture().createTopic(2);
    const at = { topic, partition: 0 };
    const log = fixture().newLog();
    const begun = await fixture().begin({ transactionalId: `other-${topic}`, records: [outgoing(at, 'in')] });
    await log.produce([outgoing(at, 'behind'), outgoing({ topic, partition: 1 }, 'elsewhere')]);
    let arrived = false;
    const range = fixture()
      .newLog()
      .readRange({ at, from: 0n, to: 2n, signal: never() })
      .finally(() => (arrived = true));
    expect(await committedTexts(fixture().newLog(), { topic, partition: 1 })).toEqual(['elsewhere']);
    expect(arrived).toBe(false);
    await begun[ending]();
    expect((await range).map(textOf)).toEqual(expected);
  });

  it('stops reading a range with the reason of the signal', async () => {
    const topic = await fixture().createTopic();
    const at = { topic, partition: 0 };
    const begun = await fixture().begin({ transactionalId: `other-${topic}`, records: [outgoing(at, 'in')] });
    const stop = new AbortController();
    const range = fixture().newLog().readRange({ at, from: 0n, to: 1n, signal: stop.signal });
    stop.abort(new Error('draining'));
    await expect(range).rejects.toThrow('draining');
    await begun.abort();
  });

  it('counts open transactions in the end offset', async () => {
    const topic = await fixture().createTopic();
    const at = { topic, partition: 0 };
    const log = fixture().newLog();
    expect(await log.endOffset(at)).toBe(0n);
    await log.produce([outgoing(at, 'a')]);
    expect(await log.endOffset(at)).toBe(1n);
    const records = [outgoing(at, 'b'), outgoing(at, 'c')];
    const begun = await fixture().begin({ transactionalId: `other-${topic}`, records });
    expect(await log.endOffset(at)).toBe(3n);
    await begun.abort();
    await untilEndIs(log, at, 4n);
  });

  it('returns the partition of every key', async () => {
    const topic = await fixture().createTopic(7);
    const log = fixture().newLog();
    const keys = [
      '',
      'a',
      'ab',
      'abc',
      'abcd',
      'ünïcödé',
      ...Array.from({ length: 40 }, (_, i) => `run-${i}`),
    ];
    await log.produce(
      keys.map((key) => ({ topic, key: Buffer.from(key), value: Buffer.from(key), headers: {} })),
    );
    const stop = new AbortController();
    const written = new Map<string, number>();
    const onRecord = (record: LogRecord): void => void written.set(textOf(record), record.partition);
    await log.follow({ topic, signal: stop.signal, onRecord });
    stop.abort(new Error('stop'));
    const expected = await Promise.all(
      keys.map(async (key) => [key, await log.partitionOf(topic, Buffer.from(key))] as const),
    );
    expect(Object.fromEntries(written)).toEqual(Object.fromEntries(expected));
    expect(new Set(written.values()).size).toBeGreaterThan(3);
  });

  it('loses nothing of two concurrent callers, and keeps the order of each', async () => {
    const at = { topic: await fixture().createTopic(), partition: 0 };
    const log = fixture().newLog();
    const texts = (caller: string): string[] =>
      Array.from({ length: 40 }, (_, index) => `${caller}-${index}`);
    const writeAll = (caller: string): Promise<void>[] =>
      texts(caller).map((text) => log.produce([outgoing(at, text)]));
    await Promise.all([...writeAll('x'), ...writeAll('y')]);
    const written = await committedTexts(log, at);
    expect(written).toHaveLength(80);
    expect(written.filter((text) => text.startsWith('x'))).toEqual(texts('x'));
    expect(written.filter((text) => text.startsWith('y'))).toEqual(texts('y'));
  });

  it('has the same cluster id for every client', async () => {
    const ids = await Promise.all([fixture().newLog().clusterId(), fixture().newLog().clusterId()]);
    expect(ids[0]).not.toBe('');
    expect(ids[1]).toBe(ids[0]);
  });
}

type At = TopicPartition;

function never(): AbortSignal {
  return new AbortController().signal;
}
