import type { RecordCodec, TopicName, TopicValues } from '@docfleet/contracts';
import { sleep, toFailure, type Clock } from '@docfleet/domain';
import type { LogRecord, RecordLog } from '@docfleet/record-log';

/** The newest value of a key. */
export interface Latest<T extends TopicName> {
  readonly key: string;
  readonly value: TopicValues[T];
  /** When this process received it, by its own clock, in milliseconds since the epoch. */
  readonly receivedAt: number;
  /** Offset of the next record of its partition. */
  readonly nextOffset: bigint;
}

/** Pause before decoding is retried when the registry is not available, in milliseconds. */
const retryPauseMs = 1000;

/**
 * Follows a topic in which only the newest value of each key counts. Resolves when the values that were there at the
 * call have been passed to `onValue`; older values of a key are not decoded. Runs until `signal` aborts.
 */
export async function followLatest<T extends TopicName>(options: {
  readonly recordLog: Pick<RecordLog, 'follow'>;
  readonly codec: Pick<RecordCodec, 'decode'>;
  readonly topic: T;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly onValue: (latest: Latest<T>) => void;
  readonly onUndecodable: (error: unknown, record: LogRecord) => void;
}): Promise<void> {
  const { recordLog, codec, topic, clock, signal } = options;
  const pending = new Map<string, { readonly record: LogRecord; readonly receivedAt: number }>();
  let caughtUp = false;
  let delivering = false;

  const deliver = async (): Promise<void> => {
    if (delivering) return;
    delivering = true;
    for (let next = pending.entries().next(); !next.done; next = pending.entries().next()) {
      const [key, { record, receivedAt }] = next.value;
      try {
        const value = await codec.decode(topic, record.value ?? Buffer.alloc(0));
        if (pending.get(key)?.record === record) pending.delete(key);
        options.onValue({ key, value, receivedAt, nextOffset: record.offset + 1n });
      } catch (error) {
        if (toFailure(error).code === 'RECORD_UNDECODABLE') {
          pending.delete(key);
          options.onUndecodable(error, record);
        } else await sleep(clock, retryPauseMs, signal).catch(() => undefined);
      }
      if (signal.aborted) break;
    }
    delivering = false;
  };

  await recordLog.follow({
    topic,
    signal,
    onRecord: (record) => {
      // Records from before the call are as old as their timestamp; new ones are received now, whatever their writer's clock.
      const receivedAt = caughtUp ? clock.now() : Math.min(clock.now(), record.timestampMs);
      pending.set(record.key?.toString() ?? '', { record, receivedAt });
      if (caughtUp) void deliver();
    },
  });
  caughtUp = true;
  await deliver();
}
