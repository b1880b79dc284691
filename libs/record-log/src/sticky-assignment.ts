/** A member as the leader of its group sees it. */
export interface StickyMember {
  readonly id: string;
  /** Topics it subscribes to: only these are assigned to it. */
  readonly topics: ReadonlySet<string>;
  /** Partitions by topic that it claims from its last assignment. */
  readonly owned: ReadonlyMap<string, readonly number[]>;
  /** Generation of that assignment. The newest claim wins over the old one of a zombie. */
  readonly generation: number;
}

/** Partitions by topic by member. */
export type Assignment = ReadonlyMap<string, ReadonlyMap<string, readonly number[]>>;

/**
 * Distributes partitions over members so that
 * - partitions with the same index of the topics of one group go to the same member;
 * - no member has two indices more of a group than another, counted over the indices that every topic has, and
 *   again with those of the next larger topic, and so on: every member has partitions of every lane if there are enough;
 * - members retainClaims their partitions as far as that allows.
 *
 * The result does not depend on the order of `members`.
 */
export function assignSticky(options: {
  readonly groups: readonly (readonly string[])[];
  readonly partitionCounts: ReadonlyMap<string, number>;
  readonly members: readonly StickyMember[];
}): Assignment {
  const members = [...options.members].sort((a, b) => compareText(a.id, b.id));
  const assignment = new Map(members.map((member) => [member.id, new Map<string, number[]>()]));
  const totals = new Map(members.map((member) => [member.id, 0]));
  for (const topics of options.groups) {
    const eligible = members.filter((member) => topics.every((topic) => member.topics.has(topic)));
    if (eligible.length === 0) continue;
    const counts = topics.map((topic) => options.partitionCounts.get(topic) ?? 0);
    const owners = assignIndices({
      bands: bandsOf(counts),
      claims: claimsOf(topics, eligible),
      eligible,
      totals,
    });
    for (const [index, owner] of [...owners].sort(([a], [b]) => a - b)) {
      totals.set(owner, (totals.get(owner) ?? 0) + 1);
      topics.forEach((topic, position) => {
        if (index < (counts[position] ?? 0)) append(assignment.get(owner), topic, index);
      });
    }
  }
  return assignment;
}

/** Ranges of indices that exist in the same topics, as [from, to). With 3, 6 and 12 partitions: 0-3, 3-6, 6-12. */
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
  readonly eligible: readonly StickyMember[];
  /** Indices of each member in earlier groups, to break ties. */
  readonly totals: ReadonlyMap<string, number>;
}

/** The owner of every index of one group. */
function assignIndices({ bands, claims, eligible, totals }: Distribution): Map<number, string> {
  const owners = new Map<number, string>();
  const load = new Map(eligible.map((member) => [member.id, 0]));
  const loadOf = (id: string): number => load.get(id) ?? 0;
  for (const [from, to] of bands) {
    const indices = Array.from({ length: to - from }, (_, position) => from + position);
    const retained = retainClaims({
      indices,
      claims,
      loadOf,
      ids: eligible.map((member) => member.id),
      upTo: to,
    });
    for (const [index, owner] of retained) {
      owners.set(index, owner);
      load.set(owner, loadOf(owner) + 1);
    }
    for (const index of indices.filter((each) => !retained.has(each))) {
      const [owner] = eligible
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

/** Indices that stay with their member: at most the fair share of each, and one more for as many members as the remainder. */
function retainClaims(options: {
  readonly indices: readonly number[];
  readonly claims: ReadonlyMap<number, string>;
  readonly loadOf: (id: string) => number;
  readonly ids: readonly string[];
  /** Number of indices that are distributed after this band. */
  readonly upTo: number;
}): Map<number, string> {
  const { indices, claims, loadOf, ids, upTo } = options;
  const share = Math.floor(upTo / ids.length);
  const wanted = new Map<string, number[]>(ids.map((id) => [id, []]));
  for (const index of indices) wanted.get(claims.get(index) ?? '')?.push(index);
  let remainder = (upTo % ids.length) - ids.filter((id) => loadOf(id) > share).length;
  const retained = new Map<number, string>();
  for (const id of ids) {
    const claimed = wanted.get(id) ?? [];
    let capacity = Math.max(0, share - loadOf(id));
    if (claimed.length > capacity && remainder > 0 && loadOf(id) <= share) {
      capacity += 1;
      remainder -= 1;
    }
    for (const index of claimed.slice(0, capacity)) retained.set(index, id);
  }
  return retained;
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
