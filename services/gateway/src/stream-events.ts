import type { Notifications } from '@docfleet/database';
import { sleep, type Clock } from '@docfleet/domain';
import { eventText, greetingText, heartbeatText } from './core/stream-event.ts';
import type { EventSource } from './event-source.ts';

/** Times of streams, in milliseconds. */
export interface StreamTimes {
  /** Longest time without a byte. */
  readonly heartbeatMs: number;
  /** Age at which a stream ends, and its client connects again with a key that is checked again. */
  readonly longestMs: number;
  /** Time in which a client has to take what is sent. */
  readonly slowMs: number;
}

export const defaultStreamTimes: StreamTimes = { heartbeatMs: 15_000, longestMs: 900_000, slowMs: 30_000 };

/** How long a client waits before it connects again, in milliseconds. */
const retryMs = 1_000;

/** Interval at which events are read while the database tells of none, in milliseconds. */
const unannouncedMs = 2_000;

/** Events that are read at once. */
const pageSize = 100;

/** Where a stream begins. */
export interface StreamStart {
  readonly after: bigint;
  /** Whether what the client has is no longer kept. */
  readonly reset: boolean;
}

/** Where a client resumes that has received this id last; `over` when it has everything, and nothing more can follow. */
export async function resume(source: EventSource, lastId: bigint | undefined): Promise<StreamStart | 'over'> {
  if (lastId === undefined || lastId === 0n) return { after: 0n, reset: false };
  if (!(await source.has(lastId))) return { after: 0n, reset: true };
  const { events, ended } = await source.after(lastId, 1);
  return ended && events.length === 0 ? 'over' : { after: lastId, reset: false };
}

export interface StreamOptions {
  readonly from: StreamStart;
  readonly notifications: Pick<Notifications, 'next' | 'listening'>;
  readonly clock: Clock;
  readonly times: StreamTimes;
  /** Aborts when the gateway stops: the stream ends with an event that says so. */
  readonly stopping: AbortSignal;
  /** Aborts when the client is gone. */
  readonly disconnected: AbortSignal;
}

/**
 * The events of a source as server-sent events: first those that are stored, then each one when it is, until nothing more can
 * follow. The ids are those of rows in the database, so a client resumes at any gateway. A `reset` comes first when what the
 * client has is no longer kept: everything that is kept follows. A stream that ends before its source says so with `closing`.
 * While the database is unavailable it waits.
 */
export async function* streamEvents(source: EventSource, options: StreamOptions): AsyncGenerator<string> {
  const { clock, times, notifications, disconnected, stopping } = options;
  const endsAt = clock.now() + times.longestMs;
  yield greetingText(retryMs);
  if (options.from.reset) yield eventText({ event: 'reset', data: {} });
  let id = options.from.after;
  let shown: ReadonlySet<string> = new Set();
  while (!disconnected.aborted) {
    if (stopping.aborted || clock.now() >= endsAt) {
      yield eventText({ event: 'closing', data: { reason: stopping.aborted ? 'stopping' : 'age' } });
      return;
    }
    const round = new AbortController();
    const over = AbortSignal.any([disconnected, stopping, round.signal]);
    try {
      // Before the read: what happens in between is told, and not missed.
      const told = notifications.next('docfleet_news', source.subjects, over).then(() => 'news' as const);
      const read = await source.after(id, pageSize).catch(() => undefined);
      for (const event of read?.events ?? []) {
        yield eventText(event);
        id = event.id;
      }
      if (read?.events.length === pageSize) continue;
      if (read?.ended === true) return;
      const everyMs = notifications.listening ? times.heartbeatMs : unannouncedMs;
      const waitMs = Math.max(0, Math.min(everyMs, times.heartbeatMs, endsAt - clock.now()));
      const time = sleep(clock, waitMs, over).then(
        () => 'time' as const,
        () => 'over' as const,
      );
      for (let why: 'pages' | 'news' | 'time' | 'over' = 'pages'; why === 'pages';) {
        const other = source.nextUnkept(over).then(() => 'pages' as const);
        const texts = source.unkept().map(eventText);
        for (const text of texts) if (!shown.has(text)) yield text;
        shown = new Set(texts);
        why = await Promise.race([time, told, other]);
        if (why === 'time') yield heartbeatText;
      }
    } finally {
      round.abort();
    }
  }
}
