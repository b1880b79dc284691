import { seededRandom } from '@docfleet/samples';
import { expect, test } from 'vitest';
import { digitalDocument } from './documents.ts';

test('the cross-reference table of a document has the offsets of its objects', () => {
  const text = digitalDocument(seededRandom(1), 'a', 2).bytes.toString('latin1');
  const table = text.slice(text.lastIndexOf('xref\n0'), text.indexOf('trailer'));
  const offsets = [...table.matchAll(/^(\d{10}) 00000 n/gm)].map(([, offset]) => Number(offset));
  expect(offsets.map((offset, index) => text.startsWith(`${index + 1} 0 obj`, offset))).toEqual(
    offsets.map(() => true),
  );
});

test('the same seed writes the same document', () => {
  const digest = (seed: number) => digitalDocument(seededRandom(seed), 'a', 1).sha256;
  expect([digest(1) === digest(1), digest(1) === digest(2)]).toEqual([true, false]);
});
