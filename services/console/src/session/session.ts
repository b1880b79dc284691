import { useSyncExternalStore } from 'react';

/** Who uses this tab: the key or token that its calls carry. */
export interface Session {
  readonly credential: string;
}

export interface SessionState {
  readonly session: Session | undefined;
  /** The session before was ended by the gateway: it said that the key or token is not accepted any more. */
  readonly isExpired: boolean;
}

const storageKey = 'docfleet.session';

const listeners = new Set<() => void>();
let state: SessionState = { session: stored(), isExpired: false };

/** In the storage of the tab, which no other site reads, and which ends with the tab. */
function stored(): Session | undefined {
  const credential = sessionStorage.getItem(storageKey);
  return credential === null ? undefined : { credential };
}

function become(next: SessionState): void {
  state = next;
  if (next.session === undefined) sessionStorage.removeItem(storageKey);
  else sessionStorage.setItem(storageKey, next.session.credential);
  for (const listener of listeners) listener();
}

export const sessions = {
  current: (): SessionState => state,
  begin: (credential: string): void => {
    become({ session: { credential }, isExpired: false });
  },
  /** What the person chose. */
  end: (): void => {
    become({ session: undefined, isExpired: false });
  },
  /** What the gateway said about the credential of a call; one of a session that is over already changes nothing. */
  expire: (credential: string): void => {
    if (state.session?.credential === credential) become({ session: undefined, isExpired: true });
  },
  subscribe: (listener: () => void): (() => void) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
};

export function useSessionState(): SessionState {
  return useSyncExternalStore(sessions.subscribe, sessions.current);
}
