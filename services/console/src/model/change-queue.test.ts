import type { ReviewChange } from '@docfleet/client';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  afterEvent,
  emptyQueue,
  hasWork,
  pendingOf,
  type ChangeQueue,
  type QueueEvent,
} from './change-queue.ts';

const set = (value: string): ReviewChange => ({ op: 'set', document: 1, field: 'total', value });
const run = (events: readonly QueueEvent[], from: ChangeQueue = emptyQueue(1)): ChangeQueue =>
  events.reduce(afterEvent, from);

test('changes are sent in their order, and further ones wait for the answer', () => {
  const queue = run([
    { kind: 'added', change: set('1') },
    { kind: 'sending', changeId: 'a' },
    { kind: 'added', change: set('2') },
    { kind: 'sending', changeId: 'b' },
  ]);
  expect(queue.sent).toEqual({ changeId: 'a', changes: [set('1')] });
  expect(queue.waiting).toEqual([set('2')]);
  expect(run([{ kind: 'stored', version: 2 }], queue)).toMatchObject({ version: 2, sent: null });
});

test('a conflict repeats the same call with the version that is', () => {
  const queue = run([
    { kind: 'added', change: set('1') },
    { kind: 'sending', changeId: 'a' },
    { kind: 'conflict', version: 7 },
  ]);
  expect(queue).toMatchObject({ version: 7, sent: { changeId: 'a' } });
  expect(hasWork(queue)).toBe(true);
});

test('changes on their way and those that wait go with their documents; what is taken back is for none', () => {
  const queue = run([
    { kind: 'added', change: set('1') },
    { kind: 'sending', changeId: 'a' },
    { kind: 'added', change: { op: 'undo' } },
    { kind: 'moved', numberOf: (document) => document + 2 },
  ]);
  expect(queue.sent).toEqual({ changeId: 'a', changes: [{ ...set('1'), document: 3 }] });
  expect(queue.waiting).toEqual([{ op: 'undo' }]);
});

test('a lost lease keeps what was typed, and a new claim sends it', () => {
  const lost = run([
    { kind: 'added', change: set('1') },
    { kind: 'sending', changeId: 'a' },
    { kind: 'added', change: set('2') },
    { kind: 'leaseLost' },
  ]);
  expect(hasWork(lost)).toBe(false);
  expect(pendingOf(lost)).toEqual([set('1'), set('2')]);
  const claimed = run([{ kind: 'claimed', version: 9 }], lost);
  expect(hasWork(claimed)).toBe(true);
  expect(claimed.version).toBe(9);
});

test('a closed task takes nothing more, whatever is claimed', () => {
  const queue = run([
    { kind: 'added', change: set('1') },
    { kind: 'closed' },
    { kind: 'claimed', version: 2 },
  ]);
  expect(hasWork(queue)).toBe(false);
  expect(pendingOf(queue)).toEqual([set('1')]);
});

test('undo takes back what was not sent, and asks the gateway for the rest', () => {
  expect(run([{ kind: 'added', change: set('1') }, { kind: 'undone' }]).waiting).toEqual([]);
  const sent = run([
    { kind: 'added', change: set('1') },
    { kind: 'sending', changeId: 'a' },
    { kind: 'undone' },
  ]);
  expect(pendingOf(sent)).toEqual([set('1'), { op: 'undo' }]);
  expect(run([{ kind: 'undone' }], sent).waiting).toEqual([{ op: 'undo' }, { op: 'undo' }]);
});

test('a change that does not fit is told, and the others are stored', () => {
  const queue = run([
    { kind: 'added', change: set('1') },
    { kind: 'added', change: set('2') },
    { kind: 'sending', changeId: 'a' },
    { kind: 'refused', at: 0, message: 'no amount' },
  ]);
  expect(queue.refused).toEqual([{ change: set('1'), message: 'no amount' }]);
  expect(queue.waiting).toEqual([set('2')]);
  expect(run([{ kind: 'read' }], queue).refused).toEqual([]);
});

test('nothing typed is lost: each change is stored once, refused, or still there, in order', () => {
  const event = fc.oneof(
    fc.nat().map((n): QueueEvent => ({ kind: 'added', change: set(String(n)) })),
    fc.uuid().map((changeId): QueueEvent => ({ kind: 'sending', changeId })),
    fc.constantFrom<QueueEvent>(
      { kind: 'stored', version: 2 },
      { kind: 'conflict', version: 3 },
      { kind: 'refused', at: 0, message: '' },
      { kind: 'leaseLost' },
      { kind: 'claimed', version: 4 },
      { kind: 'heard', version: 5 },
    ),
  );
  fc.assert(
    fc.property(fc.array(event, { maxLength: 60 }), (events) => {
      let queue = emptyQueue(1);
      const added: ReviewChange[] = [];
      const stored: ReviewChange[] = [];
      for (const each of events) {
        if (each.kind === 'added') added.push(each.change);
        if (each.kind === 'stored') stored.push(...(queue.sent?.changes ?? []));
        queue = afterEvent(queue, each);
      }
      const gone = [...stored, ...queue.refused.map(({ change }) => change)];
      const there = pendingOf(queue);
      expect(there).toEqual(added.filter((change) => !gone.includes(change)));
      expect(gone.length + there.length).toBe(added.length);
    }),
  );
});
