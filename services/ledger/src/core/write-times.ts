/** Durations of recent writes. All times in milliseconds since the epoch. */
export interface WriteTimes {
  /** Records the start of a write; the returned function records its end. */
  begin(at: number): (endedAt: number) => void;
  /** Median duration in seconds of the last minute's writes, running ones with their age; undefined without any. */
  medianSeconds(now: number): number | undefined;
}

/** Writes that ended longer ago are forgotten, in milliseconds. */
const retentionMs = 60_000;

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
    medianSeconds: (now) => {
      writes = writes.filter(({ endedAt }) => endedAt === undefined || endedAt > now - retentionMs);
      const durations = writes
        .map(({ begunAt, endedAt }) => (endedAt ?? now) - begunAt)
        .sort((a, b) => a - b);
      const median = durations[Math.floor(durations.length / 2)];
      return median === undefined ? undefined : median / 1000;
    },
  };
}
