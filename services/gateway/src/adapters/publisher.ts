import { topicOf, type RecordCodec, type TopicPreset, type Run } from '@docfleet/contracts';
import { cancellationOf } from '@docfleet/database';
import { FailureError, headerNames, type Clock } from '@docfleet/domain';
import type { OutgoingRecord, RecordLog } from '@docfleet/record-log';
import { traceparentOf, type Metrics } from '@docfleet/telemetry';
import { shardOf } from '../core/sharding.ts';
import { submittedOf } from '../core/submission.ts';
import type { RecordSigner } from './fleet-signature.ts';

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

/** One record that was sent to the broker. */
export interface ProduceCall {
  readonly result: 'ok' | 'failed';
  readonly ms: number;
}

/** Exports how long the broker takes to acknowledge a record. */
export function timeProducing(metrics: Pick<Metrics, 'histogram'>): (call: ProduceCall) => void {
  const duration = metrics.histogram({
    name: 'docfleet_produce_duration_seconds',
    help: 'Time until the broker acknowledged a record of the gateway.',
    labels: ['result'],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
  });
  return ({ result, ms }) => {
    duration.observe({ result }, ms / 1000);
  };
}

export function openPublisher(options: {
  readonly recordLog: Pick<RecordLog, 'produce'>;
  readonly codec: RecordCodec;
  readonly clock: Clock;
  readonly preset: TopicPreset;
  /** Number of partitions of a lane that a tenant's submissions are spread over. */
  readonly shards: number;
  /** Proves submissions. */
  readonly sign: RecordSigner;
  /** Time to wait for an acknowledgement. */
  readonly timeoutMs: number;
  /** Told how long each record took to be acknowledged, or to fail. */
  readonly onProduced?: (call: ProduceCall) => void;
}): Publisher {
  const { recordLog, codec, clock, preset, shards, sign, timeoutMs, onProduced = () => undefined } = options;
  let pending = 0;

  const produce = async (record: OutgoingRecord): Promise<void> => {
    if (pending >= maxPending) throw new FailureError('BROKER_UNAVAILABLE');
    pending += 1;
    const startedAt = performance.now();
    let result: ProduceCall['result'] = 'failed';
    const produced = recordLog.produce([record]).finally(() => {
      pending -= 1;
    });
    try {
      await withTimeout(clock, timeoutMs, produced);
      result = 'ok';
    } catch (cause) {
      throw cause instanceof FailureError ? cause : new FailureError('BROKER_UNAVAILABLE', {}, { cause });
    } finally {
      onProduced({ result, ms: performance.now() - startedAt });
    }
  };
  const headersOf = (run: Run) => ({
    [headerNames.traceparent]: traceparentOf(run.runId),
    [headerNames.tenant]: run.tenantId,
  });

  return {
    submission: async (run) => {
      const topic = `documents.${run.lane}` as const;
      const key = Buffer.from(run.runId);
      const value = await codec.encode(topic, submittedOf(run));
      await produce({
        topic,
        partition: shardOf({
          tenantId: run.tenantId,
          runId: run.runId,
          partitions: topicOf(topic).partitions[preset],
          shards,
        }),
        key,
        value,
        headers: { ...headersOf(run), ...sign({ topic, tenantId: run.tenantId, key, value }) },
      });
    },
    republish: async (records) => {
      for (const record of records) await produce(record);
    },
    cancellation: async (run, by) => {
      const at = clock.now();
      const key = Buffer.from(run.runId);
      const topic = `integration.tasks.${run.lane}` as const;
      const { ending, stop } = cancellationOf(run, { order: { by: 'gateway', at }, stop: { by } });
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
