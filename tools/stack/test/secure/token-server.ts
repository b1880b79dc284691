import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface TokenServer {
  readonly url: string;
  /** Number of tokens given. */
  given(): number;
  close(): Promise<void>;
}

/**
 * Gives an unsigned token, which a test broker accepts, to each client whose secret is known: the principal is the id of
 * the client.
 */
export async function startTokenServer(secrets: ReadonlyMap<string, string>): Promise<TokenServer> {
  let given = 0;
  const server = createServer((request, response) => {
    const pair = Buffer.from(
      request.headers.authorization?.replace(/^Basic /, '') ?? '',
      'base64',
    ).toString();
    const [id = '', secret] = pair.split(':').map(decodeURIComponent);
    request.resume();
    if (secrets.get(id) !== secret || secret === undefined) {
      response.writeHead(401).end('{}');
      return;
    }
    given += 1;
    const now = Math.floor(Date.now() / 1000);
    const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
    const token = `${part({ alg: 'none' })}.${part({ sub: id, iat: now, exp: now + 3600 })}.`;
    response
      .writeHead(200, { 'content-type': 'application/json' })
      .end(JSON.stringify({ access_token: token, token_type: 'bearer', expires_in: 3600 }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/token`,
    given: () => given,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}
