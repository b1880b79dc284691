import { openRedisConnection, type RedisConnectionOptions } from './redis-connection.ts';

/** What a counter says after one was added. */
export interface Counted {
  /** From 1. */
  readonly count: number;
  /** Time until it begins anew, in milliseconds. */
  readonly resetMs: number;
}

/** Counters that several processes share; each begins anew after its window. */
export interface SharedCounter {
  /** Adds one to the counter `key`; undefined while Redis is not available. */
  add(key: string, windowMs: number): Promise<Counted | undefined>;
  close(): void;
}

/** One command, so that a counter without an end cannot stay behind when a process dies between two. */
const addOne = `
  local count = redis.call('INCR', KEYS[1])
  if count == 1 then redis.call('PEXPIRE', KEYS[1], ARGV[1]) end
  return { count, redis.call('PTTL', KEYS[1]) }`;

/** Counters in Redis. Waits and pauses are those of `openRedisCache`. */
export function openSharedCounter(options: RedisConnectionOptions): SharedCounter {
  const connection = openRedisConnection(options);
  return {
    async add(key, windowMs) {
      const answer: unknown = await connection.send((redis) => redis.eval(addOne, 1, key, windowMs));
      if (!Array.isArray(answer)) return undefined;
      const [count, resetMs] = answer.map(Number);
      return count === undefined || resetMs === undefined ? undefined : { count, resetMs };
    },
    close: () => {
      connection.close();
    },
  };
}
