import type { TopicPartition } from '@docfleet/stage';

/** A member as the assigner sees it. */
export interface AssignmentMember {
  readonly id: string;
  /** Inner arrays are assigned together by partition index. */
  readonly topics: readonly (readonly string[])[];
  /** What the member had in the generation before. */
  readonly held: readonly TopicPartition[];
}

interface Share {
  readonly member: AssignmentMember;
  readonly held: ReadonlySet<number>;
  readonly units: number[];
}

/**
 * Shares partitions out: members keep what they had, up to an equal share of every co-partitioned family of topics;
 * the rest goes to whoever has least. Unit i of a family is partition i of each of its topics that has one; units that
 * every topic has are balanced first, so that every member sees every lane as far as they go round. The order of
 * `members` breaks ties, so equal input gives equal output.
 */
export function assignStickily(
  members: readonly AssignmentMember[],
  partitionCount: (topic: string) => number,
): Map<string, TopicPartition[]> {
  const assignment = new Map<string, TopicPartition[]>(members.map(({ id }) => [id, []]));
  const loadOf = (member: AssignmentMember): number => assignment.get(member.id)?.length ?? 0;
  for (const topics of familiesOf(members)) {
    const name = familyName(topics);
    const subscribed = members.filter((member) => member.topics.some((own) => familyName(own) === name));
    const shares = subscribed.map((member) => ({ member, held: heldUnits(member, topics), units: [] }));
    shareFamily(topics.map(partitionCount), shares, loadOf);
    for (const { member, units } of shares) {
      const partitions = units
        .toSorted((a, b) => a - b)
        .flatMap((partition) =>
          topics.filter((topic) => partition < partitionCount(topic)).map((topic) => ({ topic, partition })),
        );
      assignment.get(member.id)?.push(...partitions);
    }
  }
  return assignment;
}

function shareFamily(
  counts: readonly number[],
  shares: readonly Share[],
  loadOf: (member: AssignmentMember) => number,
): void {
  for (const [from, to] of bandsOf(counts)) {
    const free = new Set(Array.from({ length: to - from }, (_, position) => from + position));
    const wanted = ({ held }: Share): number[] => [...free].filter((unit) => held.has(unit));
    const even = Math.floor(to / shares.length);
    let extras = (to % shares.length) - shares.filter(({ units }) => units.length > even).length;
    for (const share of shares.toSorted((a, b) => wanted(b).length - wanted(a).length)) {
      const mine = wanted(share);
      let room = Math.max(0, even - share.units.length);
      if (mine.length > room && extras > 0 && share.units.length <= even) {
        room += 1;
        extras -= 1;
      }
      for (const unit of mine.slice(0, room)) give(share, unit, free);
    }
    for (const unit of [...free]) {
      const [least] = shares.toSorted(
        (a, b) => a.units.length - b.units.length || loadOf(a.member) - loadOf(b.member),
      );
      if (least !== undefined) give(least, unit, free);
    }
  }
}

function give(share: Share, unit: number, free: Set<number>): void {
  share.units.push(unit);
  free.delete(unit);
}

/** Runs of indices that the same topics have, as [from, to). With 3, 6 and 12 partitions: 0-3, 3-6, 6-12. */
function bandsOf(counts: readonly number[]): (readonly [number, number])[] {
  const ends = [...new Set(counts)].toSorted((a, b) => a - b);
  return ends.map((end, position) => [ends[position - 1] ?? 0, end]);
}

function heldUnits(member: AssignmentMember, topics: readonly string[]): Set<number> {
  return new Set(member.held.filter(({ topic }) => topics.includes(topic)).map(({ partition }) => partition));
}

function familiesOf(members: readonly AssignmentMember[]): (readonly string[])[] {
  const families = members.flatMap(({ topics }) =>
    topics.map((family) => [familyName(family), family] as const),
  );
  return [...new Map(families).values()];
}

function familyName(topics: readonly string[]): string {
  return JSON.stringify(topics);
}
