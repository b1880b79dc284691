import { expect, test } from 'vitest';
import {
  authorisationUrl,
  base64url,
  isRenewalDue,
  keyInFragment,
  readCallback,
  readTokens,
  renewalForm,
  tokenForm,
} from './sign-in.ts';

const provider = {
  issuer: 'https://id.example.org',
  clientId: 'console',
  label: 'Example',
  scope: 'openid',
  resource: 'urn:docfleet',
};
const redirectUri = 'https://docfleet.example.org/console/sign-in';
const pending = { issuer: provider.issuer, state: 's1', verifier: 'v1', returnTo: '/documents' };

test('H-02: a code is asked for with a challenge, and never a token', () => {
  const url = authorisationUrl({
    endpoint: 'https://id.example.org/auth?tenant=1',
    provider,
    redirectUri,
    state: 's1',
    challenge: 'c1',
  });
  expect(Object.fromEntries(new URL(url).searchParams)).toEqual({
    tenant: '1',
    response_type: 'code',
    client_id: 'console',
    redirect_uri: redirectUri,
    scope: 'openid',
    state: 's1',
    code_challenge: 'c1',
    code_challenge_method: 'S256',
    resource: 'urn:docfleet',
  });
});

test('H-02: the code is exchanged with the secret behind the challenge', () => {
  const form = tokenForm({
    provider: { ...provider, resource: null },
    redirectUri,
    code: 'x',
    verifier: 'v1',
  });
  expect(Object.fromEntries(form)).toEqual({
    grant_type: 'authorization_code',
    client_id: 'console',
    redirect_uri: redirectUri,
    code: 'x',
    code_verifier: 'v1',
  });
});

test('H-02: only an answer to the question of this tab is taken', () => {
  const read = (query: string, known = pending as typeof pending | undefined) =>
    readCallback(new URLSearchParams(query), known);
  expect(read('code=x&state=s1')).toEqual({ kind: 'code', code: 'x', pending });
  expect(read('code=x&state=s1&iss=https://id.example.org')).toEqual({ kind: 'code', code: 'x', pending });
  expect(
    [
      read('code=x&state=s2'),
      read('code=x'),
      readCallback(new URLSearchParams('code=x&state=s1'), undefined),
      read('code=x&state=s1&iss=https://other.example.org'),
      read('error=access_denied&state=s1'),
      read('state=s1'),
    ].map((answer) => (answer.kind === 'failed' ? answer.reason : answer.kind)),
  ).toEqual(['state', 'state', 'state', 'issuer', 'access_denied', 'code']);
});

test('a link carries a key in its fragment only', () => {
  expect(['#key=dev_a-b', '#', '', '#other=1', '#key='].map(keyInFragment)).toEqual([
    'dev_a-b',
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
});

test('bytes become base64url', () => {
  expect(base64url(new Uint8Array([251, 255, 0]))).toBe('-_8A');
});

test('H-02: a token is renewed shortly before it ends, with the refresh token that is valid then', () => {
  const first = readTokens({ access_token: 'a', refresh_token: 'r1', expires_in: 300 }, provider, 0);
  expect(first).toEqual({
    token: 'a',
    renewal: { issuer: provider.issuer, clientId: 'console', refreshToken: 'r1', expiresAt: 300_000 },
  });
  const renewal = first?.renewal;
  if (renewal === undefined) throw new Error('no renewal');
  expect([isRenewalDue(renewal, 269_999), isRenewalDue(renewal, 270_000)]).toEqual([false, true]);
  expect(Object.fromEntries(renewalForm(renewal))).toEqual({
    grant_type: 'refresh_token',
    client_id: 'console',
    refresh_token: 'r1',
  });
  expect(readTokens({ access_token: 'b', expires_in: 300 }, renewal, 1)?.renewal?.refreshToken).toBe('r1');
  expect(
    readTokens({ access_token: 'b', refresh_token: 'r2', expires_in: 300 }, renewal, 1)?.renewal
      ?.refreshToken,
  ).toBe('r2');
});

test('H-02: without a refresh token nothing is renewed, and an error is no token', () => {
  expect(readTokens({ access_token: 'a', expires_in: 300 }, provider, 0)).toEqual({
    token: 'a',
    renewal: undefined,
  });
  expect(readTokens({ error: 'invalid_grant' }, provider, 0)).toBeUndefined();
  expect(readTokens(null, provider, 0)).toBeUndefined();
});
