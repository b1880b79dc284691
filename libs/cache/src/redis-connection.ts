import type { Connection } from '@docfleet/connections';
import { Redis } from 'ioredis';

/** Address, TLS, where failures are reported, and limits. */
export interface RedisConnectionOptions extends Connection {
  readonly url: string;
  /** Longest wait for one answer, in milliseconds; default 250. */
  readonly commandTimeoutMs?: number;
  /** Time without any command after a failure, in milliseconds; default 5,000. */
  readonly pauseMs?: number;
  /** Called with the first failure of each pause; the reason holds no key and no value. */
  readonly onProblem?: (reason: string) => void;
}

/** A connection to a Redis that may be away at any time. */
export interface RedisConnection {
  /** Whether Redis answered the last command. */
  readonly available: boolean;
  /** The answer to a command; undefined when there is none in time, and for `pauseMs` after that. */
  send<T>(command: (redis: Redis) => Promise<T>): Promise<T | undefined>;
  close(): void;
}

/** Connects in the background; nothing waits for it and nothing throws. */
export function openRedisConnection(options: RedisConnectionOptions): RedisConnection {
  const { commandTimeoutMs = 250, pauseMs = 5000 } = options;
  const redis = new Redis(options.url, {
    ...(options.tls !== undefined && { tls: { ...options.tls } }),
    lazyConnect: true,
    enableOfflineQueue: false,
    enableReadyCheck: false,
    maxRetriesPerRequest: 0,
    commandTimeout: commandTimeoutMs,
    connectTimeout: 2000,
    retryStrategy: (tries) => Math.min(tries * 250, pauseMs),
  });
  let pausedUntil = 0;
  let available = false;
  const reportFailure = (error: unknown): void => {
    available = false;
    options.onFailure?.(error);
    if (performance.now() < pausedUntil) return;
    pausedUntil = performance.now() + pauseMs;
    options.onProblem?.(error instanceof Error ? error.message : String(error));
  };
  redis.on('error', reportFailure);
  redis.connect().catch(reportFailure);
  return {
    get available() {
      return available;
    },
    async send(command) {
      if (redis.status !== 'ready' || performance.now() < pausedUntil) return undefined;
      try {
        const answer = await command(redis);
        available = true;
        return answer;
      } catch (error) {
        reportFailure(error);
        return undefined;
      }
    },
    close: () => {
      redis.disconnect();
    },
  };
}
