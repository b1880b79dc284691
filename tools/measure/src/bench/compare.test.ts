import { expect, it } from 'vitest';
import { compare } from './compare.ts';

it('O-07: compares every number that two runs have in common, by its place', () => {
  const before = { documents: 10, latencySeconds: { p50: 2, p95: 0 }, kind: 'stub', gone: 1 };
  const now = { documents: 10, latencySeconds: { p50: 3, p95: 5 }, kind: 'stub', added: 1 };
  expect(compare(before, now)).toEqual([
    { name: 'documents', before: 10, now: 10, ratio: 1 },
    { name: 'latencySeconds.p50', before: 2, now: 3, ratio: 1.5 },
    { name: 'latencySeconds.p95', before: 0, now: 5, ratio: null },
  ]);
});

it('finds nothing in common with something else', () => {
  expect([compare(null, { a: 1 }), compare({ a: { b: 1 } }, { a: 1 })]).toEqual([[], []]);
});
