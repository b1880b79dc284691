import { partitionName } from '@docfleet/domain';
import { TransactionError } from '@docfleet/record-log';
import { describe, expect, it } from 'vitest';
import { epochOf, group, input, output, record, simulate, step } from './simulated.ts';

describe('a transaction', () => {
  it('whose response is lost has happened, as opening shows', async () => {
    const { clock, cluster, join, outputs } = simulate();
    const owner = await join('a');
    cluster.faults.inTransaction({ kind: 'answer-lost' });
    const transacted = owner.member.transact(input, epochOf(owner), step('x', 1n, 'm'));
    await expect(clock.settle(transacted)).rejects.toMatchObject({ outcome: 'in-doubt' });
    const opened = await clock.settle(owner.member.open(input, epochOf(owner)));
    expect([opened, outputs()]).toEqual([{ offset: 1n, metadata: 'm' }, ['x']]);
  });

  it('whose commit is lost has not happened, as opening shows', async () => {
    const { clock, cluster, join, outputs } = simulate();
    const owner = await join('a');
    cluster.faults.inTransaction({ kind: 'commit-lost' });
    const transacted = owner.member.transact(input, epochOf(owner), step('x', 1n));
    await expect(clock.settle(transacted)).rejects.toMatchObject({ outcome: 'in-doubt' });
    expect(cluster.dump('out').map(({ state }) => state)).toEqual(['open']);
    const opened = await clock.settle(owner.member.open(input, epochOf(owner)));
    expect([opened, outputs()]).toEqual([{ offset: null, metadata: '' }, []]);
    await clock.settle(owner.member.transact(input, epochOf(owner), step('again', 1n)));
    expect(outputs()).toEqual(['again']);
  });

  it('refuses the next one until the partition is opened again', async () => {
    const { clock, cluster, join, outputs } = simulate();
    const owner = await join('a');
    cluster.faults.inTransaction({ kind: 'answer-lost' });
    const transact = (text: string) => owner.member.transact(input, epochOf(owner), step(text, 1n));
    await expect(clock.settle(transact('x'))).rejects.toThrow(TransactionError);
    await expect(clock.settle(transact('y'))).rejects.toMatchObject({ outcome: 'in-doubt' });
    expect(outputs()).toEqual(['x']);
  });

  it('whose commit comes late happens when nobody opened the partition before', async () => {
    const { clock, cluster, join, outputs } = simulate();
    const owner = await join('a');
    cluster.faults.inTransaction({ kind: 'commit-late', afterMs: 100 });
    const transacted = owner.member.transact(input, epochOf(owner), step('x', 1n));
    await expect(clock.settle(transacted)).rejects.toMatchObject({ outcome: 'in-doubt' });
    expect(outputs()).toEqual([]);
    await clock.advance(100);
    expect(outputs()).toEqual(['x']);
  });

  it('whose commit comes late does not happen when the partition was opened before', async () => {
    const { clock, cluster, join, outputs } = simulate();
    const owner = await join('a');
    cluster.faults.inTransaction({ kind: 'commit-late', afterMs: 100 });
    const transacted = owner.member.transact(input, epochOf(owner), step('x', 1n));
    await expect(clock.settle(transacted)).rejects.toMatchObject({ outcome: 'in-doubt' });
    expect(await clock.settle(owner.member.open(input, epochOf(owner)))).toMatchObject({ offset: null });
    await clock.advance(200);
    expect(outputs()).toEqual([]);
  });

  it('with late markers is confirmed, but invisible for a while', async () => {
    const { clock, cluster, join, outputs } = simulate();
    const owner = await join('a');
    cluster.faults.inTransaction({ kind: 'markers-late', afterMs: 50 });
    await clock.settle(owner.member.transact(input, epochOf(owner), step('x', 1n)));
    expect([outputs(), cluster.committed(group)]).toEqual([[], []]);
    expect(cluster.dump('out').map(({ state }) => state)).toEqual(['prepared']);
    await clock.advance(50);
    expect([outputs(), cluster.committed(group)]).toEqual([['x'], [{ at: input, offset: 1n, metadata: '' }]]);
  });

  it('with late markers is completed by whoever opens the partition', async () => {
    const { clock, cluster, join, outputs } = simulate();
    const owner = await join('a');
    cluster.faults.inTransaction({ kind: 'markers-late', afterMs: null });
    await clock.settle(owner.member.transact(input, epochOf(owner), step('x', 1n)));
    cluster.faults.kill('a');
    const successor = await join('b');
    await clock.advance(11_000);
    expect(successor.opened.get(partitionName(input))).toMatchObject({ offset: 1n });
    expect(outputs()).toEqual(['x']);
  });

  it('with late markers makes the next one wait', async () => {
    const { clock, cluster, join, outputs } = simulate();
    const owner = await join('a');
    cluster.faults.inTransaction({ kind: 'markers-late', afterMs: null });
    await clock.settle(owner.member.transact(input, epochOf(owner), step('x', 1n)));
    let second = false;
    const transacted = owner.member
      .transact(input, epochOf(owner), step('y', 2n))
      .then(() => (second = true));
    await clock.advance(1000);
    expect(second).toBe(false);
    cluster.faults.completeTransactions();
    await clock.settle(transacted);
    expect(outputs()).toEqual(['x', 'y']);
  });

  it.each([
    ['records', null, []],
    ['offset', null, []],
    ['commit', 1n, ['x']],
  ] as const)(
    'of a process that dies after its %s leaves all or nothing',
    async (after, offset, expected) => {
      const { clock, cluster, join, outputs } = simulate();
      const owner = await join('a');
      cluster.faults.inTransaction({ kind: 'kill', after });
      let answered = false;
      const answer = (): void => void (answered = true);
      owner.member.transact(input, epochOf(owner), step('x', 1n)).then(answer, answer);
      const successor = await join('b');
      await clock.advance(11_000);
      expect(successor.opened.get(partitionName(input))).toMatchObject({ offset });
      expect([answered, outputs()]).toEqual([false, expected]);
    },
  );

  it('is aborted, and its producer fenced, when it stays open too long', async () => {
    const { clock, cluster, join, outputs } = simulate({ transactionTimeoutMs: 5_000 });
    const owner = await join('a');
    cluster.faults.inTransaction({ kind: 'pause', after: 'offset' });
    const transacted = owner.member.transact(input, epochOf(owner), step('x', 1n));
    await clock.advance(6_000);
    expect(cluster.dump('out').map(({ state }) => state)).toEqual(['aborted', 'aborted']);
    cluster.faults.wake('a');
    await expect(clock.settle(transacted)).rejects.toMatchObject({ outcome: 'fenced' });
    expect(outputs()).toEqual([]);
  });

  it('is affected only by a matching fault', async () => {
    const { clock, cluster, join, outputs } = simulate();
    const owner = await join('a');
    cluster.faults.inTransaction({ kind: 'commit-lost' }, { at: { ...input, partition: 1 } });
    await clock.settle(owner.member.transact(input, epochOf(owner), step('x', 1n)));
    expect(outputs()).toEqual(['x']);
  });

  it('is refused while another of the same partition is in progress', async () => {
    const { clock, join, outputs } = simulate();
    const owner = await join('a');
    const first = owner.member.transact(input, epochOf(owner), step('x', 1n));
    const second = owner.member.transact(input, epochOf(owner), step('y', 2n));
    await expect(clock.settle(second)).rejects.toThrow('Concurrent transactions');
    await clock.settle(first);
    expect(outputs()).toEqual(['x']);
  });
});

describe('a zombie', () => {
  it('loses its partitions while it is paused, is fenced when it wakes, and rejoins', async () => {
    const { clock, cluster, join, outputs } = simulate();
    const zombie = await join('a');
    const successor = await join('b');
    const epoch = epochOf(zombie);
    cluster.faults.inTransaction({ kind: 'pause', after: 'records' });
    const late = outcome(zombie.member.transact(input, epoch, step('late', 1n)));
    await clock.advance(11_000);
    expect(successor.opened.get(partitionName(input))).toMatchObject({ offset: null });
    await clock.settle(successor.member.transact(input, epochOf(successor), step('successor', 1n)));
    cluster.faults.wake('a');
    expect(await clock.settle(late)).toBe('fenced');
    await clock.advance(100);
    expect(outputs()).toEqual(['successor']);
    expect(zombie.calls.slice(-2)).toEqual(['revoking', 'assigned 1']);
  });

  it('can still commit when nobody has opened its partition: commits do not check the group', async () => {
    const { clock, cluster, join, outputs } = simulate();
    const zombie = await join('a');
    cluster.faults.pause('a');
    const late = outcome(zombie.member.transact(input, epochOf(zombie), step('late', 1n)));
    await clock.advance(11_000);
    cluster.faults.wake('a');
    expect(await clock.settle(late)).toBe('done');
    expect(outputs()).toEqual(['late']);
  });

  it('in doubt can still open its partition: it fences the owner, and reads an offset of the owner', async () => {
    const { clock, cluster, join, outputs } = simulate();
    const zombie = await join('a');
    const successor = await join('b');
    cluster.faults.inTransaction({ kind: 'answer-lost' });
    const late = outcome(zombie.member.transact(input, epochOf(zombie), step('last', 1n)));
    await clock.advance(5);
    cluster.faults.pause('a');
    await clock.advance(11_000);
    await clock.settle(successor.member.transact(input, epochOf(successor), step('successor', 2n)));
    cluster.faults.wake('a');
    expect(await clock.settle(late)).toBe('in-doubt');
    expect(await clock.settle(zombie.member.open(input, epochOf(zombie)))).toMatchObject({ offset: 2n });
    const fenced = outcome(successor.member.transact(input, epochOf(successor), step('next', 3n)));
    expect([await clock.settle(fenced), outputs()]).toEqual(['fenced', ['last', 'successor']]);
  });

  it('that wakes before its session timeout keeps its partitions', async () => {
    const { clock, cluster, join } = simulate();
    const member = await join('a');
    cluster.faults.pause('a');
    await clock.advance(9_000);
    cluster.faults.wake('a');
    await clock.advance(60_000);
    expect(member.calls).toEqual(['assigned 0,1']);
    await clock.settle(member.member.transact(input, epochOf(member), step('x', 1n)));
  });

  it('runs its own timers when it wakes, not before', async () => {
    const { clock, cluster } = simulate();
    const own = cluster.clockOf('a');
    const ran: number[] = [];
    own.after(10, () => ran.push(own.now()));
    own.after(10, () => ran.push(-1))();
    cluster.faults.pause('a');
    await clock.advance(500);
    expect(ran).toEqual([]);
    cluster.faults.wake('a');
    await clock.advance(0);
    expect(ran).toEqual([500]);
  });
});

describe('a member that dies', () => {
  it('keeps its partitions until its session ends, then the others get them', async () => {
    const { clock, cluster, join } = simulate({ sessionTimeoutMs: 6_000 });
    await join('a');
    const other = await join('b');
    cluster.faults.kill('a');
    await clock.advance(5_900);
    expect(other.calls.at(-1)).toBe('assigned 1');
    await clock.advance(200);
    expect(other.calls.slice(-2)).toEqual(['revoking', 'assigned 0,1']);
  });

  it('can be restarted with the same name', async () => {
    const { clock, cluster, join } = simulate();
    await join('a');
    cluster.faults.kill('a');
    const again = await join('a');
    await clock.advance(11_000);
    expect(again.calls.at(-1)).toBe('assigned 0,1');
  });
});

describe('a group', () => {
  it('is rebalanced on demand, and members keep their partitions', async () => {
    const { clock, cluster, join } = simulate();
    const member = await join('a');
    cluster.faults.rebalance(group);
    await clock.advance(20);
    expect(member.calls).toEqual(['assigned 0,1', 'revoking', 'assigned 0,1']);
  });

  it('moves partitions on demand', async () => {
    const { clock, cluster, join } = simulate();
    const [a, b] = [await join('a'), await join('b')];
    expect([a.calls.at(-1), b.calls.at(-1)]).toEqual(['assigned 0', 'assigned 1']);
    cluster.faults.rebalance(group, { rotate: true });
    await clock.advance(20);
    expect([a.calls.at(-1), b.calls.at(-1)]).toEqual(['assigned 1', 'assigned 0']);
  });

  it('reports a lost membership to its member', async () => {
    const { clock, cluster, join } = simulate();
    const member = await join('a');
    cluster.faults.loseMembership('a');
    await clock.advance(20);
    expect(member.calls.at(-1)).toBe('lost: The membership was lost');
    const transacted = outcome(member.member.transact(input, epochOf(member), step('x', 1n)));
    expect(await clock.settle(transacted)).toBe('fenced');
  });
});

describe('unavailable brokers', () => {
  it('let open, reads and fetches wait until they are available', async () => {
    const { clock, cluster, join } = simulate();
    const owner = await join('a');
    const { member, batches } = owner;
    const epoch = epochOf(owner);
    cluster.faults.stopBrokers();
    cluster.faults.openTransaction({ transactionalId: 'other', records: [record(input, 'x')] }).commit();
    const waiting = Promise.all([member.open(input, epoch), cluster.log('b').endOffset(input)]);
    await clock.advance(120_000);
    expect([batches, member.idleMs()]).toEqual([[], 120_000]);
    cluster.faults.startBrokers();
    expect(await clock.settle(waiting)).toEqual([{ offset: null, metadata: '' }, 2n]);
    await clock.advance(10);
    expect([batches.map(({ nextOffset }) => nextOffset), member.idleMs()]).toEqual([[2n], 0]);
  });

  it('leave a transaction in doubt and fail a write after a while', async () => {
    const { clock, cluster, join, outputs, write } = simulate();
    const member = await join('a');
    cluster.faults.stopBrokers();
    const transacted = outcome(member.member.transact(input, epochOf(member), step('x', 1n)));
    const written = write('y');
    await expect(written).rejects.toMatchObject({ code: 'BROKER_UNAVAILABLE' });
    expect(await clock.settle(transacted)).toBe('in-doubt');
    cluster.faults.startBrokers();
    await clock.advance(100);
    expect([outputs(), cluster.dump('in')]).toEqual([[], []]);
  });

  it('end no session, and restart session timeouts when they are available', async () => {
    const { clock, cluster, join } = simulate();
    const [, b] = [await join('a'), await join('b')];
    cluster.faults.kill('a');
    cluster.faults.stopBrokers();
    await clock.advance(60_000);
    cluster.faults.startBrokers();
    await clock.advance(9_000);
    expect(b.calls.at(-1)).toBe('assigned 1');
    await clock.advance(2_000);
    expect(b.calls.at(-1)).toBe('assigned 0,1');
  });
});

describe('the stored log', () => {
  it('can lose the metadata of an offset', async () => {
    const { clock, cluster, join } = simulate();
    const member = await join('a');
    await clock.settle(member.member.transact(input, epochOf(member), step('x', 3n, 'window')));
    cluster.faults.loseMetadata(group, input);
    expect(await clock.settle(member.member.open(input, epochOf(member)))).toEqual({
      offset: 3n,
      metadata: '',
    });
  });

  it('can have its offset moved', async () => {
    const { clock, cluster, join } = simulate();
    const member = await join('a');
    await clock.settle(member.member.transact(input, epochOf(member), step('x', 3n, 'window')));
    cluster.faults.moveOffset(group, input, 1n);
    expect(await clock.settle(member.member.open(input, epochOf(member)))).toEqual({
      offset: 1n,
      metadata: '',
    });
  });

  it('is read from the beginning when the offset is past its end', async () => {
    const { clock, join, write } = simulate();
    const member = await join('a');
    await write('x', 'y');
    await clock.advance(10);
    member.member.fetchFrom(input, epochOf(member), 99n);
    await clock.advance(10);
    expect(member.batches.at(-1)?.records.map(({ offset }) => offset)).toEqual([0n, 1n]);
  });

  it('can have a record twice', async () => {
    const { clock, cluster, write } = simulate();
    await write('x', 'y');
    cluster.faults.duplicate(input, 0n);
    await clock.advance(10);
    expect(cluster.dump('in').map((entry) => entry.record?.value?.toString())).toEqual(['x', 'y', 'x']);
  });

  it('can be compacted', async () => {
    const { clock, cluster } = simulate();
    const keyed = (key: string, text: string) => ({ ...record(input, text), key: Buffer.from(key) });
    const log = cluster.log('tenant');
    await clock.settle(log.produce([keyed('a', 'a1'), keyed('b', 'b1'), keyed('a', 'a2')]));
    cluster.faults.compact('in');
    expect(cluster.dump('in').map(({ kind }) => kind)).toEqual(['removed', 'record', 'record']);
  });

  it('can be dumped, every offset with its state', async () => {
    const { clock, cluster, join } = simulate();
    const member = await join('a');
    await clock.settle(member.member.transact(input, epochOf(member), step('done', 1n)));
    const other = { transactionalId: 'other', records: [record(output, 'undone')] };
    cluster.faults.openTransaction(other).abort();
    cluster.faults.openTransaction(other);
    expect(
      cluster.dump('out').map(({ offset, kind, state, producer }) => [offset, kind, state, producer]),
    ).toEqual([
      [0n, 'record', 'committed', 'group.in.0'],
      [1n, 'marker', 'committed', 'group.in.0'],
      [2n, 'record', 'aborted', 'other'],
      [3n, 'marker', 'aborted', 'other'],
      [4n, 'record', 'open', 'other'],
    ]);
  });
});

it('has no timer while idle', async () => {
  const { clock, join, write } = simulate();
  const member = await join('a');
  await write('x');
  await clock.advance(1000);
  expect([member.batches.length, clock.pending]).toEqual([1, 0]);
});

it('distributes records without a key round robin', async () => {
  const { clock, cluster } = simulate();
  const records = ['a', 'b', 'c', 'd'].map((text) => {
    const { topic, key, value, headers } = record(input, text);
    return { topic, key, value, headers };
  });
  await clock.settle(cluster.log('tenant').produce(records));
  expect(cluster.dump('in').map(({ partition }) => partition)).toEqual([0, 0, 1, 1]);
});

async function outcome(transacted: Promise<void>): Promise<string> {
  try {
    await transacted;
    return 'done';
  } catch (error) {
    if (error instanceof TransactionError) return error.outcome;
    throw error;
  }
}
