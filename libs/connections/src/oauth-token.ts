import { z } from 'zod';
import type { Fetch } from './fetch-with-tls.ts';

/** A client that fetches its own tokens (RFC 6749, section 4.4). */
export interface OauthClient {
  readonly tokenUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly scope: string | undefined;
}

const tokenSchema = z.object({
  access_token: z.string().min(1),
  expires_in: z.number().positive().optional(),
});

/** Time limit of a request for a token, in milliseconds: below the time that kafkajs gives a connection. */
const timeoutMs = 10_000;
/** Lifetime of a token without `expires_in`, in milliseconds. */
const defaultLifetimeMs = 60_000;
/** A token is used for this part of its lifetime, so that it does not expire on its way. */
const usedPart = 0.8;

/**
 * Gives a token, from memory while it is good for long enough; callers at the same time share one request. A request that
 * failed is repeated by the next call.
 *
 * @throws Error that names the status; it holds no part of the answer and no secret
 */
export function oauthTokens(
  client: OauthClient,
  parts: {
    readonly fetch: Fetch;
    readonly now: () => number;
    readonly onFailure?: (error: unknown) => void;
  },
): () => Promise<string> {
  let latest: { readonly token: Promise<string>; until: number } | undefined;
  return () => {
    if (latest !== undefined && parts.now() < latest.until) return latest.token;
    const entry = {
      until: Infinity,
      token: requestToken(client, parts.fetch).then(
        ({ access_token: token, expires_in: seconds }) => {
          const lifetimeMs = seconds === undefined ? defaultLifetimeMs : seconds * 1_000;
          entry.until = parts.now() + lifetimeMs * usedPart;
          return token;
        },
        (error: unknown) => {
          entry.until = -Infinity;
          parts.onFailure?.(error);
          throw error;
        },
      ),
    };
    latest = entry;
    return entry.token;
  };
}

async function requestToken(client: OauthClient, fetchToken: Fetch): Promise<z.infer<typeof tokenSchema>> {
  const pair = [client.clientId, client.clientSecret].map(encodeURIComponent).join(':');
  const form = new URLSearchParams({
    grant_type: 'client_credentials',
    ...(client.scope !== undefined && { scope: client.scope }),
  });
  const answer = await fetchToken(client.tokenUrl, {
    method: 'POST',
    headers: {
      authorization: `Basic ${Buffer.from(pair).toString('base64')}`,
      'content-type': 'application/x-www-form-urlencoded',
      accept: 'application/json',
    },
    body: form.toString(),
    signal: AbortSignal.timeout(timeoutMs),
    redirect: 'error',
  });
  if (answer.status !== 200) throw new Error(`The token endpoint answered ${answer.status}`);
  const parsed = tokenSchema.safeParse(await answer.json().catch(() => undefined));
  if (!parsed.success) throw new Error('The token endpoint answered without a token');
  return parsed.data;
}
