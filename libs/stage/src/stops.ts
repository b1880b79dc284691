import type { ControlOrder, RecordCodec } from '@docfleet/contracts';
import type { Clock } from '@docfleet/domain';
import { followValues, type FollowReport, type RecordLog } from '@docfleet/record-log';
import type { Stops } from './stage.ts';

/**
 * Reads `documents.control` to its end and follows it: resolves once every stop that was ordered before is known, also
 * when the schema registry was away meanwhile. Needs no Redis and survives restarts, because the topic is read anew by
 * every process (M-12). A stop of a revision also stops the ones before it.
 */
export async function followStops(options: {
  readonly log: Pick<RecordLog, 'follow'>;
  readonly codec: Pick<RecordCodec, 'decode'>;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly report: FollowReport;
}): Promise<Stops> {
  const { log, codec, clock, signal, report } = options;
  const stopped = new Map<string, number>();
  const listeners = new Set<(order: ControlOrder) => void>();

  await followValues({
    recordLog: log,
    topic: 'documents.control',
    // Not by key: a stop must count whatever key its writer gave it.
    counts: 'every-record',
    decode: (bytes) => codec.decode('documents.control', bytes),
    clock,
    signal,
    onValue: ({ value: order }) => {
      stopped.set(order.runId, Math.max(order.revision, stopped.get(order.runId) ?? 0));
      for (const listener of listeners) listener(order);
    },
    report,
  });

  return {
    isStopped: (runId, revision) => revision <= (stopped.get(runId) ?? 0),
    onStop: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
