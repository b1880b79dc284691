import { createRequire } from 'node:module';
import type { Cluster } from 'kafkajs';

/** The part of kafkajs' `RequestQueue` that is changed; read off its source, version 2.2.4. */
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
 * check, and `push` asks again as soon as something has to wait. Without this a process with 36 idle producers
 * uses seven times the CPU, and Node prints a warning about negative timeouts.
 */
export function patchIdleTimer(): void {
  if (patched) return;
  patched = true;
  const original: unknown = Reflect.get(prototype, 'scheduleCheckPendingRequests');
  if (typeof original !== 'function') throw new Error('this kafkajs has another request queue');
  prototype.scheduleCheckPendingRequests = function schedule(this: RequestQueue): void {
    if (this.pending.length > 0) Reflect.apply(original, this, []);
  };
}

/** The part of kafkajs' `ConsumerGroup` that is changed; read off its source, version 2.2.4. */
interface ConsumerGroup {
  readonly cluster: Cluster;
  /** Null or empty before the first join, and when the coordinator does not know this member any more. */
  readonly memberId: string | null;
}

const waits = new WeakMap<Cluster, () => Promise<void>>();

let holding = false;

/**
 * Has the consumer with this cluster wait before it joins its group again. kafkajs tells of a change of the group and
 * joins at once, so that work which would have been committed a moment later belonged to somebody else by then.
 */
export function waitBeforeRejoining(cluster: Cluster, wait: () => Promise<void>): void {
  waits.set(cluster, wait);
  if (holding) return;
  holding = true;
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
