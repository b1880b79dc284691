import { maxMetadataBytes, TransactionError } from '@docfleet/record-log';
import { expect, it } from 'vitest';
import { committedTexts, outgoing, untilEndIs, type Fixture } from './fixture.ts';
import type { RecordedMember } from './recorded-member.ts';

export function transactionCases(fixture: () => Fixture): void {
  it('makes records, offset and metadata visible together', async () => {
    const { at, out, epoch, owner } = await ownedPartition(fixture());
    const second = { ...out, partition: 1 };
    const log = fixture().newLog();
    await owner.member.transact(at, epoch, {
      records: [outgoing(out, 'a'), outgoing(second, 'b')],
      offset: 5n,
      metadata: 'a window, ✓',
    });
    expect(await owner.member.open(at, epoch)).toEqual({ offset: 5n, metadata: 'a window, ✓' });
    expect([await committedTexts(log, out), await committedTexts(log, second)]).toEqual([['a'], ['b']]);
  });

  it('commits consecutive transactions', async () => {
    const { at, out, epoch, owner } = await ownedPartition(fixture());
    for (const step of [1, 2, 3]) {
      const records = [outgoing(out, `${step}a`), outgoing(out, `${step}b`)];
      await owner.member.transact(at, epoch, { records, offset: BigInt(step), metadata: String(step) });
    }
    expect(await owner.member.open(at, epoch)).toEqual({ offset: 3n, metadata: '3' });
    expect(await committedTexts(fixture().newLog(), out)).toEqual(['1a', '1b', '2a', '2b', '3a', '3b']);
  });

  it('commits a transaction without records', async () => {
    const { at, out, epoch, owner } = await ownedPartition(fixture());
    await owner.member.transact(at, epoch, { records: [], offset: 9n, metadata: 'm' });
    expect(await owner.member.open(at, epoch)).toEqual({ offset: 9n, metadata: 'm' });
    expect(await fixture().newLog().endOffset(out)).toBe(0n);
  });

  it('keeps metadata of the maximum length in bytes', async () => {
    const { at, epoch, owner } = await ownedPartition(fixture());
    const metadata = 'é'.repeat(maxMetadataBytes / 2);
    await owner.member.transact(at, epoch, { records: [], offset: 1n, metadata });
    expect(await owner.member.open(at, epoch)).toEqual({ offset: 1n, metadata });
  });

  it('refuses longer metadata with a RangeError, and changes nothing', async () => {
    const { at, out, epoch, owner } = await ownedPartition(fixture());
    const metadata = 'é'.repeat(maxMetadataBytes / 2) + 'x';
    const refused = owner.member.transact(at, epoch, { records: [outgoing(out, 'a')], offset: 1n, metadata });
    await expect(refused).rejects.toThrow(RangeError);
    await owner.member.transact(at, epoch, { records: [outgoing(out, 'b')], offset: 2n, metadata: '' });
    expect(await owner.member.open(at, epoch)).toEqual({ offset: 2n, metadata: '' });
    expect(await committedTexts(fixture().newLog(), out)).toEqual(['b']);
  });

  it('fences the owner when its producer is initialised elsewhere', async () => {
    const { at, out, epoch, owner, transactionalId } = await ownedPartition(fixture());
    const log = fixture().newLog();
    const other = await fixture().begin({ transactionalId, records: [outgoing(out, 'new owner')] });
    const late = owner.member.transact(at, epoch, {
      records: [outgoing(out, 'old owner')],
      offset: 1n,
      metadata: '',
    });
    await expect(late).rejects.toMatchObject({ name: 'TransactionError', outcome: 'fenced' });
    await other.commit();
    await untilEndIs(log, out, 2n);
    expect(await committedTexts(log, out)).toEqual(['new owner']);
    expect(await owner.member.open(at, epoch)).toEqual({ offset: null, metadata: '' });
  });

  it('fences the previous owner when the partition is opened, and aborts its transaction', async () => {
    const { group, at, out, epoch, owner, transactionalId } = await ownedPartition(fixture());
    const log = fixture().newLog();
    await owner.member.transact(at, epoch, {
      records: [outgoing(out, 'done')],
      offset: 1n,
      metadata: 'first',
    });
    const crashed = await fixture().begin({
      transactionalId,
      records: [outgoing(out, 'half done')],
      offset: { group, at, offset: 2n, metadata: 'second' },
    });
    expect(await owner.member.open(at, epoch)).toEqual({ offset: 1n, metadata: 'first' });
    await expect(crashed.commit()).rejects.toThrow();
    await untilEndIs(log, out, 4n);
    expect(await committedTexts(log, out)).toEqual(['done']);
    await owner.member.transact(at, epoch, {
      records: [outgoing(out, 'again')],
      offset: 2n,
      metadata: 'second',
    });
    expect(await committedTexts(log, out)).toEqual(['done', 'again']);
  });

  it('returns the position after a commit that was in progress when the partition is opened', async () => {
    const { group, at, out, epoch, owner, transactionalId } = await ownedPartition(fixture());
    const begun = await fixture().begin({
      transactionalId,
      records: [outgoing(out, 'in doubt')],
      offset: { group, at, offset: 7n, metadata: 'm' },
    });
    const committing = begun.commit().catch(() => undefined);
    const committed = await owner.member.open(at, epoch);
    await committing;
    const happened = committed.offset === 7n;
    expect(committed).toEqual(happened ? { offset: 7n, metadata: 'm' } : { offset: null, metadata: '' });
    expect(await committedTexts(fixture().newLog(), out)).toEqual(happened ? ['in doubt'] : []);
  });

  it('refuses an ended epoch', async () => {
    const topic = await fixture().createTopic(2);
    const out = { topic: await fixture().createTopic(), partition: 0 };
    const group = fixture().newGroup();
    const first = await fixture().join(group, [[topic]]);
    const before = await first.assigned();
    await Promise.all(before.partitions.map((at) => first.opened(at)));
    await fixture().join(group, [[topic]]);
    const after = await first.assigned((partitions) => partitions.length === 1);
    expect(after.epoch).toBeGreaterThan(before.epoch);
    // The partition that stays assigned is opened again, in the new epoch only.
    await Promise.all(after.partitions.map((at) => first.opened(at)));
    for (const at of before.partitions) {
      const transaction = { records: [outgoing(out, 'late')], offset: 1n, metadata: '' };
      await expect(first.member.transact(at, before.epoch, transaction)).rejects.toThrow(TransactionError);
      await expect(first.member.open(at, before.epoch)).rejects.toMatchObject({ outcome: 'fenced' });
    }
    expect(await committedTexts(fixture().newLog(), out)).toEqual([]);
  });

  it('keeps keys, headers and the partition of the records in a transaction', async () => {
    const { at, out, epoch, owner } = await ownedPartition(fixture());
    const log = fixture().newLog();
    const key = Buffer.from('run-1');
    const headers = { attempt: '2', note: '' };
    const value = Buffer.from('v');
    await owner.member.transact(at, epoch, {
      records: [
        { topic: out.topic, partition: 1, key: null, value, headers },
        { topic: out.topic, key, value, headers },
      ],
      offset: 1n,
      metadata: '',
    });
    const expectedPartition = await log.partitionOf(out.topic, key);
    const signal = new AbortController().signal;
    const found = await Promise.all(
      [0, 1].map(async (partition) => {
        const to = await log.endOffset({ ...out, partition });
        return await log.readRange({ at: { ...out, partition }, from: 0n, to, signal });
      }),
    );
    const facts = found.flat().map((record) => [record.partition, record.key, record.value, record.headers]);
    expect(facts).toHaveLength(2);
    expect(facts).toContainEqual([1, null, value, headers]);
    expect(facts).toContainEqual([expectedPartition, key, value, headers]);
  });
}

/** A member that has opened partition 0 of a topic, and an output topic of two partitions. */
async function ownedPartition(fixture: Fixture): Promise<{
  group: string;
  at: { topic: string; partition: number };
  out: { topic: string; partition: number };
  transactionalId: string;
  epoch: number;
  owner: RecordedMember;
}> {
  const at = { topic: await fixture.createTopic(), partition: 0 };
  const out = { topic: await fixture.createTopic(2), partition: 0 };
  const group = fixture.newGroup();
  const owner = await fixture.join(group, [[at.topic]]);
  const { epoch } = await owner.opened(at);
  return { group, at, out, transactionalId: `${group}.${at.topic}.0`, epoch, owner };
}
