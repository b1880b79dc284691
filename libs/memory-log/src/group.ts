import type { Clock, TopicPartition } from '@docfleet/domain';
import { assignSticky } from '@docfleet/record-log';
import type { Network } from './network.ts';

/** What the coordinator tells a member. */
export type GroupMessage =
  | { readonly kind: 'rebalancing' }
  | {
      readonly kind: 'assigned';
      readonly generation: number;
      readonly partitions: readonly TopicPartition[];
    };

/** A member's place in a group. */
export interface Seat {
  readonly memberId: string;
  readonly topics: readonly (readonly string[])[];
  readonly tell: (message: GroupMessage) => void;
}

interface Member {
  readonly seat: Seat;
  /** The newest generation it has joined or asked to join. */
  joined: number;
  held: readonly TopicPartition[];
  /** True while its process is silent: then its session runs out. */
  silent: boolean;
  cancelSession: () => void;
}

export interface GroupOptions {
  readonly clock: Clock;
  readonly network: Network;
  readonly sessionTimeoutMs: number;
  readonly partitionCount: (topic: string) => number;
}

/**
 * The coordinator of one group, with the eager protocol: any change makes every member join again, and when all have,
 * a new generation is assigned. Who is silent holds the others up until its session ends.
 */
export class Group {
  readonly #options: GroupOptions;
  readonly #members = new Map<string, Member>();
  #generation = 0;
  #preparing = false;

  constructor(options: GroupOptions) {
    this.#options = options;
  }

  join(seat: Seat): void {
    const member = {
      seat,
      joined: this.#generation + 1,
      held: [],
      silent: false,
      cancelSession: () => undefined,
    };
    this.#members.set(seat.memberId, member);
    this.#prepare();
  }

  /** False when the group knows no such member (any more). */
  rejoin(memberId: string): boolean {
    const member = this.#members.get(memberId);
    if (member === undefined) return false;
    member.joined = this.#generation + 1;
    this.#assignWhenAllJoined();
    return true;
  }

  leave(memberId: string): void {
    this.#members.get(memberId)?.cancelSession();
    if (this.#members.delete(memberId)) this.#prepare();
  }

  has(memberId: string): boolean {
    return this.#members.has(memberId);
  }

  /** The member's process says nothing any more: it is removed when its session runs out. */
  silent(memberId: string): void {
    const member = this.#members.get(memberId);
    if (member === undefined) return;
    member.silent = true;
    member.cancelSession();
    const { clock, network, sessionTimeoutMs } = this.#options;
    member.cancelSession = clock.after(sessionTimeoutMs, () => {
      if (network.downMs === 0) this.leave(memberId);
      // A coordinator that comes back gives every session its full time again.
      else {
        network.arrive(() => {
          if (member.silent) this.silent(memberId);
        });
      }
    });
  }

  heard(memberId: string): void {
    const member = this.#members.get(memberId);
    if (member === undefined) return;
    member.silent = false;
    member.cancelSession();
  }

  /** A new generation without a change of members; with `rotate` each gets what its neighbour had. */
  rebalance({ rotate }: { readonly rotate: boolean }): void {
    const members = [...this.#members.values()];
    if (rotate) {
      const shares = members.map(({ held }) => held);
      members.forEach((member, index) => (member.held = shares[(index + 1) % shares.length] ?? []));
    }
    this.#prepare();
  }

  /** Who has what in the newest generation. */
  assignment(): ReadonlyMap<string, readonly TopicPartition[]> {
    return new Map([...this.#members].map(([memberId, { held }]) => [memberId, held]));
  }

  #prepare(): void {
    if (!this.#preparing) {
      this.#preparing = true;
      for (const { seat, joined } of this.#members.values()) {
        if (joined <= this.#generation) seat.tell({ kind: 'rebalancing' });
      }
    }
    this.#assignWhenAllJoined();
  }

  #assignWhenAllJoined(): void {
    const members = [...this.#members.values()];
    if (!this.#preparing || members.some(({ joined }) => joined <= this.#generation)) return;
    this.#preparing = false;
    this.#generation += 1;
    const generation = this.#generation;
    const groups = [
      ...new Map(
        members.flatMap(({ seat }) => seat.topics.map((family) => [family.join(), family])),
      ).values(),
    ];
    const assignment = assignSticky({
      groups,
      partitionCounts: new Map(groups.flat().map((topic) => [topic, this.#options.partitionCount(topic)])),
      members: members.map(({ seat, held }) => ({
        id: seat.memberId,
        topics: new Set(seat.topics.flat()),
        owned: byTopic(held),
        generation: generation - 1,
      })),
    });
    for (const member of members) {
      member.held = [...(assignment.get(member.seat.memberId) ?? [])].flatMap(([topic, partitions]) =>
        partitions.map((partition) => ({ topic, partition })),
      );
      member.seat.tell({ kind: 'assigned', generation, partitions: member.held });
    }
  }
}

function byTopic(held: readonly TopicPartition[]): ReadonlyMap<string, readonly number[]> {
  return new Map(
    [...Map.groupBy(held, ({ topic }) => topic)].map(([topic, own]) => [
      topic,
      own.map(({ partition }) => partition),
    ]),
  );
}
