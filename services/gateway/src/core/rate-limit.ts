import { FailureError } from '@docfleet/domain';

/** What a counter of calls says after one was added. */
export interface Counted {
  /** From 1. */
  readonly count: number;
  /** Time until it begins anew, in milliseconds. */
  readonly resetMs: number;
}

/** Calls that a limit allows in a minute. */
export interface RateLimit {
  /** Name of the policy in the headers: letters and hyphens. */
  readonly policy: string;
  readonly perMinute: number;
}

export const minuteMs = 60_000;

/** A limit that is exceeded, with the headers that say which one and when to try again. */
export class LimitExceeded extends FailureError {
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    code: 'RATE_LIMITED' | 'QUOTA_EXCEEDED',
    headers: Readonly<Record<string, string>>,
    waitMs: number,
  ) {
    super(code);
    this.name = 'LimitExceeded';
    this.headers = { ...headers, 'retry-after': String(secondsOf(waitMs)) };
  }
}

/** `RATE_LIMITED` for calls in a minute. */
export class RateLimited extends LimitExceeded {
  constructor(limit: RateLimit, counted: Counted) {
    super('RATE_LIMITED', rateLimitHeaders(limit, counted), counted.resetMs);
    this.name = 'RateLimited';
  }
}

/** The fields RateLimit-Policy and RateLimit for calls in a minute. */
export function rateLimitHeaders({ policy, perMinute }: RateLimit, { count, resetMs }: Counted) {
  return limitHeaders([
    {
      policy,
      quota: perMinute,
      windowSeconds: minuteMs / 1000,
      remaining: Math.max(0, perMinute - count),
      resetMs,
    },
  ]);
}

/** A limit as the headers show it. */
export interface ShownLimit {
  /** Letters and hyphens. */
  readonly policy: string;
  readonly quota: number;
  /** Absent: it has none. */
  readonly windowSeconds?: number;
  /** What the quota counts; default: requests. */
  readonly unit?: 'content-bytes' | 'concurrent-requests' | 'documents' | 'pages' | 'cost';
  readonly remaining: number;
  /** Time until the remaining quota grows, in milliseconds. */
  readonly resetMs: number;
}

/** The fields RateLimit-Policy and RateLimit (draft-ietf-httpapi-ratelimit-headers-11): whole numbers only. */
export function limitHeaders(limits: readonly ShownLimit[]) {
  return {
    'ratelimit-policy': limits
      .map(({ policy, quota, windowSeconds, unit }) =>
        [
          `"${policy}";q=${Math.floor(quota)}`,
          ...(windowSeconds === undefined ? [] : [`w=${windowSeconds}`]),
          ...(unit === undefined ? [] : [`qu="${unit}"`]),
        ].join(';'),
      )
      .join(', '),
    ratelimit: limits
      .map(
        ({ policy, remaining, resetMs }) => `"${policy}";r=${Math.floor(remaining)};t=${secondsOf(resetMs)}`,
      )
      .join(', '),
  };
}

function secondsOf(timeMs: number): number {
  return Math.max(1, Math.ceil(timeMs / 1000));
}

/**
 * What of an address counts as one caller: all of IPv4, and the /64 network of IPv6, of which one caller may use every
 * address.
 */
export function callerOf(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped !== undefined) return mapped;
  const [plain = ''] = address.split('%');
  if (!plain.includes(':')) return address;
  const [head = '', tail] = plain.split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = Array.from({ length: Math.max(0, 8 - left.length - right.length) }, () => '0');
  const network = [...left, ...zeros, ...right].slice(0, 4).map((group) => parseInt(group, 16).toString(16));
  return `${network.join(':')}::/64`;
}
