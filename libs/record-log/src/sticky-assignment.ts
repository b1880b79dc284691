/** One member as the group's leader sees it. */
export interface StickyMember {
  readonly id: string;
  /** Topics it subscribes to: it is given no others. */
  readonly topics: ReadonlySet<string>;
  /** Partitions by topic that it says it has, from its last assignment. */
  readonly owned: ReadonlyMap<string, readonly number[]>;
  /** Generation of the group in which it was given them. The newest claim wins, so a zombie's old one loses. */
  readonly generation: number;
}

/** Partitions by topic by member. */
export type Assignment = ReadonlyMap<string, ReadonlyMap<string, readonly number[]>>;

/**
 * Distributes partitions over members so that
 * - partitions with the same index of the topics of one group go to the same member;
 * - no member has two indices more of a group than another, counted over the indices that every topic has, and
 *   again with those of the next larger topic, and so on: every member sees every lane as far as they go round;
 * - members keep what they have as far as that allows.
 *
 * The result does not depend on the order of `members`.
 */
export function assignSticky(options: {
  readonly groups: readonly (readonly string[])[];
  readonly partitionCounts: ReadonlyMap<string, number>;
  readonly members: readonly StickyMember[];
}): Assignment {
  const members = [...options.members].sort((a, b) => compareText(a.id, b.id));
  const given = new Map(members.map((member) => [member.id, new Map<string, number[]>()]));
  const totals = new Map(members.map((member) => [member.id, 0]));
  for (const topics of options.groups) {
    const able = members.filter((member) => topics.every((topic) => member.topics.has(topic)));
    if (able.length === 0) continue;
    const counts = topics.map((topic) => options.partitionCounts.get(topic) ?? 0);
    const owners = assignIndices({ bands: bandsOf(counts), claims: claimsOf(topics, able), able, totals });
    for (const [index, owner] of [...owners].sort(([a], [b]) => a - b)) {
      totals.set(owner, (totals.get(owner) ?? 0) + 1);
      topics.forEach((topic, position) => {
        if (index < (counts[position] ?? 0)) append(given.get(owner), topic, index);
      });
    }
  }
  return given;
}

/** Runs of indices that the same topics have, as [from, to). With 3, 6 and 12 partitions: 0-3, 3-6, 6-12. */
function bandsOf(counts: readonly number[]): (readonly [number, number])[] {
  const ends = [...new Set(counts)].filter((count) => count > 0).sort((a, b) => a - b);
  return ends.map((end, position) => [ends[position - 1] ?? 0, end]);
}

/** For each index the member with the newest claim to it; among equals the first by id. */
function claimsOf(topics: readonly string[], members: readonly StickyMember[]): Map<number, string> {
  const newest = new Map<number, StickyMember>();
  for (const member of members) {
    for (const index of new Set(topics.flatMap((topic) => member.owned.get(topic) ?? []))) {
      const holder = newest.get(index);
      if (holder === undefined || member.generation > holder.generation) newest.set(index, member);
    }
  }
  return new Map([...newest].map(([index, member]) => [index, member.id]));
}

interface Distribution {
  readonly bands: readonly (readonly [number, number])[];
  readonly claims: ReadonlyMap<number, string>;
  readonly able: readonly StickyMember[];
  /** Indices each member has of earlier groups: breaks ties. */
  readonly totals: ReadonlyMap<string, number>;
}

/** The owner of every index of one group. */
function assignIndices({ bands, claims, able, totals }: Distribution): Map<number, string> {
  const owners = new Map<number, string>();
  const load = new Map(able.map((member) => [member.id, 0]));
  const loadOf = (id: string): number => load.get(id) ?? 0;
  for (const [from, to] of bands) {
    const indices = Array.from({ length: to - from }, (_, position) => from + position);
    const kept = keep({ indices, claims, loadOf, ids: able.map((member) => member.id), upTo: to });
    for (const [index, owner] of kept) {
      owners.set(index, owner);
      load.set(owner, loadOf(owner) + 1);
    }
    for (const index of indices.filter((each) => !kept.has(each))) {
      const [owner] = able
        .map((member) => member.id)
        .sort(
          (a, b) => loadOf(a) - loadOf(b) || (totals.get(a) ?? 0) - (totals.get(b) ?? 0) || compareText(a, b),
        );
      if (owner === undefined) continue;
      owners.set(index, owner);
      load.set(owner, loadOf(owner) + 1);
    }
  }
  return owners;
}

/** What stays where it is: at most the fair share each, and one more for as many members as there are extras. */
function keep(options: {
  readonly indices: readonly number[];
  readonly claims: ReadonlyMap<number, string>;
  readonly loadOf: (id: string) => number;
  readonly ids: readonly string[];
  /** Indices that are distributed once this band is. */
  readonly upTo: number;
}): Map<number, string> {
  const { indices, claims, loadOf, ids, upTo } = options;
  const share = Math.floor(upTo / ids.length);
  const wanted = new Map<string, number[]>(ids.map((id) => [id, []]));
  for (const index of indices) wanted.get(claims.get(index) ?? '')?.push(index);
  let extras = (upTo % ids.length) - ids.filter((id) => loadOf(id) > share).length;
  const kept = new Map<number, string>();
  for (const id of ids) {
    const mine = wanted.get(id) ?? [];
    let room = Math.max(0, share - loadOf(id));
    if (mine.length > room && extras > 0 && loadOf(id) <= share) {
      room += 1;
      extras -= 1;
    }
    for (const index of mine.slice(0, room)) kept.set(index, id);
  }
  return kept;
}

function append(to: Map<string, number[]> | undefined, topic: string, partition: number): void {
  const partitions = to?.get(topic);
  if (partitions === undefined) to?.set(topic, [partition]);
  else partitions.push(partition);
}

function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
