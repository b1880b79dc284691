import { activeMs, burstSeconds, type TokenAnswer, type TokenRequest } from '@docfleet/adaptive-intake';
import { openRedisConnection, type RedisConnectionOptions } from './redis-connection.ts';

/** The token buckets and the rates of intake that all processes of a fleet share. Undefined: Redis is not available. */
export interface SharedIntake {
  /** As `LocalBuckets.take`, by the clock of Redis. */
  take(request: Omit<TokenRequest, 'at'>): Promise<TokenAnswer | undefined>;
  /** The text that was published last, at most `publishedMs` ago; null without one. */
  published(): Promise<string | null | undefined>;
  /** Whether `holder` is the one that publishes, for the next `leaseMs`. */
  lead(holder: string, leaseMs: number): Promise<boolean | undefined>;
  publish(text: string): Promise<void>;
  close(): void;
}

/** What was published is not read any more after this time, in milliseconds: an old backlog says nothing. */
const publishedMs = 120_000;

function keysOf(fleet: string) {
  return {
    fleet: `intake:${fleet}:fleet`,
    active: `intake:${fleet}:active`,
    rates: `intake:${fleet}:rates`,
    lead: `intake:${fleet}:lead`,
    ofTenant: (tenantId: string) => `intake:${fleet}:tenant:${tenantId}`,
  };
}

/** The clock of Redis, in milliseconds, so that no process is trusted with the time of all others. */
const clockOfRedis = `(function () local t = redis.call('TIME') return t[1] * 1000 + math.floor(t[2] / 1000) end)()`;

/**
 * `takeTokens` and `LocalBuckets.take` of libs/adaptive-intake as one command; a test compares them. Keys: fleet, tenant,
 * active tenants. Arguments: tenant, documents, its rate, the rate of the fleet, 1 for documents that were let in already.
 */
export function takeScript(now = clockOfRedis): string {
  return `
  local now = ${now}
  local tenant, documents = ARGV[1], tonumber(ARGV[2])
  local tenantRate, fleetRate = tonumber(ARGV[3]), tonumber(ARGV[4])
  local inDebt = ARGV[5] == '1'
  redis.call('ZREMRANGEBYSCORE', KEYS[3], '-inf', now)
  local known = redis.call('ZSCORE', KEYS[3], tenant)
  local active = redis.call('ZCARD', KEYS[3])
  if not known then active = active + 1 end
  local shareRate = fleetRate / active
  local function capacity(rate) return math.max(1, rate * ${burstSeconds}) end
  local function refill(tokens, at, rate)
    if not tokens then return capacity(rate) end
    return math.min(capacity(rate), tonumber(tokens) + rate * math.max(0, now - tonumber(at)) / 1000)
  end
  local function missing(tokens, rate)
    if inDebt then return 0 end
    return math.max(0, math.min(documents, capacity(rate)) - tokens - 1e-6) / rate
  end
  local function untilFull(tokens, rate) return (capacity(rate) - tokens) / rate * 1000 end
  local own = known and redis.call('HMGET', KEYS[2], 'tokens', 'share', 'at') or {}
  local common = redis.call('HMGET', KEYS[1], 'tokens', 'at')
  local own_at = math.max(now, tonumber(own[3] or now))
  local common_at = math.max(now, tonumber(common[2] or now))
  local tokens = refill(own[1], own[3], tenantRate)
  local share = refill(own[2], own[3], shareRate)
  local fleet = refill(common[1], common[2], fleetRate)
  local byShare = missing(share, shareRate)
  local wait = math.max(missing(tokens, tenantRate), math.min(byShare, missing(fleet, fleetRate)))
  local granted = wait == 0
  if granted then
    tokens = tokens - documents
    if byShare == 0 then share = share - documents end
    fleet = fleet - documents
  end
  if documents > 0 or known then
    local activeMs = math.ceil(math.max(${activeMs}, untilFull(tokens, tenantRate), untilFull(share, shareRate)))
    redis.call('HSET', KEYS[2], 'tokens', tostring(tokens), 'share', tostring(share), 'at', own_at)
    redis.call('PEXPIRE', KEYS[2], activeMs)
    redis.call('ZADD', KEYS[3], now + activeMs, tenant)
  end
  redis.call('HSET', KEYS[1], 'tokens', tostring(fleet), 'at', common_at)
  local available = math.max(0, math.floor(math.min(tokens, math.max(share, fleet))))
  return { granted and 1 or 0, math.ceil(wait * 1000), available }`;
}

/** Takes the lease when it is free or one's own. */
const leadScript = `
  local holder = redis.call('GET', KEYS[1])
  if holder and holder ~= ARGV[1] then return 0 end
  redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
  return 1`;

/** Buckets and rates in Redis, of the fleet with that name. Waits and pauses are those of `openRedisCache`. */
export function openSharedIntake(options: RedisConnectionOptions & { readonly fleet: string }): SharedIntake {
  const connection = openRedisConnection(options);
  const keys = keysOf(options.fleet);
  const script = takeScript();
  return {
    async take({ tenantId, documents, inDebt = false, rates }) {
      const answer: unknown = await connection.send((redis) =>
        redis.eval(
          script,
          3,
          ...[keys.fleet, keys.ofTenant(tenantId), keys.active],
          ...[tenantId, documents, rates.tenant, rates.fleet, inDebt ? 1 : 0],
        ),
      );
      if (!Array.isArray(answer)) return undefined;
      const [granted, waitMs = 0, available = 0] = answer.map(Number);
      return { granted: granted === 1, waitMs, available };
    },
    published: () => connection.send((redis) => redis.get(keys.rates)),
    async lead(holder, leaseMs) {
      const answer: unknown = await connection.send((redis) =>
        redis.eval(leadScript, 1, keys.lead, holder, leaseMs),
      );
      return answer === undefined ? undefined : answer === 1;
    },
    async publish(text) {
      await connection.send((redis) => redis.set(keys.rates, text, 'PX', publishedMs));
    },
    close: () => {
      connection.close();
    },
  };
}
