/** The time that a person has for a task, as it is shown. */
export interface LeaseTime {
  /** Whole seconds, rounded up. */
  readonly secondsLeft: number;
  readonly phase: 'held' | 'ending' | 'over';
}

/** From here on the end of a lease is announced, in seconds, or from its last quarter on. */
const endingFrom = 60;

/** `leaseMs`: length of a lease. */
export function leaseTime(until: string, leaseMs: number, now: number): LeaseTime {
  // A clock that is read once a second may be a little behind a lease that was just renewed.
  const leftMs = Math.min(leaseMs, Math.max(0, Date.parse(until) - now));
  const secondsLeft = Math.ceil(leftMs / 1_000);
  return {
    secondsLeft,
    phase:
      secondsLeft === 0 ? 'over' : secondsLeft <= Math.min(endingFrom, leaseMs / 4_000) ? 'ending' : 'held',
  };
}

/** `4:05`. */
export function countdown(secondsLeft: number): string {
  return `${String(Math.floor(secondsLeft / 60))}:${String(secondsLeft % 60).padStart(2, '0')}`;
}

/** What decides whether a lease is renewed. Times in milliseconds. */
export interface LeaseFacts {
  readonly until: number;
  /** Length of a lease. */
  readonly leaseMs: number;
  /** When the person last did something: who has gone gives the task back by doing nothing. */
  readonly activeAt: number;
}

/**
 * Whether to renew now: once a third of the lease has passed, while the person has done something since it was last
 * renewed.
 */
export function isRenewalDue({ until, leaseMs, activeAt }: LeaseFacts, now: number): boolean {
  const renewedAt = until - leaseMs;
  return now - renewedAt >= leaseMs / 3 && activeAt > renewedAt;
}
