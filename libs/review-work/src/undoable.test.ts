import fc from 'fast-check';
import { expect, test } from 'vitest';
import { undoableOf } from './undoable.ts';

test('each change that was taken back is passed over, together with what took it back', () => {
  const kinds = ['set', 'set', 'undo', 'confirm', 'undo', 'undo', 'remove'] as const;
  const changes = kinds.map((kind, id) => ({ kind, id }));
  expect(undoableOf(changes.toReversed(), 10)).toEqual([{ kind: 'remove', id: 6 }]);
});

test('it finds what a stack of changes holds', () => {
  fc.assert(
    fc.property(fc.array(fc.boolean()), fc.nat(20), (isUndo, count) => {
      const stack: number[] = [];
      const changes: { kind: 'undo' | 'set'; id: number }[] = [];
      for (const [id, undo] of isUndo.entries()) {
        if (undo && stack.length === 0) continue;
        changes.push({ kind: undo ? 'undo' : 'set', id });
        if (undo) stack.pop();
        else stack.push(id);
      }
      expect(undoableOf(changes.toReversed(), count).map(({ id }) => id)).toEqual(
        stack.toReversed().slice(0, count),
      );
    }),
  );
});
