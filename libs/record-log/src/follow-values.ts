import { sleep, toFailure, type Clock } from '@docfleet/domain';
import type { LogRecord, RecordLog } from './record-log.ts';

/** Where and when a followed record was read. */
export interface Followed {
  /** The record's key; empty when it has none. */
  readonly key: string;
  /** When this process received it, by its own clock, in milliseconds since the epoch. */
  readonly receivedAt: number;
  /** Offset of the next record of its partition. */
  readonly nextOffset: bigint;
}

/** A followed record with its value. */
export interface FollowedValue<V> extends Followed {
  readonly value: V;
}

/** What a follower reports for logs and metrics. Nothing it does depends on it. */
export interface FollowReport {
  /** The record cannot be decoded, or whoever received its value failed: it is passed over. */
  unusable(error: unknown, record: LogRecord): void;
  /** `records` of the topic wait for the schema registry. Called with the first failure and every 30th try. */
  waiting(error: unknown, facts: { readonly topic: string; readonly records: number }): void;
}

/** Reports nothing. */
export const silentFollowReport: FollowReport = { unusable: () => undefined, waiting: () => undefined };

export interface FollowOptions<V> {
  readonly recordLog: Pick<RecordLog, 'follow'>;
  readonly topic: string;
  /**
   * `latest-of-key`: only the newest record of a key counts, and older ones are not decoded. `every-record`: each one
   * counts, in no order among those that waited for the registry.
   */
  readonly counts: 'latest-of-key' | 'every-record';
  /** Throws `REGISTRY_UNAVAILABLE` when it is to be tried again; after any other error the record is passed over. */
  readonly decode: (bytes: Buffer) => Promise<V>;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly onValue: (followed: FollowedValue<V>) => void;
  /** A record without a value: the key was removed. Default: ignored. */
  readonly onRemoved?: (followed: Followed) => void;
  readonly report: FollowReport;
}

/** Pause before decoding is retried when the registry is not available, in milliseconds. */
const retryPauseMs = 1000;

/** One of so many tries in a row is reported. */
const reportedTry = 30;

interface Received {
  readonly record: LogRecord;
  readonly receivedAt: number;
}

/**
 * Follows a topic of values that every process has to know. Resolves when the values that were there at the call have
 * been passed on; runs until `signal` aborts. While the schema registry is away a record waits, and none is lost. A
 * record that waits, or that cannot be used, holds no other.
 */
export async function followValues<V>(options: FollowOptions<V>): Promise<void> {
  const { recordLog, topic, counts, clock, signal } = options;
  const everyRecord = counts === 'every-record';
  /** What has not been passed on, by key or position. A newer record of a key replaces the older one. */
  const open = new Map<string, Received>();
  const passing = new Set<Promise<void>>();
  const pauseForRegistry = registryPause(options, () => open.size);
  let caughtUp = false;

  const pass = async (name: string, received: Received): Promise<void> => {
    const isNewest = (): boolean => open.get(name) === received && !signal.aborted;
    while (isNewest()) {
      const read = await readValue(options, received.record);
      if (!isNewest()) return;
      if (read.kind === 'registry-away') {
        await pauseForRegistry(read.error);
        continue;
      }
      open.delete(name);
      if (read.kind === 'unusable') options.report.unusable(read.error, received.record);
      else passOn(options, received, read);
    }
  };
  const start = (name: string, received: Received): void => {
    const ending: Promise<void> = pass(name, received).finally(() => passing.delete(ending));
    passing.add(ending);
  };

  await recordLog.follow({
    topic,
    signal,
    onRecord: (record) => {
      const name = everyRecord ? `${record.partition}/${record.offset}` : keyOf(record);
      // Records from before the call are as old as their timestamp; new ones are received now, whatever their writer's clock.
      const receivedAt = caughtUp ? clock.now() : Math.min(clock.now(), record.timestampMs);
      const received = { record, receivedAt };
      open.set(name, received);
      if (caughtUp || everyRecord) start(name, received);
    },
  });
  caughtUp = true;
  if (!everyRecord) for (const [name, received] of open) start(name, received);
  await Promise.all(passing);
}

type Read<V> =
  | { readonly kind: 'value'; readonly value: V }
  | { readonly kind: 'removed' }
  | { readonly kind: 'registry-away'; readonly error: unknown }
  | { readonly kind: 'unusable'; readonly error: unknown };

async function readValue<V>({ decode }: FollowOptions<V>, { value }: LogRecord): Promise<Read<V>> {
  if (value === null) return { kind: 'removed' };
  try {
    return { kind: 'value', value: await decode(value) };
  } catch (error) {
    const isAway = toFailure(error).code === 'REGISTRY_UNAVAILABLE';
    return { kind: isAway ? 'registry-away' : 'unusable', error };
  }
}

/** Calls the receiver. Its failure is reported, because it must end neither the follower nor the process. */
function passOn<V>(
  { onValue, onRemoved, report }: FollowOptions<V>,
  { record, receivedAt }: Received,
  read: Extract<Read<V>, { kind: 'value' | 'removed' }>,
): void {
  const followed = { key: keyOf(record), receivedAt, nextOffset: record.offset + 1n };
  try {
    if (read.kind === 'value') onValue({ ...followed, value: read.value });
    else onRemoved?.(followed);
  } catch (error) {
    report.unusable(error, record);
  }
}

/** One pause for all records that wait, so that they share the next try. */
function registryPause<V>(
  { clock, signal, topic, report }: FollowOptions<V>,
  waiting: () => number,
): (error: unknown) => Promise<void> {
  let pause: Promise<void> | undefined;
  let tries = 0;
  let endedAt = 0;
  return (error) => {
    if (pause !== undefined) return pause;
    if (clock.now() - endedAt > retryPauseMs * reportedTry) tries = 0;
    if (tries % reportedTry === 0) report.waiting(error, { topic, records: waiting() });
    tries += 1;
    pause = sleep(clock, retryPauseMs, signal)
      .catch(() => undefined)
      .finally(() => {
        pause = undefined;
        endedAt = clock.now();
      });
    return pause;
  };
}

function keyOf({ key }: LogRecord): string {
  return key?.toString() ?? '';
}
