import type { ControlOrder, RecordCodec } from '@docfleet/contracts';
import type { RecordLog } from '@docfleet/record-log';
import type { Stops } from './stage.ts';

/**
 * Reads `documents.control` to its end and follows it: resolves once every stop that was ordered before is known.
 * Needs no Redis and survives restarts, because the topic is read anew by every process (M-12). A stop of a revision
 * also stops the ones before it.
 */
export async function followStops(options: {
  readonly log: RecordLog;
  readonly codec: RecordCodec;
  readonly signal: AbortSignal;
  readonly onUndecodable: (error: unknown) => void;
}): Promise<Stops> {
  const { log, codec, signal } = options;
  const stopped = new Map<string, number>();
  const listeners = new Set<(order: ControlOrder) => void>();
  const pending = new Set<Promise<void>>();

  const learn = async (bytes: Buffer): Promise<void> => {
    try {
      const order = await codec.decode('documents.control', bytes);
      stopped.set(order.runId, Math.max(order.revision, stopped.get(order.runId) ?? 0));
      for (const listener of listeners) listener(order);
    } catch (error) {
      options.onUndecodable(error);
    }
  };

  await log.follow({
    topic: 'documents.control',
    signal,
    onRecord: (record) => {
      if (record.value === null) return;
      const learning: Promise<void> = learn(record.value).finally(() => pending.delete(learning));
      pending.add(learning);
    },
  });
  await Promise.all(pending);

  return {
    isStopped: (runId, revision) => revision <= (stopped.get(runId) ?? 0),
    onStop: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
