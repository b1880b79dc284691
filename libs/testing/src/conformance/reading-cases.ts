import { expect, it } from 'vitest';
import { until } from '../until.ts';
import { outgoing, untilEndIs, type Fixture } from './fixture.ts';
import type { RecordedMember } from './recorded-member.ts';

export function readingCases(fixture: () => Fixture): void {
  it('delivers records in order, with keys, headers and times', async () => {
    const topic = await fixture().createTopic();
    const at = { topic, partition: 0 };
    await fixture()
      .newLog()
      .produce([
        { ...outgoing(at, 'a', 'key'), headers: { origin: 'here', empty: '' } },
        outgoing(at, 'b'),
        { ...outgoing(at, 'c', ''), headers: { sign: 'ü ✓' } },
      ]);
    const reader = await fixture().join(fixture().newGroup(), [[topic]]);
    await until('all are fetched', () => reader.texts(at).length === 3);
    const records = reader.batches.flatMap((batch) => batch.records);
    expect(records.map(({ timestampMs, ...record }) => [timestampMs > Date.UTC(2020), record])).toEqual([
      [true, { ...recordOf(at, 0n, 'a', 'key'), headers: { origin: 'here', empty: '' } }],
      [true, recordOf(at, 1n, 'b', null)],
      [true, { ...recordOf(at, 2n, 'c', ''), headers: { sign: 'ü ✓' } }],
    ]);
  });

  it('leaves gaps for aborted records and for markers', async () => {
    const topic = await fixture().createTopic();
    const at = { topic, partition: 0 };
    const log = fixture().newLog();
    await log.produce([outgoing(at, 'a')]);
    const aborted = await fixture().begin({
      transactionalId: `other-${topic}`,
      records: [outgoing(at, 'x'), outgoing(at, 'y')],
    });
    await aborted.abort();
    await untilEndIs(log, at, 4n);
    await log.produce([outgoing(at, 'b')]);
    const reader = await fixture().join(fixture().newGroup(), [[topic]]);
    await until('both are fetched', () => reader.texts(at).length === 2);
    expect(offsetsAndTexts(reader)).toEqual([
      [0n, 'a'],
      [4n, 'b'],
    ]);
  });

  it.each(['commit', 'abort'] as const)(
    'moves nextOffset past the marker of a transaction that ends the log with %s, so that lag reaches 0',
    async (ending) => {
      const topic = await fixture().createTopic();
      const at = { topic, partition: 0 };
      const group = fixture().newGroup();
      const log = fixture().newLog();
      const reader = await fixture().join(group, [[topic]]);
      const { epoch } = await reader.opened(at);
      await log.produce([outgoing(at, 'a')]);
      const begun = await fixture().begin({
        transactionalId: `other-${topic}`,
        records: [outgoing(at, 'b')],
      });
      await begun[ending]();
      await untilEndIs(log, at, 3n);
      await until('the reader is past the marker', () => reader.nextOffset(at) === 3n);
      await reader.member.transact(at, epoch, { records: [], offset: 3n, metadata: '' });
      expect(await reader.member.open(at, epoch)).toEqual({ offset: 3n, metadata: '' });
      expect(reader.texts(at)).toEqual(ending === 'commit' ? ['a', 'b'] : ['a']);
    },
  );

  it.each([
    ['commit', ['a', 'in', 'behind']],
    ['abort', ['a', 'behind']],
  ] as const)('delivers records after an open transaction only after its %s', async (ending, expected) => {
    const topic = await fixture().createTopic(2);
    const at = { topic, partition: 0 };
    const sentinel = { topic, partition: 1 };
    const log = fixture().newLog();
    const reader = await fixture().join(fixture().newGroup(), [[topic]]);
    await log.produce([outgoing(at, 'a')]);
    const begun = await fixture().begin({ transactionalId: `other-${topic}`, records: [outgoing(at, 'in')] });
    await log.produce([outgoing(at, 'behind')]);
    await passSentinels(reader, async (text) => {
      await log.produce([outgoing(sentinel, text)]);
      await until('the sentinel is seen', () => reader.texts(sentinel).includes(text));
    });
    await until('the record before is fetched', () => reader.texts(at).length > 0);
    expect(reader.texts(at)).toEqual(['a']);
    await begun[ending]();
    await until('the rest is fetched', () => reader.texts(at).includes('behind'));
    expect(reader.texts(at)).toEqual(expected);
  });

  it('fetches from the given offset, from the beginning for null, and again when called again', async () => {
    const topic = await fixture().createTopic();
    const at = { topic, partition: 0 };
    await fixture()
      .newLog()
      .produce(['a', 'b', 'c', 'd'].map((text) => outgoing(at, text)));
    const reader = await fixture().joinIdle(fixture().newGroup(), [[topic]]);
    const { epoch } = await reader.assigned();
    expect(await reader.member.open(at, epoch)).toEqual({ offset: null, metadata: '' });
    reader.member.fetchFrom(at, epoch, 2n);
    await until('the tail is fetched', () => reader.texts(at).length === 2);
    reader.member.fetchFrom(at, epoch, null);
    await until('all are fetched', () => reader.texts(at).length === 6);
    expect(reader.texts(at)).toEqual(['c', 'd', 'a', 'b', 'c', 'd']);
  });

  it('delivers nothing of a request from before the last fetchFrom', async () => {
    const at = { topic: await fixture().createTopic(), partition: 0 };
    const log = fixture().newLog();
    const reader = await fixture().join(fixture().newGroup(), [[at.topic]]);
    const { epoch } = await reader.opened(at);
    await log.produce(['a', 'b', 'c'].map((text) => outgoing(at, text)));
    await until('it has read to the end', () => reader.nextOffset(at) === 3n);
    // A request for the next records is in flight, and the next record answers it.
    reader.member.fetchFrom(at, epoch, 1n);
    await log.produce([outgoing(at, 'd')]);
    await until('it has read to the end again', () => reader.nextOffset(at) === 4n);
    expect(reader.texts(at)).toEqual(['a', 'b', 'c', 'b', 'c', 'd']);
  });

  it('fetches nothing from a partition before fetchFrom', async () => {
    const topic = await fixture().createTopic(2);
    const [started, other] = [0, 1].map((partition) => ({ topic, partition }));
    if (started === undefined || other === undefined) throw new Error('Expected two partitions');
    const log = fixture().newLog();
    await log.produce([outgoing(other, 'other')]);
    const reader = await fixture().joinIdle(fixture().newGroup(), [[topic]]);
    const { epoch } = await reader.assigned();
    await Promise.all([started, other].map((at) => reader.member.open(at, epoch)));
    reader.member.fetchFrom(started, epoch, null);
    await passSentinels(reader, async (text) => {
      await log.produce([outgoing(started, text)]);
      await until('the sentinel is seen', () => reader.texts(started).includes(text));
    });
    expect(reader.texts(other)).toEqual([]);
    reader.member.fetchFrom(other, epoch, null);
    await until('the other is fetched', () => reader.texts(other).length === 1);
  });

  it('delivers nothing while a partition is paused, and continues at its position when resumed', async () => {
    const topic = await fixture().createTopic(2);
    const at = { topic, partition: 0 };
    const sentinel = { topic, partition: 1 };
    const log = fixture().newLog();
    const reader = await fixture().join(fixture().newGroup(), [[topic]]);
    await reader.opened(at);
    await log.produce([outgoing(at, 'before')]);
    await until('the first is fetched', () => reader.texts(at).length === 1);
    reader.member.pause(at);
    await log.produce([outgoing(at, 'meanwhile'), outgoing(at, 'too')]);
    await passSentinels(reader, async (text) => {
      await log.produce([outgoing(sentinel, text)]);
      await until('the sentinel is seen', () => reader.texts(sentinel).includes(text));
    });
    expect(reader.texts(at)).toEqual(['before']);
    reader.member.resume(at);
    await until('the rest is fetched', () => reader.texts(at).length === 3);
    expect(reader.texts(at)).toEqual(['before', 'meanwhile', 'too']);
  });

  it('lets two groups read the same records', async () => {
    const topic = await fixture().createTopic();
    const at = { topic, partition: 0 };
    await fixture()
      .newLog()
      .produce([outgoing(at, 'a'), outgoing(at, 'b')]);
    const readers = await Promise.all([1, 2].map(() => fixture().join(fixture().newGroup(), [[topic]])));
    await until('both have all', () => readers.every((reader) => reader.texts(at).length === 2));
    expect(readers.map((reader) => reader.texts(at))).toEqual([
      ['a', 'b'],
      ['a', 'b'],
    ]);
  });
}

/** Passes two sentinel records that are written after a record that must not be delivered: a fetch in between would have delivered it. */
async function passSentinels(reader: RecordedMember, pass: (text: string) => Promise<void>): Promise<void> {
  const passed = reader.batches.length;
  await pass(`sentinel-1-${passed}`);
  await pass(`sentinel-2-${passed}`);
}

function recordOf(
  at: { topic: string; partition: number },
  offset: bigint,
  text: string,
  key: string | null,
) {
  return { ...outgoing(at, text, key), offset };
}

function offsetsAndTexts(reader: RecordedMember): [bigint, string | undefined][] {
  return reader.batches.flatMap(({ records }) =>
    records.map(({ offset, value }): [bigint, string | undefined] => [offset, value?.toString()]),
  );
}
