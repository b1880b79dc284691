import { ApiError, createClient, type Client, type Me } from '@docfleet/client';
import { createContext, use } from 'react';
import { sessions } from './session.ts';
import { uploadFetch } from './upload-fetch.ts';

/** How long a call is tried again while the gateway is away, in milliseconds: views ask again by themselves. */
const patienceMs = 4_000;

/** The API as the person who uses this tab. */
export interface Api {
  readonly client: Client;
  readonly me: Me;
  readonly credential: string;
  readonly may: (action: Me['actions'][number]) => boolean;
}

export function clientFor(credential: string): Client {
  return createClient({ api: location.origin, apiKey: () => sessions.tokenOf(credential), patienceMs });
}

/** A client whose uploads tell how many bytes were sent; it waits through a restart of the gateway. */
export function uploadClientFor(credential: string, onSent: (bytes: number) => void): Client {
  return createClient({
    api: location.origin,
    apiKey: () => sessions.tokenOf(credential),
    fetch: uploadFetch(onSent),
  });
}

/** Ends the session when the gateway says that its key or token is not accepted. */
export function noteRefusal(error: unknown, credential: string): void {
  if (error instanceof ApiError && error.status === 401) sessions.expire(credential);
}

export const ApiContext = createContext<Api | undefined>(undefined);

/** @throws Error outside of a signed-in session */
export function useApi(): Api {
  const api = use(ApiContext);
  if (api === undefined) throw new Error('nobody has signed in');
  return api;
}
