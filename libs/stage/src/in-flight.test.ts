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

function received(table: Table, offset: number, valueBytes = 100, topic = at.topic): Entry {
  const logRecord: LogRecord = {
    ...at,
    topic,
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

  test('a handler that was told to stop is not counted as waiting for its commit', () => {
    const table: Table = new InFlightTable({ slots: 4 });
    started(table, 0);
    const stopped = started(table, 1);
    expect(table.uncommittedCount).toBe(2);
    stopped.moveTo('stopping', 'assignments');
    expect(table.uncommittedCount).toBe(1);
  });

  test('O-03: tells what was not started by lane, and what waits in a retry topic apart', () => {
    const table: Table = new InFlightTable({ slots: 2 });
    received(table, 0);
    decoded(table, 1).moveTo('waitingUntilDue', 'runner');
    started(table, 2);
    received(table, 3, 100, 'ocr.tasks.urgent');
    received(table, 4, 100, 'ocr.retry.5m');
    expect(Object.fromEntries(table.waitingByQueue())).toEqual({ urgent: 1, high: 0, normal: 2, retry: 1 });
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

  test('finds the records of a partition', () => {
    const table: Table = new InFlightTable({ slots: 1 });
    const record = received(table, 7);
    expect([table.of(at), table.of({ ...at, partition: 1 }), record.offset]).toEqual([[record], [], 7n]);
  });

  test('a record weighs something also without key and value', () => {
    const table: Table = new InFlightTable({ slots: 1 });
    const { logRecord, delivery } = received(table, 0, 0);
    table.receive({ ...logRecord, key: null, value: null }, delivery, partition);
    expect(table.load().bytes).toBe(3 + 2 * 200);
  });

  test('a record is moved by the owner of the transition alone', () => {
    const table: Table = new InFlightTable({ slots: 1 });
    const record = received(table, 0);
    expect(() => {
      record.moveTo('released', 'runner');
    }).toThrow('this belongs to the assignments');
    expect(record.state).toBe('received');
  });

  test('writes the same again only while it was never executed', () => {
    const table: Table = new InFlightTable({ slots: 1 });
    const record = started(table, 0);
    expect([received(table, 1).isRepeatable, record.isRepeatable]).toEqual([true, false]);
    table.executionEnded(record, 1);
    expect(record.execution?.hasEnded).toBe(true);
    table.executionEnded(received(table, 2), 1);
  });

  test('releasing one record leaves the others to be started', () => {
    const table: Table = new InFlightTable({ slots: 3 });
    const [first, second, third] = [0, 1, 2].map((offset) => decoded(table, offset));
    for (const record of [first, second, third]) record?.moveTo('buffered', 'runner');
    second?.moveTo('released', 'assignments');
    expect(table.load().records).toBe(2);
    expect([0, 1, 2].map(() => table.startNext(2_000, () => true))).toEqual([first, third, undefined]);
  });

  test('a record in doubt and an adopted one count as uncommitted', () => {
    const table: Table = new InFlightTable({ slots: 1 });
    const record = started(table, 0);
    table.executionEnded(record, 1);
    record.moveTo('awaitingCommit', 'runner');
    record.moveTo('committing', 'partition');
    record.moveTo('inDoubt', 'partition');
    expect(table.uncommittedCount).toBe(1);
    record.moveTo('adopted', 'assignments');
    expect(table.uncommittedCount).toBe(1);
    record.moveTo('released', 'assignments');
    expect(table.uncommittedCount).toBe(0);
  });

  test('a record that goes back to the buffer frees its run', () => {
    const table: Table = new InFlightTable({ slots: 1 });
    const record = started(table, 0);
    table.executionEnded(record, 1);
    record.moveTo('awaitingCommit', 'runner');
    record.moveTo('committing', 'partition');
    record.moveTo('inDoubt', 'partition');
    record.moveTo('buffered', 'partition');
    expect([table.uncommittedCount, table.load().records]).toEqual([0, 1]);
    expect(table.startNext(2_000, () => true)).toBe(record);
  });

  test('counts every record that is not due by its partition', () => {
    const table: Table = new InFlightTable({ slots: 1 });
    const [first, second] = [decoded(table, 0), decoded(table, 1)];
    first.moveTo('waitingUntilDue', 'runner');
    second.moveTo('waitingUntilDue', 'runner');
    first.moveTo('buffered', 'runner');
    expect(table.hasNotDue(at)).toBe(true);
    second.moveTo('buffered', 'runner');
    expect(table.hasNotDue(at)).toBe(false);
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
