import { createMemoryCluster, type MemoryCluster, type TransactionFault } from '../src/index.ts';
import { seededRandom, virtualClock, type VirtualClock } from '@docfleet/testing';
import { describe, expect, it } from 'vitest';
import { startCopying, type Belief } from './copying-worker.ts';
import { record } from './simulated.ts';

const workers = ['worker-1', 'worker-2', 'worker-3'];
const recordCount = 60;
const partitions = 4;

interface Schedule {
  readonly copies: readonly string[];
  readonly steps: number;
  readonly endedAtMs: number;
}

/** Copies records under faults drawn from the seed, then waits until all faults have ended. */
async function runSchedule(seed: number, belief: Belief): Promise<Schedule> {
  const random = seededRandom(seed);
  const clock = virtualClock(0);
  const cluster = createMemoryCluster({
    clock,
    random,
    topics: { in: partitions, out: partitions },
    latencyMs: [0.2, 6],
    maxFetchRecords: 7,
  });
  for (const clientId of workers) void startCopying({ cluster, clientId, belief });
  const tenant = cluster.log('tenant');
  for (let index = 0; index < recordCount; index += 1) {
    const at = { topic: 'in', partition: index % partitions };
    // A refused record was not written, so it is sent again.
    const send = (): Promise<void> => tenant.produce([record(at, String(index))]).catch(send);
    clock.after(random() * 60_000, () => void send());
  }
  for (let index = 0; index < 25; index += 1) {
    clock.after(random() * 90_000, () => {
      injectFault({ cluster, clock, random, belief });
    });
  }
  // A pause planned for a transaction may begin after the last planned wake.
  for (let atMs = 120_000; atMs < 300_000; atMs += 20_000) {
    clock.after(atMs, () => {
      for (const clientId of workers) cluster.faults.wake(clientId);
    });
  }
  await clock.advance(400_000);
  const copies = cluster
    .dump('out')
    .filter(({ kind, state }) => kind === 'record' && state === 'committed')
    .map((entry) => entry.record?.value?.toString() ?? '');
  return { copies: copies.toSorted(), steps: clock.steps, endedAtMs: clock.now() };
}

function injectFault({
  cluster,
  clock,
  random,
  belief,
}: {
  readonly cluster: MemoryCluster;
  readonly clock: VirtualClock;
  readonly random: () => number;
  readonly belief: Belief;
}): void {
  const { faults } = cluster;
  const clientId = pick(workers, random) ?? '';
  const restart = (afterMs: number): void => {
    clock.after(afterMs, () => void startCopying({ cluster, clientId, belief }));
  };
  const after = pick(['records', 'offset', 'commit'] as const, random) ?? 'records';
  const faultActions: readonly (() => void)[] = [
    () => {
      faults.kill(clientId);
      restart(random() * 20_000);
    },
    () => {
      faults.pause(clientId);
      clock.after(random() * 20_000, () => {
        faults.wake(clientId);
      });
    },
    () => {
      faults.inTransaction({ kind: 'pause', after }, { clientId });
      clock.after(20_000, () => {
        faults.wake(clientId);
      });
    },
    () => {
      faults.rebalance('copiers', { rotate: random() < 0.7 });
    },
    () => {
      faults.stopBrokers();
      clock.after(random() * 40_000, () => {
        faults.startBrokers();
      });
    },
    () => {
      faults.loseMembership(clientId);
    },
    ...Array.from({ length: 6 }, () => () => {
      const inDoubt: readonly TransactionFault[] = [
        { kind: 'answer-lost' },
        { kind: 'commit-lost' },
        { kind: 'commit-late', afterMs: random() * 50 },
        { kind: 'markers-late', afterMs: random() * 5_000 },
      ];
      faults.inTransaction(pick(inDoubt, random) ?? { kind: 'answer-lost' });
    }),
  ];
  pick(faultActions, random)?.();
}

function pick<T>(choices: readonly T[], random: () => number): T | undefined {
  return choices[Math.floor(random() * choices.length)];
}

const everyRecordOnce = Array.from(
  { length: recordCount },
  (_, index) => `${index % partitions}/${Math.floor(index / partitions)}`,
).toSorted();

describe('copying through transactions under faults', () => {
  it.each(Array.from({ length: 10 }, (_, block) => block * 20))(
    'loses and duplicates nothing (20 schedules from seed %i)',
    { timeout: 60_000 },
    async (firstSeed) => {
      for (let seed = firstSeed; seed < firstSeed + 20; seed += 1) {
        const { copies } = await runSchedule(seed, 'ask');
        expect([seed, copies]).toEqual([seed, everyRecordOnce]);
      }
    },
  );

  it('runs the same schedule for the same seed', async () => {
    expect(await runSchedule(4711, 'ask')).toEqual(await runSchedule(4711, 'ask'));
  });

  it.each(['happened', 'did not happen'] as const)(
    'is detected when a worker assumes that a commit in doubt %s',
    { timeout: 60_000 },
    async (belief) => {
      const wrong: number[] = [];
      for (let seed = 0; seed < 20; seed += 1) {
        const { copies } = await runSchedule(seed, belief);
        if (copies.join() !== everyRecordOnce.join()) wrong.push(seed);
      }
      expect(wrong).not.toEqual([]);
    },
  );
});
