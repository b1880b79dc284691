export {
  cachedValues,
  type CacheCounts,
  type CachedValues,
  type CachedValuesOptions,
} from './cached-values.ts';
export { openRedisCache, type RedisCache, type RedisCacheOptions } from './redis-cache.ts';
export { type RedisConnectionOptions } from './redis-connection.ts';
export { openSharedCounter, type Counted, type SharedCounter } from './shared-counter.ts';
export { removeByPrefix } from './remove-by-prefix.ts';
export { type ByteCache } from './byte-cache.ts';
export { memoryCache } from './memory-cache.ts';
export { openSharedIntake, type SharedIntake } from './shared-intake.ts';
