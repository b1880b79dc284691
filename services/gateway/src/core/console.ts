import type { OidcIssuer } from './oidc-issuers.ts';

/** An identity provider that people sign in to the console with. */
export interface ConsoleProvider {
  readonly issuer: string;
  readonly clientId: string;
  readonly label: string;
  readonly scope: string;
  readonly resource: string | null;
}

/** What the console's pages may know before somebody has signed in; nothing of it is secret. */
export interface ConsoleFacts {
  readonly providers: readonly ConsoleProvider[];
  /** Whether a link may carry a key in its fragment: on one machine, where a development key exists. */
  readonly keyLinks: boolean;
  /** Origins beside the gateway's own that the pages may call. */
  readonly origins: readonly string[];
}

export function consoleFactsOf(settings: {
  readonly OIDC_ISSUERS: readonly OidcIssuer[];
  readonly DEVELOPMENT_API_KEY?: string | undefined;
}): ConsoleFacts {
  const origins = new Set<string>();
  const providers = settings.OIDC_ISSUERS.flatMap(({ issuer, console: known }): ConsoleProvider[] => {
    if (known === undefined) return [];
    for (const url of [issuer, ...known.origins]) origins.add(new URL(url).origin);
    const { clientId, label = new URL(issuer).host, scope, resource = null } = known;
    return [{ issuer, clientId, label, scope, resource }];
  });
  return { providers, keyLinks: settings.DEVELOPMENT_API_KEY !== undefined, origins: [...origins] };
}

/**
 * Headers of every file of the console. Its scripts and styles come from the gateway alone; pages and files of documents
 * are shown from memory (`blob:`), because images carry no key.
 */
export function consoleHeaders({ origins }: Pick<ConsoleFacts, 'origins'>): Readonly<Record<string, string>> {
  const policy = {
    'default-src': "'none'",
    'script-src': "'self'",
    'style-src': "'self'",
    'img-src': "'self' blob: data:",
    'connect-src': ["'self'", ...origins].join(' '),
    'base-uri': "'none'",
    'form-action': "'none'",
    'frame-ancestors': "'none'",
  };
  return {
    'content-security-policy': Object.entries(policy)
      .map(([name, value]) => `${name} ${value}`)
      .join('; '),
    'cross-origin-opener-policy': 'same-origin',
    'permissions-policy': 'camera=(), geolocation=(), microphone=()',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
  };
}

/** Files whose name has a digest of their content never change; every other one is asked for again. */
export function cachingOf(path: string): string {
  return path.startsWith('assets/') ? 'public, max-age=31536000, immutable' : 'no-cache';
}

/** The file that answers a path below `/console/`: itself, or the page that the browser application starts from. */
export function fileFor(path: string, has: (name: string) => boolean): string | undefined {
  if (has(path)) return path;
  return path.startsWith('assets/') ? undefined : 'index.html';
}
