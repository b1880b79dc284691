export {
  cachedValues,
  type CacheCounts,
  type CachedValues,
  type CachedValuesOptions,
} from './cached-values.ts';
export { openRedisCache, type RedisCache, type RedisCacheOptions } from './redis-cache.ts';
export { type ByteCache } from './byte-cache.ts';
export { memoryCache } from './memory-cache.ts';
