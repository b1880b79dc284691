/** How long writes took lately. All times in milliseconds since the epoch. */
export interface WriteTimes {
  /** Notes the begin of a write; the returned function notes its end. */
  begin(at: number): (endedAt: number) => void;
  /** Median of the last minute's writes in seconds, those at work with their age; undefined when there was none. */
  medianSeconds(now: number): number | undefined;
}

/** Writes that ended longer ago say nothing about now. */
const memoryMs = 60_000;

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
      writes = writes.filter(({ endedAt }) => endedAt === undefined || endedAt > now - memoryMs);
      const lasted = writes.map(({ begunAt, endedAt }) => (endedAt ?? now) - begunAt).sort((a, b) => a - b);
      const median = lasted[Math.floor(lasted.length / 2)];
      return median === undefined ? undefined : median / 1000;
    },
  };
}
