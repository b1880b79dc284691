/** Counts events of the last ten minutes, in buckets of ten seconds. */
export class RecentCount {
  readonly #startedAtMs: number;
  /** By number of the bucket. */
  readonly #buckets = new Map<number, number>();

  constructor(nowMs: number) {
    this.#startedAtMs = nowMs;
  }

  add(nowMs: number): void {
    const bucket = Math.floor(nowMs / bucketMs);
    this.#forgetBefore(bucket);
    this.#buckets.set(bucket, (this.#buckets.get(bucket) ?? 0) + 1);
  }

  /** Events an hour, over the last ten minutes; over the time since the start while that is shorter, at least a minute. */
  perHour(nowMs: number): number {
    this.#forgetBefore(Math.floor(nowMs / bucketMs));
    const count = [...this.#buckets.values()].reduce((sum, each) => sum + each, 0);
    const observedMs = Math.min(windowMs, Math.max(60_000, nowMs - this.#startedAtMs));
    return (count * hourMs) / observedMs;
  }

  #forgetBefore(bucket: number): void {
    for (const each of this.#buckets.keys())
      if (each <= bucket - windowMs / bucketMs) this.#buckets.delete(each);
  }
}

const bucketMs = 10_000;
const windowMs = 600_000;
const hourMs = 3_600_000;
