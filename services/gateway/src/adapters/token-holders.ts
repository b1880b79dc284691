import { createHash } from 'node:crypto';
import type { KeyHolder } from '@docfleet/database';
import { FailureError, type Clock } from '@docfleet/domain';
import {
  decodeJwt,
  decodeProtectedHeader,
  errors,
  jwtVerify,
  type JWTPayload,
  type JWTVerifyGetKey,
} from 'jose';
import { LRUCache } from 'lru-cache';
import type { OidcIssuer } from '../core/oidc-issuers.ts';
import { scopeOf } from '../core/token-scope.ts';
import type { FailedCalls } from './failed-calls.ts';
import type { TenantStates } from './tenant-states.ts';

/** Largest token, in characters. */
export const maxTokenLength = 8_192;

/** Difference between the provider's clock and ours that is allowed, in seconds. */
const clockToleranceSeconds = 30;

/** Age up to which a verified token is used without verifying it again, in milliseconds. */
const freshMs = 30_000;

/** Finds the holder of a token of an identity provider (JWT, RFC 7519). */
export interface TokenHolders {
  /**
   * A verified token is not subject to the limit of failed calls, as a cached key is not.
   *
   * @throws FailureError `UNAUTHENTICATED`; `FORBIDDEN` where it has no role here; `TENANT_SUSPENDED`; `RATE_LIMITED` when
   *   the address has failed too often; `IDENTITY_UNAVAILABLE` where its issuer's keys cannot be had;
   *   `DATABASE_UNAVAILABLE` where its tenant is not cached
   */
  of(token: string, address: string): Promise<KeyHolder>;
}

/** Whether a bearer credential is a token, and not an API key: three parts, and a header that is JSON. */
export function looksLikeToken(credential: string): boolean {
  return /^eyJ[\w-]*\.[\w-]+\.[\w-]*$/.test(credential);
}

/** Verifies tokens; remembers up to 10,000 verified ones. */
export function tokenHolders(parts: {
  readonly issuers: readonly OidcIssuer[];
  readonly keysOf: (issuer: OidcIssuer) => JWTVerifyGetKey;
  readonly tenants: TenantStates;
  readonly failures: FailedCalls;
  readonly clock: Pick<Clock, 'now'>;
}): TokenHolders {
  const { tenants, failures, clock } = parts;
  const issuers = new Map(
    parts.issuers.map((issuer) => [issuer.issuer, { issuer, keys: parts.keysOf(issuer) }]),
  );
  const cache = new LRUCache<string, { readonly holder: KeyHolder; readonly until: number }>({ max: 10_000 });

  const verify = async (token: string): Promise<{ readonly holder: KeyHolder; readonly endsAt: number }> => {
    const known = issuers.get(decoded(() => decodeJwt(token)).iss ?? '');
    const { typ } = decoded(() => decodeProtectedHeader(token));
    const type = typeof typ === 'string' ? typ.toLowerCase().replace(/^application\//, '') : '';
    if (known?.issuer.tokenTypes.includes(type) !== true) throw new FailureError('UNAUTHENTICATED');
    const { issuer, keys } = known;
    const { payload } = await jwtVerify(token, keys, {
      issuer: issuer.issuer,
      audience: [...issuer.audience],
      algorithms: [...issuer.algorithms],
      clockTolerance: clockToleranceSeconds,
      requiredClaims: ['sub', 'exp'],
      currentDate: new Date(clock.now()),
    }).catch((error: unknown) => {
      if (error instanceof errors.JOSEError) throw new FailureError('UNAUTHENTICATED', {}, { cause: error });
      throw error;
    });
    return { holder: holderOf(issuer, payload), endsAt: (payload.exp ?? 0) * 1_000 };
  };

  return {
    of: async (token, address) => {
      const hash = createHash('sha256').update(token).digest('base64');
      const cached = cache.get(hash);
      let holder = cached !== undefined && clock.now() < cached.until ? cached.holder : undefined;
      if (holder === undefined) {
        if (cached === undefined) failures.expect(address);
        let failed = false;
        try {
          const verified = await verify(token);
          const until = Math.min(clock.now() + freshMs, verified.endsAt);
          cache.set(hash, { holder: verified.holder, until });
          ({ holder } = verified);
        } catch (error) {
          failed = error instanceof FailureError && error.code === 'UNAUTHENTICATED';
          if (failed) cache.delete(hash);
          throw error;
        } finally {
          if (!failed && cached === undefined) failures.takeBack(address);
        }
      }
      if (holder.tenantId !== null) await tenants.requireActive(holder.tenantId);
      return holder;
    },
  };
}

function decoded<T>(decode: () => T): T {
  try {
    return decode();
  } catch (error) {
    throw new FailureError('UNAUTHENTICATED', {}, { cause: error });
  }
}

/** @throws FailureError `FORBIDDEN` where the token has no role here */
function holderOf(issuer: OidcIssuer, payload: JWTPayload): KeyHolder {
  const { sub } = payload;
  // OpenID Connect Core 1.0, section 2: at most 255 ASCII characters.
  if (sub === undefined || !/^[\x20-\x7e]{1,255}$/.test(sub)) throw new FailureError('UNAUTHENTICATED');
  const scope = scopeOf(issuer, payload);
  if (scope === undefined) throw new FailureError('FORBIDDEN');
  const identity = { subject: sub, issuer: issuer.issuer };
  return { ...scope, keyId: `${sub} (${issuer.issuer})`, identity };
}
