import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assignSticky, type Assignment, type StickyMember } from './sticky-assignment.ts';

const lanes = ['urgent', 'high', 'normal'];
const even = new Map(lanes.map((topic) => [topic, 24]));

function member(id: string, options: Partial<StickyMember> = {}): StickyMember {
  return { id, topics: new Set(lanes), owned: new Map(), generation: 0, ...options };
}

/** The members at the next rebalance, with the claims of their assignment. */
function rejoin(members: readonly StickyMember[], given: Assignment, generation: number): StickyMember[] {
  return members.map((each) => ({ ...each, owned: given.get(each.id) ?? new Map(), generation }));
}

const pairs = (given: Assignment, id: string): string[] =>
  [...(given.get(id) ?? [])].flatMap(([topic, partitions]) => partitions.map((p) => `${topic}/${p}`)).sort();

const indicesOf = (given: Assignment, id: string, topic: string): readonly number[] =>
  given.get(id)?.get(topic) ?? [];

const memberIds = fc.uniqueArray(fc.string({ minLength: 1, maxLength: 6 }), { minLength: 1, maxLength: 30 });
const counts = fc.tuple(fc.nat(30), fc.nat(30), fc.nat(30));

/** Members with arbitrary claims, also of other members' partitions and of partitions that do not exist. */
const claimants = memberIds.chain((ids) =>
  fc.tuple(
    ...ids.map((id) =>
      fc
        .record({
          generation: fc.nat(5),
          owned: fc.dictionary(fc.constantFrom(...lanes), fc.array(fc.nat(35), { maxLength: 20 })),
        })
        .map(({ generation, owned }) => member(id, { generation, owned: new Map(Object.entries(owned)) })),
    ),
  ),
);

describe('assignSticky', () => {
  it('assigns every partition to exactly one member, for any claims', () => {
    fc.assert(
      fc.property(claimants, counts, (members, sizes) => {
        const partitionCounts = new Map(lanes.map((topic, at) => [topic, sizes[at] ?? 0]));
        const given = assignSticky({ groups: [lanes], partitionCounts, members });
        const all = [...given.keys()].flatMap((id) => pairs(given, id)).sort();
        const expected = lanes.flatMap((topic) =>
          Array.from({ length: partitionCounts.get(topic) ?? 0 }, (_, p) => `${topic}/${p}`),
        );
        expect(all).toEqual(expected.sort());
      }),
    );
  });

  it('is balanced within one index in every band, and keeps an index together', () => {
    fc.assert(
      fc.property(claimants, counts, (members, sizes) => {
        const partitionCounts = new Map(lanes.map((topic, at) => [topic, sizes[at] ?? 0]));
        const given = assignSticky({ groups: [lanes], partitionCounts, members });
        const ownerOf = new Map<number, string>();
        for (const { id } of members) {
          for (const topic of lanes) {
            for (const index of indicesOf(given, id, topic)) {
              expect(ownerOf.get(index) ?? id).toBe(id);
              ownerOf.set(index, id);
            }
          }
        }
        for (const band of sizes) {
          const load = members.map(
            ({ id }) => [...ownerOf].filter(([index, owner]) => owner === id && index < band).length,
          );
          expect(Math.max(...load) - Math.min(...load)).toBeLessThanOrEqual(1);
        }
      }),
    );
  });

  it('does not depend on the order of members', () => {
    fc.assert(
      fc.property(claimants, (members) => {
        const options = { groups: [lanes], partitionCounts: even };
        const forward = assignSticky({ ...options, members });
        const backward = assignSticky({ ...options, members: [...members].reverse() });
        expect(backward).toEqual(forward);
      }),
    );
  });

  it('changes nothing when the group does not change', () => {
    fc.assert(
      fc.property(claimants, counts, (members, sizes) => {
        const partitionCounts = new Map(lanes.map((topic, at) => [topic, sizes[at] ?? 0]));
        const first = assignSticky({ groups: [lanes], partitionCounts, members });
        const second = assignSticky({ groups: [lanes], partitionCounts, members: rejoin(members, first, 9) });
        expect(second).toEqual(first);
      }),
    );
  });

  it('takes no partition from the others when members leave', () => {
    fc.assert(
      fc.property(claimants, fc.nat(), (members, pick) => {
        const first = assignSticky({ groups: [lanes], partitionCounts: even, members });
        const stay = members.filter((_, at) => at !== pick % members.length);
        fc.pre(stay.length > 0);
        const second = assignSticky({
          groups: [lanes],
          partitionCounts: even,
          members: rejoin(stay, first, 9),
        });
        for (const { id } of stay)
          expect(pairs(second, id)).toEqual(expect.arrayContaining(pairs(first, id)));
      }),
    );
  });

  it('moves partitions only to a new member', () => {
    fc.assert(
      fc.property(claimants, (members) => {
        const first = assignSticky({ groups: [lanes], partitionCounts: even, members });
        const grown = [...rejoin(members, first, 9), member('newcomer')];
        const second = assignSticky({ groups: [lanes], partitionCounts: even, members: grown });
        for (const { id } of members)
          expect(pairs(first, id)).toEqual(expect.arrayContaining(pairs(second, id)));
      }),
    );
  });

  it('prefers the newest claim over that of a zombie', () => {
    const claim = new Map(lanes.map((topic) => [topic, [0, 1]]));
    const zombie = member('a', { owned: claim, generation: 5 });
    const owner = member('b', { owned: claim, generation: 6 });
    const partitionCounts = new Map(lanes.map((topic) => [topic, 4]));
    const given = assignSticky({ groups: [lanes], partitionCounts, members: [zombie, owner] });
    expect(indicesOf(given, 'b', 'normal')).toEqual([0, 1]);
    expect(indicesOf(given, 'a', 'normal')).toEqual([2, 3]);
  });

  it('assigns three members partitions of all lanes of 3, 6 and 12 partitions', () => {
    const partitionCounts = new Map([
      ['urgent', 3],
      ['high', 6],
      ['normal', 12],
    ]);
    const given = assignSticky({
      groups: [lanes],
      partitionCounts,
      members: [member('a'), member('b'), member('c')],
    });
    expect(given.get('a')).toEqual(
      new Map([
        ['urgent', [0]],
        ['high', [0, 3]],
        ['normal', [0, 3, 6, 9]],
      ]),
    );
  });

  it('distributes the remainder of several groups over different members', () => {
    const members = [
      member('a', { topics: new Set(['x', 'y']) }),
      member('b', { topics: new Set(['x', 'y']) }),
    ];
    const partitionCounts = new Map([
      ['x', 1],
      ['y', 1],
    ]);
    const given = assignSticky({ groups: [['x'], ['y']], partitionCounts, members });
    expect(given.get('a')).toEqual(new Map([['x', [0]]]));
    expect(given.get('b')).toEqual(new Map([['y', [0]]]));
  });

  it('assigns a topic only to members that subscribe to it', () => {
    const members = [member('a', { topics: new Set(['x']) }), member('b', { topics: new Set(['x', 'y']) })];
    const partitionCounts = new Map([
      ['x', 2],
      ['y', 2],
    ]);
    const given = assignSticky({ groups: [['x'], ['y']], partitionCounts, members });
    expect(given.get('b')?.get('y')).toEqual([0, 1]);
    expect(given.get('a')?.get('y')).toBeUndefined();
  });
});
