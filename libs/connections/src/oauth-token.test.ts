import { describe, expect, it } from 'vitest';
import type { Fetch } from './fetch-with-tls.ts';
import { oauthTokens } from './oauth-token.ts';

const client = {
  tokenUrl: 'https://login.example/token',
  clientId: 'ocr',
  clientSecret: 'a:b',
  scope: 'kafka',
};

function start(answers: readonly { readonly status: number; readonly body: unknown }[]) {
  const requests: Parameters<Fetch>[] = [];
  const failures: unknown[] = [];
  const clock = { ms: 0 };
  const fetchToken: Fetch = (...request) => {
    const answer = answers[requests.length];
    requests.push(request);
    if (answer === undefined) return Promise.reject(new Error('no more answers'));
    return Promise.resolve({ status: answer.status, json: () => Promise.resolve(answer.body) });
  };
  const token = oauthTokens(client, {
    fetch: fetchToken,
    now: () => clock.ms,
    onFailure: (error) => failures.push(error),
  });
  return { requests, failures, clock, token };
}

const good = (name: string) => ({ status: 200, body: { access_token: name, expires_in: 100 } });

describe('oauthTokens', () => {
  it('asks with the credentials of the client', async () => {
    const { requests, token } = start([good('first')]);
    expect(await token()).toBe('first');
    const [url, init] = requests[0] ?? [];
    expect(url).toBe(client.tokenUrl);
    expect(init?.headers?.['authorization']).toBe(`Basic ${Buffer.from('ocr:a%3Ab').toString('base64')}`);
    expect(init?.body).toBe('grant_type=client_credentials&scope=kafka');
  });

  it('shares one request, and keeps the token until shortly before it expires', async () => {
    const { requests, clock, token } = start([good('first'), good('second')]);
    expect(await Promise.all([token(), token()])).toEqual(['first', 'first']);
    clock.ms = 79_999;
    expect(await token()).toBe('first');
    clock.ms = 80_000;
    expect(await token()).toBe('second');
    expect(requests).toHaveLength(2);
  });

  it('asks again after a refusal, which it reports without the answer', async () => {
    const { failures, token } = start([{ status: 401, body: { error: 'secret' } }, good('second')]);
    await expect(token()).rejects.toThrow('The token endpoint answered 401');
    expect(failures).toHaveLength(1);
    expect(await token()).toBe('second');
  });

  it('refuses an answer without a token', async () => {
    const { token } = start([{ status: 200, body: {} }]);
    await expect(token()).rejects.toThrow('The token endpoint answered without a token');
  });
});
