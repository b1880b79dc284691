/** Events of a schedule in order, for debugging, with counts by kind. */
export class History {
  readonly lines: string[] = [];
  readonly violations: string[] = [];
  readonly counts = new Map<string, number>();
  readonly #now: () => number;
  readonly #verbose: boolean;

  /** `now` gives milliseconds since the start. */
  constructor(now: () => number, verbose: boolean) {
    this.#now = now;
    this.#verbose = verbose;
  }

  /** Adds a line; `text` is called only if `verbose`. */
  note(text: () => string): void {
    if (this.#verbose) this.lines.push(`${(this.#now() / 1000).toFixed(3).padStart(9)} s  ${text()}`);
  }

  count(name: string, by = 1): void {
    this.counts.set(name, (this.counts.get(name) ?? 0) + by);
  }

  violate(text: string): void {
    this.violations.push(text);
    this.note(() => `VIOLATION ${text}`);
  }
}
