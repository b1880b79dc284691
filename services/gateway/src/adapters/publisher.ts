import { topicOf, type RecordCodec, type TopicPreset, type Run } from '@docfleet/contracts';
import { orderedEnding } from '@docfleet/database';
import { FailureError, headerNames, type Clock } from '@docfleet/domain';
import type { OutgoingRecord, RecordLog } from '@docfleet/record-log';
import { traceparentOf } from '@docfleet/telemetry';
import { shardOf } from '../core/sharding.ts';
import { submittedOf } from '../core/submission.ts';

/** Records that may wait for an acknowledgement at the same time; above that new ones fail at once. */
const maxPending = 1_000;

/**
 * Publishes the gateway's records. Every method resolves after the broker's acknowledgement. It throws
 * `REGISTRY_UNAVAILABLE`, or `BROKER_UNAVAILABLE` when the acknowledgement takes too long: the record may have been written
 * then, and it is safe to publish it again.
 */
export interface Publisher {
  submission(run: Run): Promise<void>;
  /** Publishes the ending and, after its acknowledgement, the stop: a run that is only stopped would never end. */
  cancellation(run: Run, by: string): Promise<void>;
  /** Publishes given records, each after the acknowledgement of the one before. */
  republish(records: readonly OutgoingRecord[]): Promise<void>;
}

export function openPublisher(options: {
  readonly recordLog: Pick<RecordLog, 'produce'>;
  readonly codec: RecordCodec;
  readonly clock: Clock;
  readonly preset: TopicPreset;
  /** Number of partitions of a lane that a tenant's submissions are spread over. */
  readonly shards: number;
  /** Time to wait for an acknowledgement. */
  readonly timeoutMs: number;
}): Publisher {
  const { recordLog, codec, clock, preset, shards, timeoutMs } = options;
  let pending = 0;

  const produce = async (record: OutgoingRecord): Promise<void> => {
    if (pending >= maxPending) throw new FailureError('BROKER_UNAVAILABLE');
    pending += 1;
    const produced = recordLog.produce([record]).finally(() => {
      pending -= 1;
    });
    try {
      await withTimeout(clock, timeoutMs, produced);
    } catch (cause) {
      throw cause instanceof FailureError ? cause : new FailureError('BROKER_UNAVAILABLE', {}, { cause });
    }
  };
  const headersOf = (run: Run) => ({
    [headerNames.traceparent]: traceparentOf(run.runId),
    [headerNames.tenant]: run.tenantId,
  });

  return {
    submission: async (run) => {
      const topic = `documents.${run.lane}` as const;
      await produce({
        topic,
        partition: shardOf({
          tenantId: run.tenantId,
          runId: run.runId,
          partitions: topicOf(topic).partitions[preset],
          shards,
        }),
        key: Buffer.from(run.runId),
        value: await codec.encode(topic, submittedOf(run)),
        headers: headersOf(run),
      });
    },
    republish: async (records) => {
      for (const record of records) await produce(record);
    },
    cancellation: async (run, by) => {
      const at = clock.now();
      const key = Buffer.from(run.runId);
      const topic = `integration.tasks.${run.lane}` as const;
      const ending = orderedEnding(run, { order: 'cancelled', by: 'gateway', at });
      const stop = { runId: run.runId, revision: run.revision, action: 'stop' as const, at, by };
      await produce({ topic, key, value: await codec.encode(topic, ending), headers: headersOf(run) });
      await produce({
        topic: 'documents.control',
        key,
        value: await codec.encode('documents.control', stop),
        headers: headersOf(run),
      });
    },
  };
}

/** Settles as the promise does, or rejects with `BROKER_UNAVAILABLE` after `timeoutMs`. */
function withTimeout(clock: Clock, timeoutMs: number, promise: Promise<void>): Promise<void> {
  return new Promise((resolve, reject) => {
    const cancel = clock.after(timeoutMs, () => {
      reject(new FailureError('BROKER_UNAVAILABLE'));
    });
    promise.then(resolve, reject).finally(cancel);
  });
}
