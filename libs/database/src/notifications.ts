import type { Connection } from '@docfleet/connections';
import { subjectWaits } from '@docfleet/domain';
import pg from 'pg';
import { addressOf } from './open-database.ts';

/**
 * What the database tells of: runs that have ended, by runId (migration 0004); subjects with new entries of their history,
 * such as runs, by runId (migration 0012).
 */
export const notificationChannels = ['docfleet_run_ended', 'docfleet_news'] as const;
export type NotificationChannel = (typeof notificationChannels)[number];

/** Hears notifications of the database. */
export interface Notifications {
  /** Whether notifications arrive at the moment. */
  readonly listening: boolean;
  /**
   * Resolves when the channel tells of one of the subjects, when the connection was made anew (notifications may be missing
   * then), or when `signal` aborts. Never rejects. It tells of what happens after the call only: call it before reading what
   * has happened.
   */
  next(channel: NotificationChannel, subjects: readonly string[], signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

/** Time between two attempts to connect, in milliseconds. */
const reconnectMs = 1_000;

/** Listens on one connection of its own, in the background; a connection that breaks is made anew. */
export function listenForNotifications(url: string, connection: Connection = {}): Notifications {
  const waits = { docfleet_run_ended: subjectWaits(), docfleet_news: subjectWaits() };
  let client: pg.Client | undefined;
  let listening = false;
  let closed = false;
  let timer: NodeJS.Timeout | undefined;

  const connectLater = (): void => {
    listening = false;
    if (closed || timer !== undefined) return;
    timer = setTimeout(() => {
      timer = undefined;
      void connect();
    }, reconnectMs);
  };
  const connect = async (): Promise<void> => {
    const opened = new pg.Client({
      ...addressOf(url, connection),
      connectionTimeoutMillis: 3_000,
      keepAlive: true,
      application_name: 'docfleet-notifications',
    });
    client = opened;
    opened.on('error', () => undefined);
    opened.on('end', connectLater);
    opened.on('notification', ({ channel, payload }) => {
      const known = notificationChannels.find((each) => each === channel);
      if (known !== undefined) waits[known].wake(payload ?? '');
    });
    try {
      await opened.connect();
      for (const channel of notificationChannels) await opened.query(`listen ${channel}`);
      listening = true;
      for (const channel of notificationChannels) waits[channel].wakeAll();
    } catch {
      await opened.end().catch(() => undefined);
      connectLater();
    }
  };
  void connect();

  return {
    get listening() {
      return listening;
    },
    next: (channel, subjects, signal) => waits[channel].next(subjects, signal),
    close: async () => {
      closed = true;
      clearTimeout(timer);
      await client?.end().catch(() => undefined);
    },
  };
}
