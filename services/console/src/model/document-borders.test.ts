import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  haveMoved,
  mayMoveBorders,
  mergeOf,
  movedId,
  movedKeys,
  movedNumber,
  splitAt,
  type Borders,
} from './document-borders.ts';

/** Documents that begin at these pages, of a file of `pageCount` pages. */
const beginningAt = (pages: readonly number[], pageCount: number): Borders =>
  pages.map((firstPage, at) => ({
    index: at + 1,
    firstPage,
    lastPage: (pages[at + 1] ?? pageCount + 1) - 1,
  }));

const two = beginningAt([1, 3], 5);

test('a document is split at any page but its first, and joined where another one follows', () => {
  expect(splitAt(two, 4)).toEqual({ op: 'split', document: 2, atPage: 4 });
  expect(splitAt(two, 3)).toBeUndefined();
  expect(splitAt(two, 6)).toBeUndefined();
  expect(mergeOf(two, 1)).toEqual({ op: 'merge', document: 1 });
  expect(mergeOf(two, 2)).toBeUndefined();
});

test('numbers may change by split, merge and undo of a file of several pages, and by nothing else', () => {
  expect(mayMoveBorders([{ op: 'merge', document: 1 }], 2)).toBe(true);
  expect(mayMoveBorders([{ op: 'undo' }], 2)).toBe(true);
  expect(mayMoveBorders([{ op: 'undo' }], 1)).toBe(false);
  expect(mayMoveBorders([{ op: 'confirm', document: 1, field: 'total' }], 2)).toBe(false);
});

test('what was typed for a document goes with its first page', () => {
  const three = beginningAt([1, 2, 3], 5);
  expect(haveMoved(two, three)).toBe(true);
  expect(haveMoved(two, beginningAt([1, 3], 5))).toBe(false);
  expect(movedId('2/rows/1/amount', two, three)).toBe('3/rows/1/amount');
  expect(movedKeys({ '1/total': 'a', '2/total': 'b' }, two, three)).toEqual({
    '1/total': 'a',
    '3/total': 'b',
  });
  expect(movedKeys({ '1/total': 'a', '2/total': 'b', '2/date': 'c' }, two, beginningAt([1], 5))).toEqual({
    '1/total': 'a',
    '1/date': 'c',
  });
});

test('however borders move, each document that still begins at its page keeps its texts, and no text gets to a page before it', () => {
  const starts = fc
    .uniqueArray(fc.integer({ min: 2, max: 20 }))
    .map((pages) => [1, ...pages.sort((a, b) => a - b)]);
  fc.assert(
    fc.property(starts, starts, (from, to) => {
      const [before, after] = [beginningAt(from, 20), beginningAt(to, 20)];
      for (const document of before) {
        const moved = after[movedNumber(document.index, before, after) - 1];
        expect(moved?.firstPage).toBe(Math.max(...to.filter((page) => page <= document.firstPage)));
      }
    }),
  );
});
