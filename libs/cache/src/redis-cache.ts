import { Redis } from 'ioredis';
import type { ByteCache } from './byte-cache.ts';

export interface RedisCacheOptions {
  readonly url: string;
  /** Longest wait for one answer, in milliseconds; default 250. */
  readonly commandTimeoutMs?: number;
  /** Time without any command after a failure, in milliseconds; default 5,000. */
  readonly pauseMs?: number;
  /** Larger values are not stored; default 4 MiB. */
  readonly maxValueBytes?: number;
  /** Called with the first failure of each pause; the reason holds no key and no value. */
  readonly onProblem?: (reason: string) => void;
}

export interface RedisCache extends ByteCache {
  /** Whether Redis answered the last command. */
  readonly available: boolean;
  close(): void;
}

/**
 * An optional cache in Redis: it connects in the background, answers within `commandTimeoutMs` or counts as empty, and
 * sends Redis no command for `pauseMs` after a failure.
 */
export function openRedisCache(options: RedisCacheOptions): RedisCache {
  const { commandTimeoutMs = 250, pauseMs = 5000, maxValueBytes = 4 * 1024 * 1024 } = options;
  const redis = new Redis(options.url, {
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
    if (performance.now() < pausedUntil) return;
    pausedUntil = performance.now() + pauseMs;
    options.onProblem?.(error instanceof Error ? error.message : String(error));
  };
  redis.on('error', reportFailure);
  redis.connect().catch(reportFailure);
  const send = async <T>(command: () => Promise<T>): Promise<T | undefined> => {
    if (redis.status !== 'ready' || performance.now() < pausedUntil) return undefined;
    try {
      const answer = await command();
      available = true;
      return answer;
    } catch (error) {
      reportFailure(error);
      return undefined;
    }
  };
  return {
    get available() {
      return available;
    },
    async get(key) {
      const value: unknown = await send(() => redis.getBuffer(key));
      return Buffer.isBuffer(value) ? value : undefined;
    },
    async set(key, value, ttlMs) {
      if (value.length <= maxValueBytes) await send(() => redis.set(key, value, 'PX', ttlMs));
    },
    close: () => {
      redis.disconnect();
    },
  };
}
