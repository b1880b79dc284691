import type { Connection } from '@docfleet/connections';
import type { Breaker } from '@docfleet/resilience';
import type { PostgresPool } from 'kysely';
import type pg from 'pg';
import { isUnavailability, sqlState } from './database-failure.ts';

/** A connection in use: one statement, or a transaction. */
interface Lease {
  query(text: string, values: unknown[]): Promise<unknown>;
  release(destroy?: boolean): void;
}

/** Called with the error of a statement, and at the release. */
interface LeaseHooks {
  readonly onError?: (error: unknown) => void;
  readonly onRelease?: () => void;
}

/** Kysely's view of the pool, with every use of a connection behind the breaker. */
export function guardedPool(
  pool: pg.Pool,
  {
    onFailure,
    breaker,
  }: Pick<Connection, 'onFailure'> & { readonly breaker?: Pick<Breaker, 'run'> | undefined },
): PostgresPool {
  const open = (hooks: LeaseHooks): Promise<Lease> => openLease(pool, onFailure, hooks);
  const connect = (): Promise<Lease> => (breaker === undefined ? open({}) : guardedLease(open, breaker));
  // Kysely's type also has cursors, which are not used here.
  return {
    connect: connect as unknown as PostgresPool['connect'],
    end: () => pool.end(),
    options: pool.options,
  };
}

/** One call of the breaker from getting the connection to its release; it fails as its first statement did. */
function guardedLease(
  open: (hooks: LeaseHooks) => Promise<Lease>,
  breaker: Pick<Breaker, 'run'>,
): Promise<Lease> {
  return new Promise((resolve, reject) => {
    const use = async (): Promise<void> => {
      const released = Promise.withResolvers<undefined>();
      let failed: { readonly error: unknown } | undefined;
      const onError = (error: unknown): void => {
        if (isUnavailability(error)) failed ??= { error };
      };
      const onRelease = (): void => {
        released.resolve(undefined);
      };
      resolve(await open({ onError, onRelease }));
      await released.promise;
      if (failed !== undefined) throw failed.error;
    };
    // After the lease was given out, its user has the error already.
    breaker.run(use, neverAborted).catch(reject);
  });
}

const neverAborted = new AbortController().signal;

/**
 * A connection that is closed at its release when a statement failed without an answer of the server, instead of being
 * reused: the statement may still be running, and later ones would wait for it.
 */
async function openLease(
  pool: pg.Pool,
  onFailure: Connection['onFailure'],
  { onError, onRelease }: LeaseHooks,
): Promise<Lease> {
  const client = await pool.connect().catch((error: unknown) => {
    onFailure?.(error);
    throw error;
  });
  let broken = false;
  // A connection that breaks between two statements emits `error`; without a listener it would end the process.
  const onBreak = (): void => {
    broken = true;
  };
  client.on('error', onBreak);
  return {
    query: async (text, values) => {
      try {
        return await client.query(text, values);
      } catch (error) {
        broken ||= sqlState(error) === undefined;
        onError?.(error);
        throw error;
      }
    },
    release: (destroy) => {
      client.release(broken || destroy === true);
      client.off('error', onBreak);
      onRelease?.();
    },
  };
}
