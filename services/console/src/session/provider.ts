import {
  authorisationUrl,
  base64url,
  readCallback,
  readTokens,
  renewalForm,
  tokenForm,
  type PendingSignIn,
  type Provider,
  type Renewal,
} from '../model/sign-in.ts';

/** What the gateway tells before somebody has signed in. */
export interface ConsoleConfig {
  readonly providers: readonly Provider[];
  readonly keyLinks: boolean;
}

export const consolePath = '/console';
const redirectPath = `${consolePath}/sign-in`;
const pendingKey = 'docfleet.pending';

export async function readConfig(): Promise<ConsoleConfig> {
  const answer = await fetch(`${consolePath}/config.json`);
  if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
  return (await answer.json()) as ConsoleConfig;
}

/** Leaves for the provider; the person comes back to `/console/sign-in`. */
export async function leaveFor(provider: Provider, returnTo: string): Promise<void> {
  const { authorization_endpoint: endpoint } = await discover(provider.issuer);
  const verifier = base64url(crypto.getRandomValues(new Uint8Array(32)));
  const state = base64url(crypto.getRandomValues(new Uint8Array(16)));
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier));
  const pending: PendingSignIn = { issuer: provider.issuer, state, verifier, returnTo };
  sessionStorage.setItem(pendingKey, JSON.stringify(pending));
  const challenge = base64url(new Uint8Array(digest));
  location.assign(authorisationUrl({ endpoint, provider, redirectUri: redirectUri(), state, challenge }));
}

/** Whether the address is the one that providers send people back to. */
export function isReturning(): boolean {
  return location.pathname === redirectPath;
}

/**
 * Ends what `leaveFor` began: exchanges the code for a token.
 *
 * @throws Error whose message is the provider's code
 */
export async function comeBack({ providers }: ConsoleConfig): Promise<{
  readonly credential: string;
  readonly renewal: Renewal | undefined;
  readonly returnTo: string;
}> {
  const kept = sessionStorage.getItem(pendingKey);
  sessionStorage.removeItem(pendingKey);
  const known = kept === null ? undefined : (JSON.parse(kept) as PendingSignIn);
  const answer = readCallback(new URLSearchParams(location.search), known);
  if (answer.kind === 'failed') throw new Error(answer.reason);
  const { code, pending } = answer;
  const provider = providers.find(({ issuer }) => issuer === pending.issuer);
  if (provider === undefined) throw new Error('issuer');
  const { token_endpoint: endpoint } = await discover(provider.issuer);
  const body = tokenForm({ provider, redirectUri: redirectUri(), code, verifier: pending.verifier });
  const response = await fetch(endpoint, { method: 'POST', body });
  const given: unknown = await response.json();
  const tokens = readTokens(given, provider, Date.now());
  if (tokens === undefined) throw new Error((given as { error?: string }).error ?? `HTTP ${response.status}`);
  return { credential: tokens.token, renewal: tokens.renewal, returnTo: pending.returnTo };
}

/** A new token for one that ends; undefined where the provider gives none any more: the person signs in again. */
export async function renewTokens(
  renewal: Renewal,
): Promise<{ readonly token: string; readonly renewal: Renewal | undefined } | undefined> {
  const { token_endpoint: endpoint } = await discover(renewal.issuer);
  const response = await fetch(endpoint, { method: 'POST', body: renewalForm(renewal) });
  return readTokens(await response.json(), renewal, Date.now());
}

interface Discovery {
  readonly authorization_endpoint: string;
  readonly token_endpoint: string;
}

async function discover(issuer: string): Promise<Discovery> {
  const answer = await fetch(`${issuer.replace(/\/+$/, '')}/.well-known/openid-configuration`);
  if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
  return (await answer.json()) as Discovery;
}

function redirectUri(): string {
  return `${location.origin}${redirectPath}`;
}
