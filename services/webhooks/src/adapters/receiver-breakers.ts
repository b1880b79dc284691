import { createBreaker, type Breaker } from '@docfleet/resilience';

/** Receivers whose breakers are remembered. */
const maxReceivers = 2_000;

/** An attempt that failed: what counts for a breaker. */
export class AttemptFailed extends Error {}

/**
 * A breaker for each receiver: half of at least five attempts within a minute open it. Each process learns by
 * itself whom not to call.
 */
export interface ReceiverBreakers {
  of(name: string): Breaker;
  /** Names of breakers that let nothing pass, of the given ones. */
  open(): readonly string[];
  close(): void;
}

export function receiverBreakers(openMs: number): ReceiverBreakers {
  const breakers = new Map<string, Breaker>();
  const make = (name: string): Breaker =>
    createBreaker({
      name,
      failureRatio: 0.5,
      windowMs: 60_000,
      minCalls: 5,
      openMs,
      counts: (error) => error instanceof AttemptFailed,
    });
  return {
    of: (name) => {
      const breaker = breakers.get(name) ?? make(name);
      // The one that was used longest ago comes first, and is forgotten first.
      breakers.delete(name);
      breakers.set(name, breaker);
      const [[oldest, forgotten] = []] = breakers;
      if (breakers.size > maxReceivers && oldest !== undefined && forgotten !== undefined) {
        breakers.delete(oldest);
        forgotten.close();
      }
      return breaker;
    },
    open: () => [...breakers.values()].filter(({ state }) => state === 'open').map(({ name }) => name),
    close: () => {
      for (const breaker of breakers.values()) breaker.close();
    },
  };
}
