import type { Clock, TopicPartition } from '@docfleet/domain';
import { assignSticky } from '@docfleet/record-log';
import type { Network } from './network.ts';

/** A message of the coordinator to a member. */
export type GroupMessage =
  | { readonly kind: 'rebalancing' }
  | {
      readonly kind: 'assigned';
      readonly generation: number;
      readonly partitions: readonly TopicPartition[];
    };

/** A member as its coordinator knows it. */
export interface MemberHandle {
  readonly memberId: string;
  readonly topics: readonly (readonly string[])[];
  readonly notify: (message: GroupMessage) => void;
}

interface Member {
  readonly handle: MemberHandle;
  /** The newest generation it has joined or requested to join. */
  joined: number;
  partitions: readonly TopicPartition[];
  /** True while its process sends no heartbeats: then its session times out. */
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
 * The coordinator of one group, with the eager protocol: after any change every member rejoins, and when all have, a
 * new generation is assigned. A silent member delays the others until its session times out.
 */
export class Group {
  readonly #options: GroupOptions;
  readonly #members = new Map<string, Member>();
  #generation = 0;
  #preparing = false;

  constructor(options: GroupOptions) {
    this.#options = options;
  }

  join(handle: MemberHandle): void {
    const member = {
      handle,
      joined: this.#generation + 1,
      partitions: [],
      silent: false,
      cancelSession: () => undefined,
    };
    this.#members.set(handle.memberId, member);
    this.#prepare();
  }

  /** False when the group has no such member. */
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

  /** The process of the member is silent: it is removed when its session times out. */
  becomeSilent(memberId: string): void {
    const member = this.#members.get(memberId);
    if (member === undefined) return;
    member.silent = true;
    member.cancelSession();
    const { clock, network, sessionTimeoutMs } = this.#options;
    member.cancelSession = clock.after(sessionTimeoutMs, () => {
      if (network.downMs === 0) this.leave(memberId);
      // A coordinator that becomes available restarts every session timeout.
      else {
        network.arrive(() => {
          if (member.silent) this.becomeSilent(memberId);
        });
      }
    });
  }

  heartbeat(memberId: string): void {
    const member = this.#members.get(memberId);
    if (member === undefined) return;
    member.silent = false;
    member.cancelSession();
  }

  /** A new generation without a change of members; with `rotate` each gets the partitions of the next one. */
  rebalance({ rotate }: { readonly rotate: boolean }): void {
    const members = [...this.#members.values()];
    if (rotate) {
      const assignments = members.map(({ partitions }) => partitions);
      members.forEach(
        (member, index) => (member.partitions = assignments[(index + 1) % assignments.length] ?? []),
      );
    }
    this.#prepare();
  }

  /** Assignment of the newest generation, by member id. */
  assignment(): ReadonlyMap<string, readonly TopicPartition[]> {
    return new Map([...this.#members].map(([memberId, { partitions }]) => [memberId, partitions]));
  }

  #prepare(): void {
    if (!this.#preparing) {
      this.#preparing = true;
      for (const { handle, joined } of this.#members.values()) {
        if (joined <= this.#generation) handle.notify({ kind: 'rebalancing' });
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
        members.flatMap(({ handle }) => handle.topics.map((family) => [family.join(), family])),
      ).values(),
    ];
    const assignment = assignSticky({
      groups,
      partitionCounts: new Map(groups.flat().map((topic) => [topic, this.#options.partitionCount(topic)])),
      members: members.map(({ handle, partitions }) => ({
        id: handle.memberId,
        topics: new Set(handle.topics.flat()),
        owned: byTopic(partitions),
        generation: generation - 1,
      })),
    });
    for (const member of members) {
      member.partitions = [...(assignment.get(member.handle.memberId) ?? [])].flatMap(([topic, partitions]) =>
        partitions.map((partition) => ({ topic, partition })),
      );
      member.handle.notify({ kind: 'assigned', generation, partitions: member.partitions });
    }
  }
}

function byTopic(partitions: readonly TopicPartition[]): ReadonlyMap<string, readonly number[]> {
  return new Map(
    [...Map.groupBy(partitions, ({ topic }) => topic)].map(([topic, own]) => [
      topic,
      own.map(({ partition }) => partition),
    ]),
  );
}
