import { Redis } from 'ioredis';
import type { ByteCache } from './byte-cache.ts';

export interface RedisCacheOptions {
  readonly url: string;
  /** Longest wait for one answer; the work itself costs more than this only when it is worth it. */
  readonly commandTimeoutMs?: number;
  /** After a failure nothing is asked for this long. */
  readonly pauseMs?: number;
  /** Larger values are not stored. */
  readonly maxValueBytes?: number;
  /** Told about the first failure of each pause, with the reason; no key, no value. */
  readonly onProblem?: (reason: string) => void;
}

export interface RedisCache extends ByteCache {
  /** Whether Redis answered last time it was asked. */
  readonly available: boolean;
  close(): void;
}

/**
 * A cache in Redis that nothing depends on: it connects in the background, answers within `commandTimeoutMs` (250 by
 * default) or counts as empty, and leaves Redis alone for `pauseMs` (5 s) after a failure.
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
  const note = (error: unknown): void => {
    available = false;
    if (performance.now() < pausedUntil) return;
    pausedUntil = performance.now() + pauseMs;
    options.onProblem?.(error instanceof Error ? error.message : String(error));
  };
  redis.on('error', note);
  redis.connect().catch(note);
  const ask = async <T>(command: () => Promise<T>): Promise<T | undefined> => {
    if (redis.status !== 'ready' || performance.now() < pausedUntil) return undefined;
    try {
      const answer = await command();
      available = true;
      return answer;
    } catch (error) {
      note(error);
      return undefined;
    }
  };
  return {
    get available() {
      return available;
    },
    async get(key) {
      const value: unknown = await ask(() => redis.getBuffer(key));
      return Buffer.isBuffer(value) ? value : undefined;
    },
    async set(key, value, ttlMs) {
      if (value.length <= maxValueBytes) await ask(() => redis.set(key, value, 'PX', ttlMs));
    },
    close: () => {
      redis.disconnect();
    },
  };
}
