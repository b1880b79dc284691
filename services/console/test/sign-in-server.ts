import { createHash, generateKeyPairSync, randomUUID, sign } from 'node:crypto';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** An identity provider that signs everybody in at once, as `person`, and checks what the console sends (PKCE). */
export interface SignInServer {
  readonly issuer: string;
  /** How often a token was renewed. */
  renewals(): number;
  close(): Promise<void>;
}

export const person = 'person@example.org';

const audience = 'docfleet';
const refreshToken = 'a-refresh-token';

export async function startSignInServer(claims: Readonly<Record<string, unknown>>): Promise<SignInServer> {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const challenges = new Map<string, string>();
  const server = createServer((request, response) => {
    response.setHeader('access-control-allow-origin', '*');
    const url = new URL(request.url ?? '/', issuerOf());
    switch (url.pathname) {
      case '/.well-known/openid-configuration':
        json(response, {
          issuer: issuerOf(),
          authorization_endpoint: `${issuerOf()}/authorise`,
          token_endpoint: `${issuerOf()}/token`,
          jwks_uri: `${issuerOf()}/keys`,
        });
        return;
      case '/keys':
        json(response, { keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'key', alg: 'ES256' }] });
        return;
      case '/authorise': {
        const code = randomUUID();
        challenges.set(code, url.searchParams.get('code_challenge') ?? '');
        const back = new URL(url.searchParams.get('redirect_uri') ?? '');
        back.searchParams.set('code', code);
        back.searchParams.set('state', url.searchParams.get('state') ?? '');
        response.writeHead(302, { location: back.href }).end();
        return;
      }
      case '/token': {
        let text = '';
        request.on('data', (part: Buffer) => (text += part.toString()));
        request.on('end', () => {
          const form = new URLSearchParams(text);
          const renewed =
            form.get('grant_type') === 'refresh_token' && form.get('refresh_token') === refreshToken;
          if (renewed) counts.renewed += 1;
          const challenge = createHash('sha256')
            .update(form.get('code_verifier') ?? '')
            .digest('base64url');
          if (renewed || challenges.get(form.get('code') ?? '') === challenge) json(response, tokens());
          else json(response.writeHead(400), { error: 'invalid_grant' });
        });
        return;
      }
      default:
        response.writeHead(404).end();
    }
  });
  const counts = { renewed: 0 };
  // Shorter than the time before the end at which it is renewed: each call renews.
  const tokens = () => ({ access_token: token(), refresh_token: refreshToken, expires_in: 20 });
  const token = (): string => {
    const now = Math.floor(Date.now() / 1_000);
    const parts = [
      { alg: 'ES256', typ: 'at+jwt', kid: 'key' },
      { iss: issuerOf(), aud: audience, sub: person, iat: now, exp: now + 600, ...claims },
    ].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'));
    const signed = parts.join('.');
    const signature = sign('sha256', Buffer.from(signed), { key: privateKey, dsaEncoding: 'ieee-p1363' });
    return `${signed}.${signature.toString('base64url')}`;
  };
  const issuerOf = (): string => `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    issuer: issuerOf(),
    renewals: () => counts.renewed,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}

function json(response: ServerResponse, body: unknown): void {
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify(body));
}
