import { expect, it } from 'vitest';
import { until } from '../until.ts';
import { outgoing, untilEndIs, type Bench } from './bench.ts';
import type { RecordedMember } from './recorded-member.ts';

export function readingCases(bench: () => Bench): void {
  it('hands records over in order, with keys, headers and times', async () => {
    const topic = await bench().createTopic();
    const at = { topic, partition: 0 };
    await bench()
      .newLog()
      .produce([
        { ...outgoing(at, 'a', 'key'), headers: { origin: 'here', empty: '' } },
        outgoing(at, 'b'),
        { ...outgoing(at, 'c', ''), headers: { sign: 'ü ✓' } },
      ]);
    const reader = await bench().join(bench().newGroup(), [[topic]]);
    await until('all are fetched', () => reader.texts(at).length === 3);
    const records = reader.batches.flatMap((batch) => batch.records);
    expect(records.map(({ timestampMs, ...record }) => [timestampMs > Date.UTC(2020), record])).toEqual([
      [true, { ...recordOf(at, 0n, 'a', 'key'), headers: { origin: 'here', empty: '' } }],
      [true, recordOf(at, 1n, 'b', null)],
      [true, { ...recordOf(at, 2n, 'c', ''), headers: { sign: 'ü ✓' } }],
    ]);
  });

  it('leaves gaps where a transaction was aborted and where it was marked', async () => {
    const topic = await bench().createTopic();
    const at = { topic, partition: 0 };
    const log = bench().newLog();
    await log.produce([outgoing(at, 'a')]);
    const aborted = await bench().begin({
      transactionalId: `other-${topic}`,
      records: [outgoing(at, 'x'), outgoing(at, 'y')],
    });
    await aborted.abort();
    await untilEndIs(log, at, 4n);
    await log.produce([outgoing(at, 'b')]);
    const reader = await bench().join(bench().newGroup(), [[topic]]);
    await until('both are fetched', () => reader.texts(at).length === 2);
    expect(offsetsAndTexts(reader)).toEqual([
      [0n, 'a'],
      [4n, 'b'],
    ]);
  });

  it.each(['commit', 'abort'] as const)(
    'moves nextOffset past the marker of a transaction that ends the log with %s, so that lag reaches 0',
    async (ending) => {
      const topic = await bench().createTopic();
      const at = { topic, partition: 0 };
      const group = bench().newGroup();
      const log = bench().newLog();
      const reader = await bench().join(group, [[topic]]);
      const { epoch } = await reader.taken(at);
      await log.produce([outgoing(at, 'a')]);
      const begun = await bench().begin({ transactionalId: `other-${topic}`, records: [outgoing(at, 'b')] });
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
  ] as const)('holds back what stands behind an open transaction until its %s', async (ending, expected) => {
    const topic = await bench().createTopic(2);
    const at = { topic, partition: 0 };
    const beacon = { topic, partition: 1 };
    const log = bench().newLog();
    const reader = await bench().join(bench().newGroup(), [[topic]]);
    await log.produce([outgoing(at, 'a')]);
    const begun = await bench().begin({ transactionalId: `other-${topic}`, records: [outgoing(at, 'in')] });
    await log.produce([outgoing(at, 'behind')]);
    await passBeacon(reader, async (text) => {
      await log.produce([outgoing(beacon, text)]);
      await until('the beacon is seen', () => reader.texts(beacon).includes(text));
    });
    await until('the record before is fetched', () => reader.texts(at).length > 0);
    expect(reader.texts(at)).toEqual(['a']);
    await begun[ending]();
    await until('the rest is fetched', () => reader.texts(at).includes('behind'));
    expect(reader.texts(at)).toEqual(expected);
  });

  it('fetches from the offset it is told, from the beginning for null, and again when told again', async () => {
    const topic = await bench().createTopic();
    const at = { topic, partition: 0 };
    await bench()
      .newLog()
      .produce(['a', 'b', 'c', 'd'].map((text) => outgoing(at, text)));
    const reader = await bench().joinIdle(bench().newGroup(), [[topic]]);
    const { epoch } = await reader.assigned();
    expect(await reader.member.open(at, epoch)).toEqual({ offset: null, metadata: '' });
    reader.member.fetchFrom(at, epoch, 2n);
    await until('the tail is fetched', () => reader.texts(at).length === 2);
    reader.member.fetchFrom(at, epoch, null);
    await until('all are fetched', () => reader.texts(at).length === 6);
    expect(reader.texts(at)).toEqual(['c', 'd', 'a', 'b', 'c', 'd']);
  });

  it('delivers nothing that was asked for before it was told to fetch from elsewhere', async () => {
    const at = { topic: await bench().createTopic(), partition: 0 };
    const log = bench().newLog();
    const reader = await bench().join(bench().newGroup(), [[at.topic]]);
    const { epoch } = await reader.taken(at);
    await log.produce(['a', 'b', 'c'].map((text) => outgoing(at, text)));
    await until('it has read to the end', () => reader.nextOffset(at) === 3n);
    // A request for what comes next is on its way, and the next record answers it.
    reader.member.fetchFrom(at, epoch, 1n);
    await log.produce([outgoing(at, 'd')]);
    await until('it has read to the end again', () => reader.nextOffset(at) === 4n);
    expect(reader.texts(at)).toEqual(['a', 'b', 'c', 'b', 'c', 'd']);
  });

  it('fetches nothing from a partition before it is told to', async () => {
    const topic = await bench().createTopic(2);
    const [told, untold] = [0, 1].map((partition) => ({ topic, partition }));
    if (told === undefined || untold === undefined) throw new Error('two partitions expected');
    const log = bench().newLog();
    await log.produce([outgoing(untold, 'untold')]);
    const reader = await bench().joinIdle(bench().newGroup(), [[topic]]);
    const { epoch } = await reader.assigned();
    await Promise.all([told, untold].map((at) => reader.member.open(at, epoch)));
    reader.member.fetchFrom(told, epoch, null);
    await passBeacon(reader, async (text) => {
      await log.produce([outgoing(told, text)]);
      await until('the beacon is seen', () => reader.texts(told).includes(text));
    });
    expect(reader.texts(untold)).toEqual([]);
    reader.member.fetchFrom(untold, epoch, null);
    await until('the other is fetched', () => reader.texts(untold).length === 1);
  });

  it('delivers nothing while a partition is paused, and goes on where it was when resumed', async () => {
    const topic = await bench().createTopic(2);
    const at = { topic, partition: 0 };
    const beacon = { topic, partition: 1 };
    const log = bench().newLog();
    const reader = await bench().join(bench().newGroup(), [[topic]]);
    await reader.taken(at);
    await log.produce([outgoing(at, 'before')]);
    await until('the first is fetched', () => reader.texts(at).length === 1);
    reader.member.pause(at);
    await log.produce([outgoing(at, 'meanwhile'), outgoing(at, 'too')]);
    await passBeacon(reader, async (text) => {
      await log.produce([outgoing(beacon, text)]);
      await until('the beacon is seen', () => reader.texts(beacon).includes(text));
    });
    expect(reader.texts(at)).toEqual(['before']);
    reader.member.resume(at);
    await until('the rest is fetched', () => reader.texts(at).length === 3);
    expect(reader.texts(at)).toEqual(['before', 'meanwhile', 'too']);
  });

  it('lets two groups read the same records', async () => {
    const topic = await bench().createTopic();
    const at = { topic, partition: 0 };
    await bench()
      .newLog()
      .produce([outgoing(at, 'a'), outgoing(at, 'b')]);
    const readers = await Promise.all([1, 2].map(() => bench().join(bench().newGroup(), [[topic]])));
    await until('both have all', () => readers.every((reader) => reader.texts(at).length === 2));
    expect(readers.map((reader) => reader.texts(at))).toEqual([
      ['a', 'b'],
      ['a', 'b'],
    ]);
  });
}

/** Twice something that is written after what must not be seen, and is seen: the fetches between would have shown it. */
async function passBeacon(reader: RecordedMember, pass: (text: string) => Promise<void>): Promise<void> {
  const passed = reader.batches.length;
  await pass(`beacon-1-${passed}`);
  await pass(`beacon-2-${passed}`);
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
