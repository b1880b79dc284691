import { taskStages } from '@docfleet/contracts';
import type { FailureCode, Lane, StageName } from '@docfleet/domain';

/** Stages that work on documents, before the one that ends runs. */
export const workStages = ['preprocess', ...taskStages] as const;
export type WorkStage = (typeof workStages)[number];

/**
 * Places in a step at which a process can stop. `work` and `worked` are around the handler; `claim`, `pages`, `bundle`
 * and `outcome` are effects that have happened and were not heard of; `look` is a read of a terminal partition;
 * `records`, `offset` and `commit` are the parts of the transaction; `committed` is when its answer was heard, `doubt`
 * when none came and before the log is asked.
 */
export const boundaries = [
  'work',
  'claim',
  'pages',
  'worked',
  'bundle',
  'outcome',
  'look',
  'records',
  'offset',
  'commit',
  'committed',
  'doubt',
] as const;
export type Boundary = (typeof boundaries)[number];

/** What happens to a process at a boundary: it is killed, stands still, or its group changes. */
export type StopKind = 'kill' | 'pause' | 'rebalance';

/** What one try at a document comes to in one stage. */
export type Behaviour =
  | { readonly kind: 'works'; readonly ms: number }
  | { readonly kind: 'fails'; readonly ms: number; readonly code: FailureCode }
  /** Does not end in time, and does not listen when it is told to stop. */
  | { readonly kind: 'hangs'; readonly ms: number }
  /** Takes the process with it. */
  | { readonly kind: 'kills' }
  /** Writes a record that is larger than allowed. */
  | { readonly kind: 'floods'; readonly ms: number };

export interface PlannedDocument {
  readonly name: string;
  readonly tenantId: string;
  readonly requestId: string | null;
  readonly lane: Lane;
  readonly submittedAtMs: number;
  /** By stage, one for each try; the last is repeated. */
  readonly behaviour: Readonly<Partial<Record<WorkStage, readonly Behaviour[]>>>;
  /** Sent again, unchanged, at these times; in another lane where one is named. */
  readonly repeats: readonly { readonly atMs: number; readonly lane: Lane }[];
  /** Another document under the same requestId. */
  readonly conflictAtMs: number | null;
  /** Age at which the run expires. */
  readonly expiresAfterMs: number;
}

/** A fault, when it happens (milliseconds from the start), and what it is. */
export type PlannedFault = { readonly atMs: number } & (
  | {
      readonly kind: 'stop-at';
      readonly stage: StageName;
      readonly boundary: Boundary;
      /** Passages that go well before. */
      readonly after: number;
      readonly how: StopKind;
      readonly forMs: number;
      /** Somebody takes the metadata of the partition meanwhile (in a doubt only). */
      readonly losesMetadata: boolean;
      /** The ending that was claimed comes once more on another partition (after a claim only). */
      readonly sendsElsewhere: boolean;
    }
  | {
      readonly kind: 'kill' | 'pause';
      readonly stage: StageName;
      readonly member: number;
      readonly forMs: number;
    }
  | {
      readonly kind: 'commit-answer-lost' | 'commit-lost' | 'commit-late' | 'markers-late';
      readonly stage: StageName;
      readonly forMs: number;
      readonly times: number;
    }
  | { readonly kind: 'rebalance'; readonly stage: StageName; readonly rotate: boolean }
  | { readonly kind: 'membership-lost'; readonly stage: StageName; readonly member: number }
  | { readonly kind: 'scale-up'; readonly stage: StageName }
  | { readonly kind: 'scale-down'; readonly stage: StageName; readonly member: number }
  | { readonly kind: 'rolling-restart'; readonly stage: StageName }
  | {
      readonly kind: 'brokers-away' | 'database-away' | 'store-away' | 'registry-away';
      readonly forMs: number;
    }
  /** Something that the stage needs is known to be gone: it starts nothing. */
  | { readonly kind: 'breaker-open'; readonly stage: StageName; readonly forMs: number }
  | { readonly kind: 'database-answers-lost' | 'store-answers-lost'; readonly calls: number }
  | { readonly kind: 'rewind'; readonly stage: StageName; readonly partition: number; readonly by: number }
  | {
      readonly kind: 'metadata-lost';
      readonly stage: StageName;
      readonly partition: number;
      /** It is not taken away but changed. */
      readonly isDamaged: boolean;
    }
  | {
      readonly kind: 'terminal-transaction-open';
      readonly terminal: 'completed' | 'failed';
      readonly forMs: number;
    }
  /** A tenant that does not prove who it is uses a document's requestId. */
  | { readonly kind: 'unverified'; readonly document: number }
  | { readonly kind: 'undecodable'; readonly stage: StageName; readonly lane: Lane }
  | { readonly kind: 'log-duplicate'; readonly stage: StageName; readonly pick: number }
  /** An ending comes once more, on a partition of another lane. */
  | { readonly kind: 'ending-elsewhere'; readonly pick: number; readonly lane: Lane }
  | {
      readonly kind: 'cancel';
      readonly document: number;
      /** Milliseconds later the same again. */
      readonly againMs: number | null;
      /** The gateway dies after the ending is acknowledged and before the stop. */
      readonly gatewayDies: boolean;
    }
);

/** Everything about a schedule that its seed decides beforehand. */
export interface Plan {
  readonly seed: number;
  readonly documents: readonly PlannedDocument[];
  readonly faults: readonly PlannedFault[];
  readonly membersPerStage: number;
  readonly slots: number;
  readonly maxRecords: number;
  readonly maxFetchRecords: number;
  /** Of every topic that has more in the product. */
  readonly partitions: 1 | 2;
  /** The store takes up to this much longer. */
  readonly storeSlowMs: number;
  readonly latencyMs: readonly [min: number, max: number];
  /** How far the ledger is behind the log. */
  readonly ledgerLagMs: number;
  /** Share of dead letters that somebody sends again as the next revision. */
  readonly redrives: boolean;
  /** When faults end and everything is mended. */
  readonly healedAtMs: number;
}
