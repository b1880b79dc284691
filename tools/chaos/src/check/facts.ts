/** Position of a record, `topic/partition/offset`. */
export type RecordPosition = string;

export interface IntakeRecord {
  readonly position: RecordPosition;
  /** Null for a record of no expected run. */
  readonly runId: string | null;
}

export interface TerminalEvent {
  readonly position: RecordPosition;
  readonly tenantId: string;
  readonly runId: string;
  readonly revision: number;
  readonly outcomeId: string;
  readonly status: string;
  readonly code: string | null;
  readonly bundleUri: string;
  /** Of a completed run, null of others. */
  readonly verdict: string | null;
  readonly fields: readonly EndedField[];
  /** SHA-256 of the record's bytes. */
  readonly digest: string;
}

/** A field of an ended run. */
export interface EndedField {
  /** Number of its document in the file, from 1. */
  readonly document: number;
  readonly name: string;
  readonly value: string;
  /** `person` for a value that a person gave. */
  readonly source: string;
}

/** What the API has answered to people about the run that they decided. */
export interface DecidedRun {
  readonly outcomeId: string;
  readonly verdict: 'approve' | 'reject';
  /** The changes of the task that were accepted before, in their order. */
  readonly corrections: readonly Correction[];
}

export interface Correction {
  readonly document: number;
  readonly field: string;
  /** null: the document does not have the field. */
  readonly value: string | null;
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

/** A batch as its rows say. */
export interface BatchRow {
  readonly batchId: string;
  readonly tenantId: string;
  readonly state: string;
  readonly revision: number;
  readonly counts: Readonly<Record<string, number>>;
  readonly cancelAsked: boolean;
  readonly runIds: readonly string[];
  /** The transaction that changed it last. */
  readonly changedIn: string;
  /** The transactions that ended its runs. */
  readonly runsEndedIn: readonly string[];
  /** What was said of it, in its order. */
  readonly events: readonly {
    readonly type: string;
    readonly revision: number;
    readonly counts: Readonly<Record<string, number>>;
  }[];
}

/** What must be told to the receivers of a tenant: a row that a service wrote for its webhooks. */
export interface TenantEvent {
  readonly tenant: string;
  readonly type: string;
  /** The run or the batch. */
  readonly subject: string;
  /** Events of one subject are told in this order. */
  readonly revision: number;
}

/** A message as a receiver of webhooks got it. */
export interface WebhookMessage extends TenantEvent {
  /** Of its header `webhook-id`. */
  readonly id: string;
  /** Whether it was answered with 200. */
  readonly taken: boolean;
}

/** Final state of topics, Postgres, the store and the receiver. */
export interface Facts {
  readonly intake: readonly IntakeRecord[];
  readonly terminal: readonly TerminalEvent[];
  readonly rejected: readonly { readonly source: RecordPosition; readonly code: string }[];
  readonly duplicates: readonly RecordPosition[];
  readonly deadLetters: number;
  /** Records that the read model could not store. */
  readonly setAside: readonly {
    readonly topic: string;
    readonly runId: string | null;
    readonly cause: string;
  }[];
  readonly outcomes: readonly OutcomeRow[];
  readonly runs: readonly { readonly runId: string; readonly status: string; readonly ended: boolean }[];
  /** Sums over the tenants, by name: `accepted`, `ended.<status>`. */
  readonly accounts: ReadonlyMap<string, number>;
  /** Position of the record that claimed the run, by run. */
  readonly claims: ReadonlyMap<string, RecordPosition>;
  readonly bundles: readonly Bundle[];
  readonly batches: readonly BatchRow[];
  readonly tenantEvents: readonly TenantEvent[];
  /** As they arrived. */
  readonly messages: readonly WebhookMessage[];
  readonly lag: readonly LagOf[];
  /** Running processes of this test, as `pid command`. */
  readonly leftovers: readonly string[];
}

/** Expected results. */
export interface Expectations {
  /** Every run that must end, by id; `broken` documents must end as failed. */
  readonly runs: ReadonlyMap<string, { readonly broken: boolean; readonly cancelled: boolean }>;
  /** Runs that the API accepted. */
  readonly answered: ReadonlySet<string>;
  /** Number of records that must be rejected. */
  readonly badRecords: number;
  /** Runs whose record may be rejected, or accepted and then end as failed. */
  readonly refusable: ReadonlySet<string>;
  /** Runs of every batch that must end, by its id. */
  readonly batches: ReadonlyMap<string, readonly string[]>;
  /** Batches that the API accepted. */
  readonly answeredBatches: ReadonlySet<string>;
  /** Tenants with a webhook that gets every event. */
  readonly listening: ReadonlySet<string>;
  /** Runs that people have approved or rejected, by id. */
  readonly decided: ReadonlyMap<string, DecidedRun>;
}

/** Nothing is expected of batches and webhooks. */
export const neitherBatchesNorWebhooks = {
  batches: new Map(),
  answeredBatches: new Set(),
  listening: new Set(),
  decided: new Map(),
} satisfies Partial<Expectations>;
