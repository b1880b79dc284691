import { taskStages, type Pool } from '@docfleet/contracts';
import type { FailureCode, Lane, StageName } from '@docfleet/domain';

/** Stages that work on documents, before the one that ends runs. */
export const workStages = ['preprocess', ...taskStages] as const;
export type WorkStage = (typeof workStages)[number];

/**
 * Boundaries of a step at which a process can stop. `work` and `worked` are before and after the handler; `claim`,
 * `pages`, `bundle` and `outcome` are effects whose response has not arrived; `look` is a read of a terminal partition;
 * `records`, `offset` and `commit` are the parts of the transaction; `committed` is after its response, `doubt` when
 * there was none and before the position is read.
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

/** What happens to a process at a boundary: it is killed, paused, or its group is rebalanced. */
export type StopKind = 'kill' | 'pause' | 'rebalance';

/** Behaviour of a document in one attempt of one stage. */
export type Behaviour =
  | { readonly kind: 'works'; readonly ms: number }
  | { readonly kind: 'fails'; readonly ms: number; readonly code: FailureCode }
  /** Exceeds the time limit and ignores its abort signal. */
  | { readonly kind: 'hangs'; readonly ms: number }
  /** Kills the process. */
  | { readonly kind: 'kills' }
  /** Writes a record that is larger than allowed. */
  | { readonly kind: 'floods'; readonly ms: number };

export interface PlannedDocument {
  readonly name: string;
  readonly documentClass: (typeof plannedClasses)[number];
  readonly tenantId: string;
  readonly requestId: string | null;
  readonly lane: Lane;
  readonly submittedAtMs: number;
  /** By stage, one for each attempt; the last is repeated. */
  readonly behaviour: Readonly<Partial<Record<WorkStage, readonly Behaviour[]>>>;
  /** Repeated submissions, unchanged, at these times and in these lanes. */
  readonly repeats: readonly { readonly atMs: number; readonly lane: Lane }[];
  /** Submission of another document with the same requestId. */
  readonly conflictAtMs: number | null;
  /** For each time that its fields are judged whether it needs a person; the last is repeated. Empty: never. */
  readonly needsPerson: readonly boolean[];
  /** Age at which the run expires. */
  readonly expiresAfterMs: number;
}

/** A fault and its time, in milliseconds from the start. */
export type PlannedFault = { readonly atMs: number } & (
  | {
      readonly kind: 'stop-at';
      readonly stage: StageName;
      readonly boundary: Boundary;
      /** Number of passages before it. */
      readonly after: number;
      readonly how: StopKind;
      readonly forMs: number;
      /** The metadata of the partition is removed meanwhile (only in doubt). */
      readonly losesMetadata: boolean;
      /** The claimed ending is written again to another partition (only after a claim). */
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
      readonly kind: 'brokers-down' | 'database-down' | 'store-down' | 'registry-down';
      readonly forMs: number;
    }
  /** A breaker of a dependency of the stage is open: it starts no task. */
  | { readonly kind: 'breaker-open'; readonly stage: StageName; readonly forMs: number }
  /** An operator pauses a lane of a stage, or with null the stage. */
  | {
      readonly kind: 'lane-paused';
      readonly stage: StageName;
      readonly lane: Lane | null;
      readonly forMs: number;
    }
  | { readonly kind: 'database-answers-lost' | 'store-answers-lost'; readonly calls: number }
  | { readonly kind: 'rewind'; readonly stage: StageName; readonly partition: number; readonly by: number }
  | {
      readonly kind: 'metadata-lost';
      readonly stage: StageName;
      readonly partition: number;
      /** Changed instead of removed. */
      readonly isDamaged: boolean;
    }
  | {
      readonly kind: 'terminal-transaction-open';
      readonly terminal: 'completed' | 'failed';
      readonly forMs: number;
    }
  /** An unverified tenant uses the requestId of a document. */
  | { readonly kind: 'unverified'; readonly document: number }
  | { readonly kind: 'undecodable'; readonly stage: StageName; readonly lane: Lane }
  | { readonly kind: 'log-duplicate'; readonly stage: StageName; readonly pick: number }
  /** An ending is written again, to a partition of another lane. */
  | { readonly kind: 'ending-elsewhere'; readonly pick: number; readonly lane: Lane }
  | {
      readonly kind: 'cancel';
      readonly document: number;
      /** Time until the cancel is repeated, in milliseconds; null: not repeated. */
      readonly againMs: number | null;
      /** The gateway stops after the ending is acknowledged and before it sends the stop. */
      readonly gatewayDies: boolean;
    }
);

/** Classes that documents have. */
export const plannedClasses = ['invoice', 'letter', 'receipt'] as const;

/** Extraction pools of the deployment from a time on, and when each kind of process has them; in milliseconds. */
export interface PlannedPools {
  readonly atMs: number;
  readonly pools: readonly Pool[];
  /** Until classification is restarted with them. */
  readonly routersAfterMs: number;
  /** Until the common processes of extraction are. */
  readonly commonAfterMs: number;
  /** Until processes of pools are started and ended. */
  readonly poolsAfterMs: number;
  /** Whether processes of removed pools are killed; else they drain. */
  readonly kills: boolean;
}

/** The whole plan of a schedule, derived from its seed. */
/** How people review; times in milliseconds. */
export interface PlannedReview {
  readonly reviewers: number;
  /** From the start of the schedule. */
  readonly awakeFromMs: number;
  readonly thinksForMs: number;
  /** Runs are sent back in rounds below this one. */
  readonly sendsBackRounds: number;
  /** The sender of decisions dies between each send and its note of it. */
  readonly sendsTwice: boolean;
}

export interface Plan {
  readonly seed: number;
  readonly documents: readonly PlannedDocument[];
  /** Changes of the pools, in order; empty: there are none. */
  readonly pools: readonly PlannedPools[];
  readonly faults: readonly PlannedFault[];
  readonly membersPerStage: number;
  readonly slots: number;
  readonly maxRecords: number;
  readonly maxFetchRecords: number;
  /** Partitions of every topic, at most its real number. */
  readonly partitions: 1 | 2;
  /** Additional latency of the store, at most, in milliseconds. */
  readonly storeSlowMs: number;
  readonly latencyMs: readonly [min: number, max: number];
  /** Delay of the ledger behind the log, in milliseconds. */
  readonly ledgerLagMs: number;
  /** Whether dead letters are redriven as the next revision. */
  readonly redrives: boolean;
  readonly review: PlannedReview;
  /** Time at which all faults end, in milliseconds from the start. */
  readonly faultsEndAtMs: number;
}
