import { expect, test } from 'vitest';
import { cachingOf, consoleFactsOf, consoleHeaders, fileFor } from './console.ts';
import { oidcIssuersSchema } from './oidc-issuers.ts';

const issuers = oidcIssuersSchema.parse([
  { issuer: 'https://programs.example.org', audience: 'docfleet' },
  {
    issuer: 'https://id.example.org/realms/a',
    audience: 'docfleet',
    console: { clientId: 'console', origins: ['https://token.example.org/x'] },
  },
]);

test('H-02: people sign in with the providers that say so, and nothing else is told', () => {
  expect(consoleFactsOf({ OIDC_ISSUERS: issuers })).toEqual({
    providers: [
      {
        issuer: 'https://id.example.org/realms/a',
        clientId: 'console',
        label: 'id.example.org',
        scope: 'openid',
        resource: null,
      },
    ],
    keyLinks: false,
    origins: ['https://id.example.org', 'https://token.example.org'],
  });
  expect(consoleFactsOf({ OIDC_ISSUERS: [], DEVELOPMENT_API_KEY: 'dev_key-of-a-test' })).toEqual({
    providers: [],
    keyLinks: true,
    origins: [],
  });
});

test('H-02: the pages run scripts of the gateway only, and call it and the providers only', () => {
  const policy = consoleHeaders({ origins: ['https://id.example.org'] })['content-security-policy'];
  expect(policy?.split('; ')).toEqual([
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' blob: data:",
    "connect-src 'self' https://id.example.org",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ]);
});

test('files with a digest in their name are kept, the page is not', () => {
  expect([cachingOf('assets/main-a1b2.js'), cachingOf('index.html')]).toEqual([
    'public, max-age=31536000, immutable',
    'no-cache',
  ]);
});

test('a path that is no file is a place in the application, except among the assets', () => {
  const has = (name: string): boolean => ['index.html', 'assets/main.js'].includes(name);
  expect(['', 'documents/1', 'assets/main.js', 'assets/old.js'].map((path) => fileFor(path, has))).toEqual([
    'index.html',
    'index.html',
    'assets/main.js',
    undefined,
  ]);
});
