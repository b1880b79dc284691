import type { ByteCache } from './byte-cache.ts';
import { openRedisConnection, type RedisConnectionOptions } from './redis-connection.ts';

export interface RedisCacheOptions extends RedisConnectionOptions {
  /** Larger values are not stored; default 4 MiB. */
  readonly maxValueBytes?: number;
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
  const { maxValueBytes = 4 * 1024 * 1024 } = options;
  const connection = openRedisConnection(options);
  return {
    get available() {
      return connection.available;
    },
    async get(key) {
      const value: unknown = await connection.send((redis) => redis.getBuffer(key));
      return Buffer.isBuffer(value) ? value : undefined;
    },
    async set(key, value, ttlMs) {
      if (value.length <= maxValueBytes) await connection.send((redis) => redis.set(key, value, 'PX', ttlMs));
    },
    close: () => {
      connection.close();
    },
  };
}
