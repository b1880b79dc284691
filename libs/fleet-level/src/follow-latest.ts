import type { RecordCodec, TopicName, TopicValues } from '@docfleet/contracts';
import { sleep, toFailure, type Clock } from '@docfleet/domain';
import type { LogRecord, RecordLog } from '@docfleet/record-log';

/** The newest value of a key, and when this process heard it (milliseconds since the epoch, by its own clock). */
export interface Latest<T extends TopicName> {
  readonly key: string;
  readonly value: TopicValues[T];
  readonly heardAt: number;
  /** Where the next record of its partition will stand. */
  readonly nextOffset: bigint;
}

/** Pause before a value is tried again that could not be decoded because the registry is away, in milliseconds. */
const retryPauseMs = 1000;

/**
 * Follows a topic in which only the newest value of each key counts. Resolves when what stood there at the call has
 * been told; older values of a key are not even decoded. Goes on until `signal` aborts.
 */
export async function followLatest<T extends TopicName>(options: {
  readonly recordLog: Pick<RecordLog, 'follow'>;
  readonly codec: Pick<RecordCodec, 'decode'>;
  readonly topic: T;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly onValue: (latest: Latest<T>) => void;
  readonly onUndecodable: (error: unknown) => void;
}): Promise<void> {
  const { recordLog, codec, topic, clock, signal } = options;
  const waiting = new Map<string, { readonly record: LogRecord; readonly heardAt: number }>();
  let caughtUp = false;
  let telling = false;

  const tell = async (): Promise<void> => {
    if (telling) return;
    telling = true;
    for (let next = waiting.entries().next(); !next.done; next = waiting.entries().next()) {
      const [key, { record, heardAt }] = next.value;
      try {
        const value = await codec.decode(topic, record.value ?? Buffer.alloc(0));
        if (waiting.get(key)?.record === record) waiting.delete(key);
        options.onValue({ key, value, heardAt, nextOffset: record.offset + 1n });
      } catch (error) {
        if (toFailure(error).code === 'RECORD_UNDECODABLE') {
          waiting.delete(key);
          options.onUndecodable(error);
        } else await sleep(clock, retryPauseMs, signal).catch(() => undefined);
      }
      if (signal.aborted) break;
    }
    telling = false;
  };

  await recordLog.follow({
    topic,
    signal,
    onRecord: (record) => {
      // What stood there before is as old as it says; what comes in now is new, whatever its writer's clock says.
      const heardAt = caughtUp ? clock.now() : Math.min(clock.now(), record.timestampMs);
      waiting.set(record.key?.toString() ?? '', { record, heardAt });
      if (caughtUp) void tell();
    },
  });
  caughtUp = true;
  await tell();
}
