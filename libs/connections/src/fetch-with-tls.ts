import { Agent, fetch as fetchWithAgent } from 'undici';
import type { ClientTls } from './client-tls.ts';

/** The part of `fetch` that the clients of JSON services use. */
export type Fetch = (
  url: string,
  init?: {
    readonly method?: string;
    readonly headers?: Readonly<Record<string, string>>;
    readonly body?: string;
    readonly signal?: AbortSignal;
    readonly redirect?: 'error';
  },
) => Promise<{ readonly status: number; json(): Promise<unknown> }>;

/** `fetch` with one server's TLS; Node's own where none is set. */
export function fetchWithTls(tls: ClientTls | undefined): Fetch {
  if (tls === undefined) return fetch;
  const dispatcher = new Agent({ connect: { ...tls } });
  return (url, init) => fetchWithAgent(url, { ...init, dispatcher });
}
