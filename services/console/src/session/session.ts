import { useSyncExternalStore } from 'react';
import { isRenewalDue, type Renewal } from '../model/sign-in.ts';
import { renewTokens } from './provider.ts';

/** Who uses this tab. */
export interface Session {
  /** The key or token that it began with, which names the session. */
  readonly credential: string;
  /** The token that calls carry now, where it was renewed. */
  readonly token: string;
  readonly renewal?: Renewal | undefined;
}

export interface SessionState {
  readonly session: Session | undefined;
  /** The session before was ended by the gateway: it said that the key or token is not accepted any more. */
  readonly isExpired: boolean;
}

const storageKey = 'docfleet.session';

/** Begins the names of what a person has typed and not stored. */
export const draftPrefix = 'docfleet.review.';

const listeners = new Set<() => void>();
let state: SessionState = { session: stored(), isExpired: false };

/** In the storage of the tab, which no other site reads, and which ends with the tab. */
function stored(): Session | undefined {
  try {
    const read = JSON.parse(sessionStorage.getItem(storageKey) ?? 'null') as Session | null;
    return typeof read?.credential === 'string' && typeof read.token === 'string' ? read : undefined;
  } catch {
    // What an earlier release kept is not read: the person signs in once more.
    return undefined;
  }
}

function become(next: SessionState): void {
  state = next;
  if (next.session === undefined) sessionStorage.removeItem(storageKey);
  else sessionStorage.setItem(storageKey, JSON.stringify(next.session));
  for (const listener of listeners) listener();
}

let renewing: Promise<string> | undefined;

/** A provider that does not answer leaves the token as it is, and the gateway decides. */
async function renew(session: Session, renewal: Renewal): Promise<string> {
  const renewed = await renewTokens(renewal).catch(() => undefined);
  if (renewed === undefined) return session.token;
  if (state.session?.credential === session.credential) {
    become({ session: { ...session, ...renewed }, isExpired: false });
  }
  return renewed.token;
}

export const sessions = {
  current: (): SessionState => state,
  begin: (credential: string, renewal?: Renewal): void => {
    become({ session: { credential, token: credential, renewal }, isExpired: false });
  },
  /** The token for a call of a session; one that ends is renewed first. */
  tokenOf: (credential: string): string | Promise<string> => {
    const { session } = state;
    // A call of a session that is over is refused, as it should be.
    if (session?.credential !== credential) return credential;
    const { token, renewal } = session;
    if (renewal === undefined || !isRenewalDue(renewal, Date.now())) return token;
    renewing ??= renew(session, renewal).finally(() => {
      renewing = undefined;
    });
    return renewing;
  },
  /** What the person chose. What was typed into reviews and not stored goes with it: others may use the tab. */
  end: (): void => {
    for (const key of Object.keys(sessionStorage)) {
      if (key.startsWith(draftPrefix)) sessionStorage.removeItem(key);
    }
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
