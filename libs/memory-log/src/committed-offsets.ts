import { partitionName, type TopicPartition } from '@docfleet/domain';
import { type CommittedPosition } from '@docfleet/record-log';

/** An offset that a group commits. */
export interface OffsetCommit {
  readonly group: string;
  readonly at: TopicPartition;
  readonly offset: bigint;
  readonly metadata: string;
}

/** Committed offsets of groups. The last commit wins: as in a broker, transactional commits carry no generation. */
export class CommittedOffsets {
  readonly #groups = new Map<string, Map<string, OffsetCommit>>();

  get(group: string, at: TopicPartition): CommittedPosition {
    const commit = this.#groups.get(group)?.get(partitionName(at));
    return { offset: commit?.offset ?? null, metadata: commit?.metadata ?? '' };
  }

  set(commit: OffsetCommit): void {
    const offsets = this.#groups.get(commit.group) ?? new Map<string, OffsetCommit>();
    this.#groups.set(commit.group, offsets);
    offsets.set(partitionName(commit.at), commit);
  }

  all(group: string): OffsetCommit[] {
    return [...(this.#groups.get(group)?.values() ?? [])];
  }
}
