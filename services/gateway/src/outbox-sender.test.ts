import type { Leases, Outbox, UnsentRecord } from '@docfleet/database';
import { sleep } from '@docfleet/domain';
import { createLog, createMetrics } from '@docfleet/telemetry';
import { virtualClock } from '@docfleet/testing';
import { expect, it } from 'vitest';
import { createOutboxSender } from './outbox-sender.ts';

/** Longest time that other gateways wait for one that died while it sent, in milliseconds. */
const longestWaitMs = 15_000;

const record = (id: bigint): UnsentRecord => ({
  id,
  topic: 'fleet.tenants',
  key: 'acme',
  headers: {},
  content: Buffer.from('settings'),
});

/** A sender whose broker takes its time; `mayTake` says whether the lease is given, by how often it was asked for. */
function senderWith(mayTake: (tries: number) => boolean, sendMs: number) {
  const clock = virtualClock();
  const taken: { readonly at: number; readonly forMs: number }[] = [];
  const sent: bigint[] = [];
  const leases: Leases = {
    take: (_name, _holder, forMs) => {
      taken.push({ at: clock.now(), forMs });
      return Promise.resolve(mayTake(taken.length));
    },
    release: () => Promise.resolve(),
  };
  const outbox: Pick<Outbox, 'unsent' | 'markSent' | 'backlog'> = {
    unsent: () => Promise.resolve([record(1n), record(2n)]),
    markSent: (id) => {
      sent.push(id);
      return Promise.resolve();
    },
    backlog: () => Promise.resolve({ records: 0, since: null }),
  };
  const sender = createOutboxSender({
    outbox: outbox as Outbox,
    leases,
    publisher: { republish: () => sleep(clock, sendMs) },
    codec: { encode: () => Promise.resolve(Buffer.alloc(0)) },
    clock,
    log: createLog({ service: 'test', level: 'silent' }),
    metrics: createMetrics('test'),
    holder: 'this',
  });
  return { clock, sender, taken, sent };
}

it('M-15: keeps its lease while the broker takes its time, and for a short time only where it dies', async () => {
  const { clock, sender, taken, sent } = senderWith(() => true, 40_000);
  const sending = sender.sendOnce();
  await clock.advance(80_000);
  expect(await sending).toBe(2);
  expect(sent).toEqual([1n, 2n]);
  expect(Math.max(...taken.map(({ forMs }) => forMs))).toBeLessThanOrEqual(longestWaitMs);
  const gaps = taken.slice(1).map(({ at }, index) => at - (taken[index]?.at ?? 0));
  expect(Math.max(...gaps)).toBeLessThan(longestWaitMs);
});

it('M-15: sends nothing more once another process has the lease', async () => {
  const { clock, sender, sent } = senderWith((tries) => tries === 1, 40_000);
  const sending = sender.sendOnce();
  await clock.advance(80_000);
  expect(await sending).toBe(1);
  expect(sent).toEqual([1n]);
});
