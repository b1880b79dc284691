import { topicOf, type RecordCodec, type TopicPreset } from '@docfleet/contracts';
import { orderedEnding, type Run } from '@docfleet/database';
import { FailureError, withTimeout, type Clock } from '@docfleet/domain';
import { tenantHeader, type OutgoingRecord, type RecordLog } from '@docfleet/record-log';
import { traceparentHeader, traceparentOf } from '@docfleet/telemetry';
import { shardOf } from '../core/sharding.ts';
import { submittedOf } from '../core/submission.ts';

/** Calls that may wait for the log at the same time; more than that and it is not coming back soon. */
const maxWaiting = 1_000;

/**
 * Writes the gateway's records. Every method resolves after the log's acknowledgement and throws `BROKER_UNAVAILABLE`
 * when that takes too long (the record may still arrive: all of them may be sent again), or `REGISTRY_UNAVAILABLE`.
 */
export interface Publisher {
  submission(run: Run): Promise<void>;
  /** The ending first and, once that is acknowledged, the stop: a run that is only stopped would never end. */
  cancellation(run: Run, by: string): Promise<void>;
  /** Records that were made elsewhere, each after the one before is acknowledged. */
  again(records: readonly OutgoingRecord[]): Promise<void>;
}

export function openPublisher(options: {
  readonly recordLog: Pick<RecordLog, 'produce'>;
  readonly codec: RecordCodec;
  readonly clock: Clock;
  readonly preset: TopicPreset;
  /** Partitions of a lane that a tenant is spread over. */
  readonly shards: number;
  readonly timeoutMs: number;
}): Publisher {
  const { recordLog, codec, clock, preset, shards, timeoutMs } = options;
  let waiting = 0;

  const produce = async (record: OutgoingRecord): Promise<void> => {
    if (waiting >= maxWaiting) throw new FailureError('BROKER_UNAVAILABLE');
    waiting += 1;
    const produced = recordLog.produce([record]).finally(() => {
      waiting -= 1;
    });
    try {
      await withTimeout(produced, timeoutMs, { clock, error: () => new FailureError('BROKER_UNAVAILABLE') });
    } catch (cause) {
      throw cause instanceof FailureError ? cause : new FailureError('BROKER_UNAVAILABLE', {}, { cause });
    }
  };
  const headersOf = (run: Run) => ({
    [traceparentHeader]: traceparentOf(run.runId),
    [tenantHeader]: run.tenantId,
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
    again: async (records) => {
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
