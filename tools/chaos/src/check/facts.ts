/** A place in a topic, `topic/partition/offset`. */
export type Place = string;

export interface IntakeRecord {
  readonly place: Place;
  /** Null for a record that names no run that should be. */
  readonly runId: string | null;
}

export interface TerminalEvent {
  readonly place: Place;
  readonly runId: string;
  readonly revision: number;
  readonly outcomeId: string;
  readonly status: string;
  readonly code: string | null;
  readonly bundleUri: string;
  /** SHA-256 of the record's bytes. */
  readonly digest: string;
}

export interface OutcomeRow {
  readonly runId: string;
  readonly revision: number;
  readonly outcomeId: string;
  readonly state: string;
  readonly status: string;
  readonly digest: string;
}

export interface Bundle {
  readonly runId: string;
  readonly revision: number;
  readonly outcomeId: string;
  readonly uri: string;
}

export interface LagOf {
  readonly group: string;
  readonly topic: string;
  readonly partition: number;
  /** -1: never committed. */
  readonly committed: number;
  readonly end: number;
}

/** Everything that exists after the end, read from topics, Postgres and the store. */
export interface Facts {
  readonly intake: readonly IntakeRecord[];
  readonly terminal: readonly TerminalEvent[];
  readonly rejected: readonly { readonly source: Place; readonly code: string }[];
  readonly duplicates: readonly Place[];
  readonly deadLetters: number;
  readonly outcomes: readonly OutcomeRow[];
  readonly runs: readonly { readonly runId: string; readonly status: string; readonly ended: boolean }[];
  /** Sums over the tenants, by name: `accepted`, `ended.<status>`. */
  readonly accounts: ReadonlyMap<string, number>;
  /** Where the record stands that claimed the run. */
  readonly claims: ReadonlyMap<string, Place>;
  readonly bundles: readonly Bundle[];
  readonly lag: readonly LagOf[];
  /** Processes of this run that still live, as `pid command`. */
  readonly leftovers: readonly string[];
}

/** What should have come of it. */
export interface Expectations {
  /** Every run that must end, by id; `broken` documents have to end as failed. */
  readonly runs: ReadonlyMap<string, { readonly broken: boolean; readonly cancelled: boolean }>;
  /** Runs that the API said it had accepted. */
  readonly answered: ReadonlySet<string>;
  /** Records that must be rejected, whatever runs there are. */
  readonly badRecords: number;
}
