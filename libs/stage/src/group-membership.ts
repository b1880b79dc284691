import { sleep, type Clock, type TopicPartition } from '@docfleet/domain';
import type { StageLog } from './stage.ts';
import type { FetchedBatch, GroupMember, RecordLog } from '@docfleet/record-log';

/** What a group member is notified of. */
export interface MembershipListener {
  assigned(member: GroupMember, epoch: number, partitions: readonly TopicPartition[]): void;
  /** The membership is over: nothing is this process's until the next assignment. */
  unassigned(): void;
  revoking(): void;
  settled(): Promise<void>;
  fetched(batch: FetchedBatch): void;
}

export interface MembershipOptions {
  readonly log: RecordLog;
  readonly clock: Clock;
  readonly group: string;
  readonly topics: readonly (readonly string[])[];
  readonly errors: StageLog;
  readonly listener: MembershipListener;
}

/** Pause between tries to join, in milliseconds. */
const retryPauseMs = 1000;

/**
 * Keeps the process a member of its group: joins until it can, joins again when the membership is lost, and ignores
 * notifications of earlier memberships.
 */
export class GroupMembership {
  readonly #options: MembershipOptions;
  #member: GroupMember | undefined;
  /** Grows with every membership: notifications of an earlier one are ignored. */
  #number = 0;
  #closing = false;
  /** An assignment that came before `join` returned the member. */
  #early: { readonly epoch: number; readonly partitions: readonly TopicPartition[] } | undefined;

  constructor(options: MembershipOptions) {
    this.#options = options;
  }

  /** Undefined while the process is no member. */
  get member(): GroupMember | undefined {
    return this.#member;
  }

  /** Resolves when the process is a member, or must not become one any more. */
  async join(): Promise<void> {
    const { log, group, topics, clock, errors, listener } = this.#options;
    while (!this.#closing) {
      try {
        const member = await log.join({ group, topics, listener: this.#listener() });
        if (this.#isClosing()) {
          await member.leave();
          return;
        }
        this.#member = member;
        const early = this.#early;
        this.#early = undefined;
        if (early !== undefined) listener.assigned(member, early.epoch, early.partitions);
        return;
      } catch (error) {
        errors.error(
          `Joining consumer group ${group} failed; the next try is in ${String(retryPauseMs)} ms.`,
          error,
        );
        await sleep(clock, retryPauseMs);
      }
    }
  }

  /** From now on a membership that is lost is not replaced. */
  close(): void {
    this.#closing = true;
  }

  async leave(): Promise<void> {
    this.close();
    await this.#member?.leave();
  }

  #listener(): Parameters<RecordLog['join']>[0]['listener'] {
    const { listener, errors, group } = this.#options;
    this.#number += 1;
    const number = this.#number;
    const isCurrent = (): boolean => number === this.#number;
    return {
      assigned: (epoch, partitions) => {
        if (!isCurrent()) return;
        if (this.#member === undefined) this.#early = { epoch, partitions };
        else listener.assigned(this.#member, epoch, partitions);
      },
      revoking: () => {
        if (isCurrent()) listener.revoking();
      },
      settled: () => (isCurrent() ? listener.settled() : Promise.resolve()),
      fetched: (batch) => {
        if (isCurrent()) listener.fetched(batch);
      },
      lost: (error) => {
        if (!isCurrent()) return;
        errors.error(`The membership of consumer group ${group} was lost; joining again.`, error);
        void this.#rejoin();
      },
    };
  }

  async #rejoin(): Promise<void> {
    const old = this.#member;
    if (this.#closing || old === undefined) return;
    this.#number += 1;
    this.#options.listener.unassigned();
    this.#member = undefined;
    await old.leave().catch(() => undefined);
    await this.join();
  }

  /** Asks anew: closing may have begun while something was awaited. */
  #isClosing(): boolean {
    return this.#closing;
  }
}
