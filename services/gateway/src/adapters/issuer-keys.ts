import type { Fetch } from '@docfleet/connections';
import { FailureError, type Clock } from '@docfleet/domain';
import { createRemoteJWKSet, customFetch, errors, type JWTVerifyGetKey, type RemoteJWKSet } from 'jose';
import { z } from 'zod';
import type { OidcIssuer } from '../core/oidc-issuers.ts';

/** Ages and intervals of a provider's keys, in milliseconds. */
export interface KeyTimes {
  /** Time between two requests for a key that is not among the known ones. */
  readonly cooldownMs: number;
  /** Age from which keys are read again; the known ones are used meanwhile. */
  readonly refreshMs: number;
  /** Age up to which keys are used while their provider is away. */
  readonly usableMs: number;
  /** Time after a failed request before the next one. */
  readonly retryMs: number;
}

const defaultTimes: KeyTimes = {
  cooldownMs: 30_000,
  refreshMs: 10 * 60_000,
  usableMs: 60 * 60_000,
  retryMs: 5_000,
};

/** Time limit of a request, in milliseconds. */
const timeoutMs = 5_000;

const discoverySchema = z.object({ issuer: z.string(), jwks_uri: z.url() });

/**
 * The keys of a provider: read when they are needed for the first time, when a token names one that is not known, and when
 * they are old. While the provider is away the known ones are used for an hour.
 *
 * The function throws FailureError `IDENTITY_UNAVAILABLE` where no keys can be had, and errors of jose for a token that
 * none of them fits.
 */
export function issuerKeys(
  issuer: Pick<OidcIssuer, 'issuer' | 'jwksUri'>,
  parts: {
    readonly clock: Pick<Clock, 'now'>;
    readonly onFailure: (error: unknown) => void;
    readonly fetch: Fetch;
  },
  times: KeyTimes = defaultTimes,
): JWTVerifyGetKey {
  const { clock, onFailure, fetch } = parts;
  let failedAt = -Infinity;
  let readAt = -Infinity;
  let remote: Promise<RemoteJWKSet> | undefined;

  const request = async (url: string, signal: AbortSignal): Promise<Response> => {
    if (clock.now() - failedAt < times.retryMs) throw new Error('The provider did not answer a moment ago');
    try {
      const headers = { accept: 'application/json' };
      const answer = await fetch(url, { headers, redirect: 'error', signal });
      if (answer.status !== 200) throw new Error(`The provider answered ${answer.status}`);
      return Response.json(await answer.json());
    } catch (error) {
      failedAt = clock.now();
      onFailure(error);
      throw error;
    }
  };
  const open = async (): Promise<RemoteJWKSet> => {
    const uri = issuer.jwksUri ?? (await discover(issuer.issuer, request));
    return createRemoteJWKSet(new URL(uri), {
      timeoutDuration: timeoutMs,
      cooldownDuration: times.cooldownMs,
      cacheMaxAge: Infinity,
      [customFetch]: async (url, { signal }) => {
        const answer = await request(url, signal);
        readAt = clock.now();
        return answer;
      },
    });
  };
  /** The set of keys; a failed discovery is tried again by the next call. */
  const keys = (): Promise<RemoteJWKSet> => {
    remote ??= open().catch((error: unknown) => {
      remote = undefined;
      throw error;
    });
    return remote;
  };

  return async (header, token) => {
    try {
      const set = await keys();
      const ageMs = clock.now() - readAt;
      if (set.jwks() !== undefined && ageMs >= times.usableMs) await set.reload();
      else if (set.jwks() !== undefined && ageMs >= times.refreshMs) set.reload().catch(() => undefined);
      return await set(header, token);
    } catch (error) {
      if (isAboutToken(error)) throw error;
      throw new FailureError('IDENTITY_UNAVAILABLE', {}, { cause: error });
    }
  };
}

/** The token names no key that the provider has. */
function isAboutToken(error: unknown): boolean {
  return (
    error instanceof errors.JWKSNoMatchingKey ||
    error instanceof errors.JWKSMultipleMatchingKeys ||
    error instanceof errors.JOSENotSupported
  );
}

/** Where the keys are (OpenID Connect Discovery 1.0, section 4). */
async function discover(
  issuer: string,
  request: (url: string, signal: AbortSignal) => Promise<Response>,
): Promise<string> {
  const url = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
  const answer = await request(url, AbortSignal.timeout(timeoutMs));
  const found = discoverySchema.parse(await answer.json());
  if (found.issuer !== issuer) throw new Error('The discovery document names another issuer');
  if (new URL(found.jwks_uri).protocol !== new URL(issuer).protocol) {
    throw new Error('The discovery document names keys at another scheme');
  }
  return found.jwks_uri;
}
