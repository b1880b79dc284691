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
