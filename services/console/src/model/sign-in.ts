/** An identity provider that people sign in with, as the gateway tells. */
export interface Provider {
  readonly issuer: string;
  readonly clientId: string;
  readonly label: string;
  readonly scope: string;
  readonly resource: string | null;
}

/** What is kept between leaving for the provider and coming back. */
export interface PendingSignIn {
  readonly issuer: string;
  readonly state: string;
  /** PKCE (RFC 7636): the secret behind the challenge. */
  readonly verifier: string;
  /** Where the person was, below the console's address. */
  readonly returnTo: string;
}

/** The address at the provider that asks for a code (RFC 6749, 4.1.1, with PKCE S256). */
export function authorisationUrl(options: {
  readonly endpoint: string;
  readonly provider: Provider;
  readonly redirectUri: string;
  readonly state: string;
  readonly challenge: string;
}): string {
  const { endpoint, provider, redirectUri, state, challenge } = options;
  const url = new URL(endpoint);
  const values = {
    response_type: 'code',
    client_id: provider.clientId,
    redirect_uri: redirectUri,
    scope: provider.scope,
    state,
    code_challenge: challenge,
    code_challenge_method: 'S256',
    ...(provider.resource === null ? {} : { resource: provider.resource }),
  };
  for (const [name, value] of Object.entries(values)) url.searchParams.set(name, value);
  return url.href;
}

/** The form that exchanges a code for a token (RFC 6749, 4.1.3). */
export function tokenForm(options: {
  readonly provider: Provider;
  readonly redirectUri: string;
  readonly code: string;
  readonly verifier: string;
}): URLSearchParams {
  const { provider, redirectUri, code, verifier } = options;
  return new URLSearchParams({
    grant_type: 'authorization_code',
    client_id: provider.clientId,
    redirect_uri: redirectUri,
    code,
    code_verifier: verifier,
    ...(provider.resource === null ? {} : { resource: provider.resource }),
  });
}

/** What a provider sends back with the person. */
export type Callback =
  | { readonly kind: 'code'; readonly code: string; readonly pending: PendingSignIn }
  /** `reason`: the provider's code, such as `access_denied`, or `state` for an answer to no question of this tab. */
  | { readonly kind: 'failed'; readonly reason: string };

/** Reads the query of the redirect address. A state or issuer (RFC 9207) that is not the expected one is refused. */
export function readCallback(query: URLSearchParams, pending: PendingSignIn | undefined): Callback {
  const issuer = query.get('iss');
  const isAsked = query.get('state') === (pending?.state ?? '');
  if (pending === undefined || !isAsked) return { kind: 'failed', reason: 'state' };
  if (issuer !== null && issuer !== pending.issuer) return { kind: 'failed', reason: 'issuer' };
  const error = query.get('error');
  if (error !== null) return { kind: 'failed', reason: error };
  const code = query.get('code');
  return code === null ? { kind: 'failed', reason: 'code' } : { kind: 'code', code, pending };
}

/** The key in the fragment of a link (`#key=...`); undefined where there is none. */
export function keyInFragment(fragment: string): string | undefined {
  const key = new URLSearchParams(fragment.replace(/^#/, '')).get('key');
  return key === null || key === '' ? undefined : key;
}

/** Bytes as base64url without padding, as PKCE has them. */
export function base64url(bytes: Uint8Array): string {
  return btoa(String.fromCodePoint(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replace(/=+$/, '');
}

/** What renews a token that ends, where the provider gave it. */
export interface Renewal {
  readonly issuer: string;
  readonly clientId: string;
  readonly refreshToken: string;
  /** When the access token ends, in milliseconds since the epoch. */
  readonly expiresAt: number;
}

/** The form that renews a token (RFC 6749, 6). */
export function renewalForm({ clientId, refreshToken }: Renewal): URLSearchParams {
  return new URLSearchParams({
    grant_type: 'refresh_token',
    client_id: clientId,
    refresh_token: refreshToken,
  });
}

/** What a token endpoint has answered; undefined where it gave no token. */
export function readTokens(
  answer: unknown,
  provider: Pick<Renewal, 'issuer' | 'clientId'> & Partial<Renewal>,
  now: number,
): { readonly token: string; readonly renewal: Renewal | undefined } | undefined {
  const { access_token, refresh_token, expires_in } = (answer ?? {}) as Readonly<Record<string, unknown>>;
  if (typeof access_token !== 'string') return undefined;
  // A provider that gives no new refresh token leaves the old one valid.
  const refreshToken = typeof refresh_token === 'string' ? refresh_token : provider.refreshToken;
  const { issuer, clientId } = provider;
  return {
    token: access_token,
    renewal:
      refreshToken === undefined || typeof expires_in !== 'number'
        ? undefined
        : { issuer, clientId, refreshToken, expiresAt: now + expires_in * 1_000 },
  };
}

/** Tokens are renewed so long before they end, in milliseconds: clocks differ, and calls take time. */
const renewedBeforeMs = 30_000;

export function isRenewalDue({ expiresAt }: Renewal, now: number): boolean {
  return now >= expiresAt - renewedBeforeMs;
}
