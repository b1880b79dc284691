import { ocrTask, runContext, virtualClock } from '@docfleet/testing';
import type { GroupMember, LogRecord } from '@docfleet/record-log';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { InFlightTable, type InFlightRecord } from './in-flight.ts';
import { silentObserver } from './observer.ts';
import { OwnedPartition } from './partition.ts';
import { recordStates, transitions } from './record-states.ts';

type Table = InFlightTable<'ocr.tasks.normal'>;
type Entry = InFlightRecord<'ocr.tasks.normal'>;

const at = { topic: 'ocr.tasks.normal', partition: 0 };
const nothing = (): undefined => undefined;
const member: GroupMember = {
  open: () => Promise.resolve({ offset: 0n, metadata: '' }),
  fetchFrom: nothing,
  transact: () => Promise.resolve(),
  pause: nothing,
  resume: nothing,
  idleMs: () => 0,
  leave: () => Promise.resolve(),
};
const partition = new OwnedPartition({
  at,
  epoch: 1,
  member,
  clock: virtualClock(),
  observer: silentObserver,
  restartWhenInDoubt: false,
  listener: { progressed: nothing, lost: nothing },
});

function received(table: Table, offset: number, valueBytes = 100): Entry {
  const logRecord: LogRecord = {
    ...at,
    offset: BigInt(offset),
    timestampMs: 1_000,
    key: Buffer.from('key'),
    value: Buffer.alloc(valueBytes),
    headers: {},
  };
  const origin = { ...at, offset: String(offset), timestampMs: 1_000, clusterId: 'cluster' };
  const delivery = { attempt: 1, lane: null, dueAtMs: 0, origin, accepted: true, traceparent: null };
  return table.receive(logRecord, delivery, partition);
}

/** With a task of a run of its own. */
function decoded(table: Table, offset: number): Entry {
  const record = received(table, offset);
  const value = ocrTask({ context: runContext({ requestId: String(offset) }) });
  record.task = { value, run: value.context, lane: 'normal' };
  return record;
}

function started(table: Table, offset: number): Entry {
  const record = decoded(table, offset);
  record.moveTo('buffered', 'runner');
  const next = table.startNext(2_000, () => true);
  if (next === undefined) throw new Error('nothing was started');
  next.execution = { stop: new AbortController(), accepted: true, hasEnded: false };
  return next;
}

describe('the table of records in flight', () => {
  test('counts what waits, its bytes, and what is executing', () => {
    const table: Table = new InFlightTable({ slots: 2 });
    received(table, 0, 100);
    decoded(table, 1).moveTo('waitingUntilDue', 'runner');
    started(table, 2);
    expect(table.load()).toEqual({ records: 1, bytes: 3 * (100 + 3 + 200), working: 1 });
    expect([table.hasNotDue(at), table.hasNotDue({ ...at, partition: 1 })]).toEqual([true, false]);
  });

  test('a record that is not decoded cannot be buffered', () => {
    const table: Table = new InFlightTable({ slots: 1 });
    expect(() => {
      received(table, 0).moveTo('buffered', 'runner');
    }).toThrow('is not decoded');
  });

  test('a released record is not started, and its timer is cancelled', () => {
    const table: Table = new InFlightTable({ slots: 1 });
    let cancelled = 0;
    const delayed = decoded(table, 0);
    delayed.moveTo('waitingUntilDue', 'runner');
    delayed.cancelTimer = () => (cancelled += 1);
    delayed.moveTo('released', 'assignments');
    const buffered = decoded(table, 1);
    buffered.moveTo('buffered', 'runner');
    buffered.moveTo('released', 'assignments');
    expect([table.startNext(2_000, () => true), cancelled]).toEqual([undefined, 1]);
  });

  test('a run stays busy until its record is done, and while a stopped handler has not ended', () => {
    for (const [last, by] of [
      ['done', 'partition'],
      ['released', 'assignments'],
    ] as const) {
      const table: Table = new InFlightTable({ slots: 2 });
      const first = started(table, 0);
      const second = decoded(table, 1);
      if (first.task !== undefined) second.task = first.task;
      second.moveTo('buffered', 'runner');
      table.executionEnded(first, 1);
      if (last === 'done') {
        first.moveTo('awaitingCommit', 'runner');
        first.moveTo('committing', 'partition');
      } else first.moveTo('stopping', 'assignments');
      expect(table.startNext(2_000, () => true)).toBeUndefined();
      first.moveTo(last, by);
      expect(table.startNext(2_000, () => true)).toBe(second);
    }
  });

  test('is idle when nothing is executing and nothing waits for its commit', async () => {
    const table: Table = new InFlightTable({ slots: 2 });
    await table.idle();
    decoded(table, 9).moveTo('buffered', 'runner');
    await table.idle();
    const record = table.startNext(2_000, () => true);
    let isIdle = false;
    const idle = table.idle().then(() => (isIdle = true));
    record?.moveTo('awaitingCommit', 'runner');
    record?.moveTo('committing', 'partition');
    await Promise.resolve();
    expect([isIdle, table.uncommittedCount]).toEqual([false, 1]);
    record?.moveTo('done', 'partition');
    await idle;
    expect([isIdle, table.uncommittedCount]).toEqual([true, 0]);
  });

  test('whatever way records go, nothing is left of them in the figures at the end', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(1_000), { minLength: 1, maxLength: 200 }), (choices) => {
        const table: Table = new InFlightTable({ slots: 3 });
        const records = Array.from({ length: 6 }, (_, offset) => decoded(table, offset));
        const move = (record: Entry, choice: number): void => {
          const next = recordStates.filter((to) => transitions[record.state][to] !== undefined);
          const to = next[choice % next.length];
          if (to === undefined) return;
          if (to === 'executing' && record.state === 'buffered') {
            if (table.startNext(2_000, (each) => each === record) !== undefined)
              record.execution = { stop: new AbortController(), accepted: true, hasEnded: false };
            return;
          }
          if (
            record.execution?.hasEnded === false &&
            to !== 'executing' &&
            to !== 'adopted' &&
            to !== 'stopping'
          )
            table.executionEnded(record, 1);
          record.moveTo(to, transitions[record.state][to] ?? 'runner');
        };
        for (const choice of choices)
          records
            .filter((_, index) => index === choice % records.length)
            .forEach((each) => {
              move(each, choice >> 3);
            });
        for (const record of table.all()) {
          if (record.execution?.hasEnded === false) table.executionEnded(record, 1);
          if (record.state === 'adopted' || transitions[record.state].released !== undefined)
            record.moveTo('released', 'assignments');
        }
        expect(table.load()).toEqual({ records: 0, bytes: 0, working: 0 });
        expect([table.all(), table.uncommittedCount, table.hasNotDue(at)]).toEqual([[], 0, false]);
      }),
    );
  });
});
