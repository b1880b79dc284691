import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import Provider from 'oidc-provider';

/** A client of the identity provider, and the claims of its tokens. */
export interface ProviderClient {
  readonly id: string;
  readonly claims: Readonly<Record<string, unknown>>;
}

/** An OpenID provider in this process, which issues tokens to clients and changes its keys when it is told to. */
export interface IdentityProvider {
  readonly issuer: string;
  /** How often its keys were asked for. */
  readonly keyReads: () => number;
  /** A token by the grant `client_credentials`. */
  token(clientId: string): Promise<string>;
  /** What the provider would sign, with any header and claims. */
  sign(
    claims: Readonly<Record<string, unknown>>,
    header?: Readonly<Record<string, unknown>>,
  ): Promise<string>;
  /** Its public key as JSON, for tokens that misuse it. */
  publicKey(): string;
  /** Replaces its key by a new one. */
  rotate(): Promise<void>;
  close(): Promise<void>;
}

const audience = 'docfleet';

/** Nothing is kept: tokens are signed, and clients are configured. */
class NoAdapter {
  upsert = () => Promise.resolve();
  find = () => Promise.resolve(undefined);
  findByUserCode = () => Promise.resolve(undefined);
  findByUid = () => Promise.resolve(undefined);
  consume = () => Promise.resolve();
  destroy = () => Promise.resolve();
  revokeByGrantId = () => Promise.resolve();
}

export async function startIdentityProvider(clients: readonly ProviderClient[]): Promise<IdentityProvider> {
  let reads = 0;
  let answer: RequestListener = (_request, response) => response.end();
  const server = createServer((request, response) => {
    if (request.url === '/jwks') reads += 1;
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  let keys = 0;
  const makeKey = async () => {
    keys += 1;
    const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true });
    const named = { kid: `key-${keys}`, alg: 'ES256', use: 'sig' };
    return {
      ...named,
      privateKey,
      jwk: { ...(await exportJWK(privateKey)), ...named },
      open: await exportJWK(publicKey),
    };
  };
  const serve = (jwk: Awaited<ReturnType<typeof makeKey>>['jwk']): void => {
    const provider = new Provider(issuer, {
      adapter: NoAdapter,
      clients: clients.map(({ id }) => ({
        client_id: id,
        client_secret: 'secret',
        grant_types: ['client_credentials'],
        id_token_signed_response_alg: 'ES256',
        redirect_uris: [],
        response_types: [],
      })),
      features: {
        devInteractions: { enabled: false },
        clientCredentials: { enabled: true },
        resourceIndicators: {
          enabled: true,
          defaultResource: () => 'urn:docfleet',
          getResourceServerInfo: () => ({
            scope: '',
            audience,
            accessTokenFormat: 'jwt',
            accessTokenTTL: 60,
            jwt: { sign: { alg: 'ES256' } },
          }),
        },
      },
      extraTokenClaims: (_context, token) => ({ ...clients.find(({ id }) => id === token.clientId)?.claims }),
      ttl: { ClientCredentials: 60 },
      jwks: { keys: [jwk] },
      cookies: { keys: ['unused'] },
    });
    answer = (request, response) => void provider.callback()(request, response);
  };
  let key = await makeKey();
  serve(key.jwk);
  return {
    issuer,
    keyReads: () => reads,
    token: async (clientId) => {
      const response = await fetch(`${issuer}/token`, {
        method: 'POST',
        headers: { authorization: `Basic ${btoa(`${clientId}:secret`)}` },
        body: new URLSearchParams({ grant_type: 'client_credentials' }),
      });
      return ((await response.json()) as { access_token: string }).access_token;
    },
    sign: (claims, header = {}) =>
      new SignJWT({ iss: issuer, aud: audience, sub: 'somebody', ...claims })
        .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid: key.kid, ...header })
        .sign(key.privateKey),
    publicKey: () => JSON.stringify(key.open),
    rotate: async () => {
      key = await makeKey();
      serve(key.jwk);
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}
