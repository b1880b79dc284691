import fc from 'fast-check';
import { expect, it } from 'vitest';
import { assignStickily, type AssignmentMember } from './assignment.ts';

const lanes = ['urgent', 'high', 'normal'];
const laneCounts: Readonly<Record<string, number>> = { urgent: 3, high: 6, normal: 12, retry: 1 };
const countOf = (topic: string): number => laneCounts[topic] ?? 0;

function member(id: string, held: AssignmentMember['held'] = []): AssignmentMember {
  return { id, topics: [lanes, ['retry']], held };
}

it('lets every member see every lane as far as they go round', () => {
  const assignment = assignStickily([member('a'), member('b'), member('c')], countOf);
  const perLane = [...assignment.values()].map((share) =>
    [...lanes, 'retry'].map((lane) => share.filter(({ topic }) => topic === lane).length),
  );
  expect(perLane).toEqual([
    [1, 2, 4, 1],
    [1, 2, 4, 0],
    [1, 2, 4, 0],
  ]);
});

it('gives partitions of one index to one member', () => {
  const assignment = assignStickily([member('a'), member('b')], countOf);
  for (const index of [0, 1, 2]) {
    const owners = [...assignment].filter(([, share]) =>
      share.some(({ topic, partition }) => topic !== 'retry' && partition === index),
    );
    expect(owners).toHaveLength(1);
  }
});

it('gives the topics of a family only to members that read it', () => {
  const narrow: AssignmentMember = { id: 'b', topics: [['retry']], held: [] };
  const assignment = assignStickily([member('a'), narrow], countOf);
  expect(assignment.get('b')).toEqual([{ topic: 'retry', partition: 0 }]);
  expect(assignment.get('a')).toHaveLength(21);
});

it('shares every partition out once and evenly, and moves only what has to move', () => {
  const sizes = fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 2, maxLength: 6 });
  fc.assert(
    fc.property(sizes, (memberCounts) => {
      let before = new Map<string, AssignmentMember['held']>();
      for (const count of memberCounts) {
        const ids = Array.from({ length: count }, (_, index) => `m${index}`);
        const members = ids.map((id) => ({ id, topics: [['normal']], held: before.get(id) ?? [] }));
        const after = assignStickily(members, countOf);
        const shares = [...after.values()].map((share) => share.length);
        expect(Math.max(...shares) - Math.min(...shares)).toBeLessThanOrEqual(1);
        expect(shares.reduce((sum, share) => sum + share)).toBe(12);
        expect(new Set([...after.values()].flat().map(({ partition }) => partition)).size).toBe(12);
        for (const [id, share] of after) {
          const kept = (before.get(id) ?? []).filter((at) =>
            share.some((own) => own.partition === at.partition),
          );
          expect(kept).toHaveLength(Math.min(before.get(id)?.length ?? 0, share.length));
        }
        before = after;
      }
    }),
  );
});
