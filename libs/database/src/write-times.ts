import type { Clock } from '@docfleet/domain';

/** Durations of recent writes. All times in milliseconds since the epoch. */
export interface WriteTimes {
  /** Records the start of a write; the returned function records its end. */
  begin(at: number): (endedAt: number) => void;
  /**
   * The duration in seconds that 95 % of the last minute's writes did not exceed, running ones counted with their age;
   * undefined without any.
   */
  percentileSeconds(now: number): number | undefined;
}

/** Writes that ended longer ago are forgotten, in milliseconds. */
const retentionMs = 60_000;

/** Share of the writes that take at most the reported time (nearest rank). */
const percentile = 0.95;

export function createWriteTimes(): WriteTimes {
  let writes: { readonly begunAt: number; endedAt: number | undefined }[] = [];
  return {
    begin: (at) => {
      const write: (typeof writes)[number] = { begunAt: at, endedAt: undefined };
      writes.push(write);
      return (endedAt) => {
        write.endedAt = endedAt;
      };
    },
    percentileSeconds: (now) => {
      writes = writes.filter(({ endedAt }) => endedAt === undefined || endedAt > now - retentionMs);
      const durations = writes
        .map(({ begunAt, endedAt }) => (endedAt ?? now) - begunAt)
        .sort((a, b) => a - b);
      const reached = durations[Math.ceil(durations.length * percentile) - 1];
      return reached === undefined ? undefined : reached / 1000;
    },
  };
}

/** The write with its duration recorded, also when it fails. */
export function timeWrite<A extends readonly unknown[], R>(
  write: (...args: A) => Promise<R>,
  { times, clock }: { readonly times: WriteTimes; readonly clock: Pick<Clock, 'now'> },
): (...args: A) => Promise<R> {
  return async (...args) => {
    const ended = times.begin(clock.now());
    try {
      return await write(...args);
    } finally {
      ended(clock.now());
    }
  };
}
