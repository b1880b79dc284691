import { createRequire } from 'node:module';
import type { Cluster } from 'kafkajs';

/** The part of kafkajs' `RequestQueue` that is changed; from its source, version 2.2.4. */
interface RequestQueue {
  readonly pending: readonly unknown[];
  scheduleCheckPendingRequests(): void;
}

const { prototype } = createRequire(import.meta.url)('kafkajs/src/network/requestQueue') as {
  readonly prototype: RequestQueue;
};

let patched = false;

/**
 * Stops the timer that every idle connection of kafkajs runs once a millisecond: after each check of its queue it
 * asks for the next one, with a negative delay, also when nothing is queued. With nothing pending there is nothing to
 * check, and `push` schedules the next check as soon as a request has to wait. Without this a process with 36 idle producers
 * uses seven times the CPU, and Node prints a warning about negative timeouts.
 */
export function patchIdleTimer(): void {
  if (patched) return;
  patched = true;
  const original: unknown = Reflect.get(prototype, 'scheduleCheckPendingRequests');
  if (typeof original !== 'function')
    throw new Error('This version of kafkajs has a different request queue');
  prototype.scheduleCheckPendingRequests = function schedule(this: RequestQueue): void {
    if (this.pending.length > 0) Reflect.apply(original, this, []);
  };
}

/** The part of kafkajs' `ConsumerGroup` that is changed; from its source, version 2.2.4. */
interface ConsumerGroup {
  readonly cluster: Cluster;
  /** Null or empty before the first join, and when the coordinator does not know this member any more. */
  readonly memberId: string | null;
}

const waits = new WeakMap<Cluster, () => Promise<void>>();

let patchedRejoin = false;

/**
 * Makes the consumer with this cluster wait before it rejoins its group. kafkajs rejoins as soon as it reports a
 * rebalance; a task that would have been committed a moment later would then belong to another member.
 */
export function waitBeforeRejoining(cluster: Cluster, wait: () => Promise<void>): void {
  waits.set(cluster, wait);
  if (patchedRejoin) return;
  patchedRejoin = true;
  const { prototype: group } = createRequire(import.meta.url)('kafkajs/src/consumer/consumerGroup') as {
    readonly prototype: { joinAndSync: (this: ConsumerGroup) => Promise<unknown> };
  };
  const original = group.joinAndSync;
  group.joinAndSync = async function joinAndSync(this: ConsumerGroup): Promise<unknown> {
    const isMember = this.memberId !== null && this.memberId !== '';
    if (isMember) await waits.get(this.cluster)?.();
    return Reflect.apply(original, this, []);
  };
}

/** A metadata response as decoded by kafkajs 2.2.4. */
interface MetadataResponse {
  readonly topicMetadata: readonly {
    readonly partitionMetadata: readonly { readonly partitionErrorCode: number; readonly leader: number }[];
  }[];
}

interface MetadataParser {
  parse: (response: MetadataResponse) => Promise<MetadataResponse>;
}

/** LEADER_NOT_AVAILABLE, REPLICA_NOT_AVAILABLE, LISTENER_NOT_FOUND: errors about one partition. */
const partitionErrors: readonly number[] = [5, 9, 72];

const metadataVersions = [0, 1, 2, 3, 4, 5, 6] as const;

let patchedMetadata = false;

/**
 * Lets metadata with leaderless partitions through; their leader is -1. kafkajs refuses the whole response because of one
 * of them, so that nothing can be read or written in any topic that was asked for with it.
 */
export function patchLeaderlessMetadata(): void {
  if (patchedMetadata) return;
  patchedMetadata = true;
  const load = createRequire(import.meta.url);
  for (const version of metadataVersions) {
    const response = load(`kafkajs/src/protocol/requests/metadata/v${version}/response`) as MetadataParser;
    const { parse } = response;
    response.parse = async (metadata) => {
      await parse(withoutPartitionErrors(metadata));
      return metadata;
    };
  }
}

function withoutPartitionErrors(metadata: MetadataResponse): MetadataResponse {
  const topicMetadata = metadata.topicMetadata.map((topic) => ({
    ...topic,
    partitionMetadata: topic.partitionMetadata.filter(
      ({ partitionErrorCode }) => !partitionErrors.includes(partitionErrorCode),
    ),
  }));
  return { ...metadata, topicMetadata };
}
