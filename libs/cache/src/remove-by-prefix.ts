import type { Connection } from '@docfleet/connections';
import { Redis } from 'ioredis';

/** Time limit of one command, in milliseconds. */
const commandTimeoutMs = 5_000;

/** Keys that Redis looks at in one step, so that other clients are served in between. */
const keysAtOnce = 500;

/**
 * Removes every key that starts with `prefix`, and gives their number. Keys that are added meanwhile may stay.
 *
 * @throws Error when Redis does not answer
 */
export async function removeByPrefix(
  url: string,
  prefix: string,
  { tls, onFailure }: Connection = {},
): Promise<number> {
  const redis = new Redis(url, {
    ...(tls !== undefined && { tls: { ...tls } }),
    lazyConnect: true,
    enableReadyCheck: false,
    maxRetriesPerRequest: 0,
    commandTimeout: commandTimeoutMs,
    connectTimeout: commandTimeoutMs,
    retryStrategy: () => null,
  });
  // Commands throw the failure, too; without a listener it would end the process.
  redis.on('error', (error) => onFailure?.(error));
  const pattern = `${prefix.replaceAll(/[\\*?[\]^]/g, String.raw`\$&`)}*`;
  let removed = 0;
  try {
    await redis.connect();
    let cursor = '0';
    do {
      const [next, keys] = await redis.scan(cursor, 'MATCH', pattern, 'COUNT', keysAtOnce);
      if (keys.length > 0) removed += await redis.unlink(...keys);
      cursor = next;
    } while (cursor !== '0');
    return removed;
  } finally {
    redis.disconnect();
  }
}
