import { partitionName, type TopicPartition } from '@docfleet/domain';
import { expect, it } from 'vitest';
import { until } from '../until.ts';
import { outgoing, type Fixture } from './fixture.ts';

export function groupCases(fixture: () => Fixture): void {
  it('assigns all partitions to a single member', async () => {
    const topics = [await fixture().createTopic(2), await fixture().createTopic(3)];
    const { partitions } = await (await fixture().joinIdle(fixture().newGroup(), [topics])).assigned();
    expect(names(partitions)).toEqual(
      names(topics.flatMap((topic, index) => partitionsOf(topic, index + 2))),
    );
  });

  it('assigns each index of a family of topics to one member, and every partition to exactly one', async () => {
    const family = [
      await fixture().createTopic(2),
      await fixture().createTopic(4),
      await fixture().createTopic(4),
    ] as const;
    const group = fixture().newGroup();
    const members = [
      await fixture().joinIdle(group, [family]),
      await fixture().joinIdle(group, [family]),
    ] as const;
    const assignments = await Promise.all(
      members.map((member) => member.assigned((partitions) => partitions.length === 5)),
    );
    const all = [...partitionsOf(family[0], 2), ...partitionsOf(family[1], 4), ...partitionsOf(family[2], 4)];
    expect(names(assignments.flatMap(({ partitions }) => partitions))).toEqual(names(all));
    const indices = assignments.map(
      ({ partitions }) => new Set(partitions.map(({ partition }) => partition)),
    );
    expect(indices.map(({ size }) => size)).toEqual([2, 2]);
  });

  it('is sticky when a member joins and when one leaves', async () => {
    const topic = await fixture().createTopic(6);
    const group = fixture().newGroup();
    const first = await fixture().joinIdle(group, [[topic]]);
    const alone = await first.assigned((partitions) => partitions.length === 6);
    const second = await fixture().joinIdle(group, [[topic]]);
    const [firstHalf, secondHalf] = await Promise.all(
      [first, second].map((member) => member.assigned((partitions) => partitions.length === 3)),
    );
    expect(names(alone.partitions)).toEqual(expect.arrayContaining(names(firstHalf?.partitions ?? [])));
    const third = await fixture().joinIdle(group, [[topic]]);
    const members = [first, second, third];
    const thirds = await Promise.all(
      members.map((member) => member.assigned((partitions) => partitions.length === 2)),
    );
    expect(names(firstHalf?.partitions ?? [])).toEqual(
      expect.arrayContaining(names(thirds[0]?.partitions ?? [])),
    );
    expect(names(secondHalf?.partitions ?? [])).toEqual(
      expect.arrayContaining(names(thirds[1]?.partitions ?? [])),
    );
    await third.member.leave();
    const [firstAgain, secondAgain] = await Promise.all(
      [first, second].map((member) => member.assigned((partitions) => partitions.length === 3)),
    );
    expect(names(firstAgain?.partitions ?? [])).toEqual(
      expect.arrayContaining(names(thirds[0]?.partitions ?? [])),
    );
    expect(names(secondAgain?.partitions ?? [])).toEqual(
      expect.arrayContaining(names(thirds[1]?.partitions ?? [])),
    );
  });

  it('announces a rebalance before each new assignment, with a greater epoch', async () => {
    const topic = await fixture().createTopic(2);
    const group = fixture().newGroup();
    const first = await fixture().joinIdle(group, [[topic]]);
    await first.assigned((partitions) => partitions.length === 2);
    const known = first.assignments.length;
    const second = await fixture().joinIdle(group, [[topic]]);
    await first.assigned((partitions) => partitions.length === 1);
    await second.member.leave();
    await first.assigned((partitions) => partitions.length === 2);
    expect(first.assignments.length).toBeGreaterThanOrEqual(known + 2);
    first.calls.forEach((call, index) => {
      if (call === 'assigned' && index > 0) expect(first.calls[index - 1]).toBe('revoking');
    });
    const epochs = first.assignments.map(({ epoch }) => epoch);
    expect(epochs).toEqual([...new Set(epochs)].toSorted((a, b) => a - b));
  });

  it('reassigns a partition without a duplicate or missing record (M-17)', async () => {
    const topic = await fixture().createTopic();
    const out = { topic: await fixture().createTopic(), partition: 0 };
    const at = { topic, partition: 0 };
    const group = fixture().newGroup();
    const texts = Array.from({ length: 10 }, (_, index) => `record-${index}`);
    await fixture()
      .newLog()
      .produce(texts.map((text) => outgoing(at, text)));
    const first = await fixture().join(group, [[topic]]);
    const { epoch } = await first.opened(at);
    await until('all are fetched', () => first.texts(at).length === 10);
    for (const text of texts.slice(0, 4)) {
      const offset = BigInt(texts.indexOf(text)) + 1n;
      await first.member.transact(at, epoch, {
        records: [outgoing(out, text)],
        offset,
        metadata: `after ${text}`,
      });
    }
    await first.member.leave();
    const second = await fixture().join(group, [[topic]]);
    expect((await second.opened(at)).committed).toEqual({ offset: 4n, metadata: 'after record-3' });
    await until('the rest is fetched', () => second.texts(at).length === 6);
    expect(second.texts(at)).toEqual(texts.slice(4));
  });

  it('marks every batch with the epoch it was fetched in, and fetches nothing for an old one', async () => {
    const topic = await fixture().createTopic(2);
    const group = fixture().newGroup();
    const log = fixture().newLog();
    const first = await fixture().joinIdle(group, [[topic]]);
    const before = await first.assigned((partitions) => partitions.length === 2);
    await fixture().joinIdle(group, [[topic]]);
    const after = await first.assigned((partitions) => partitions.length === 1);
    const [at] = after.partitions;
    if (at === undefined) throw new Error('Expected one partition');
    await log.produce([outgoing(at, 'a')]);
    first.member.fetchFrom(at, before.epoch, null);
    await first.member.open(at, after.epoch);
    first.member.fetchFrom(at, after.epoch, null);
    await until('it is fetched', () => first.texts(at, after.epoch).length === 1);
    expect(first.batches.map(({ epoch }) => epoch)).toEqual([after.epoch]);
  });
}

function partitionsOf(topic: string, count: number): TopicPartition[] {
  return Array.from({ length: count }, (_, partition) => ({ topic, partition }));
}

function names(partitions: readonly TopicPartition[]): string[] {
  return partitions.map(partitionName).toSorted();
}
