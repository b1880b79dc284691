import { expect, it } from 'vitest';
import { callerOf, RateLimited, rateLimitHeaders } from './rate-limit.ts';

const limit = { policy: 'tenant', perMinute: 10 };

it('describes a limit in the fields of the draft', () => {
  expect(rateLimitHeaders(limit, { count: 3, resetMs: 41_001 })).toEqual({
    'ratelimit-policy': '"tenant";q=10;w=60',
    ratelimit: '"tenant";r=7;t=42',
  });
});

it('says when to try again', () => {
  expect(new RateLimited(limit, { count: 12, resetMs: 0 })).toMatchObject({
    code: 'RATE_LIMITED',
    headers: { ratelimit: '"tenant";r=0;t=1', 'retry-after': '1' },
  });
});

it.each([
  ['10.0.0.1', '10.0.0.1'],
  ['::ffff:10.0.0.1', '10.0.0.1'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:0DB8:1:2::1', '2001:db8:1:2::/64'],
  ['2001:db8::1', '2001:db8:0:0::/64'],
  ['::1', '0:0:0:0::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
])('counts %s as %s', (address, caller) => {
  expect(callerOf(address)).toBe(caller);
});
