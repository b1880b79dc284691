import type { Lane, ObjectRef, RunStatus, Verdict } from '@docfleet/domain';
import type { CompletedDocument, StageTiming } from './generated/records.ts';

// The read model: what the ledger writes to the database and the gateway shows. Times are milliseconds since the epoch.

/** A run as the read model has it. */
export interface Run {
  readonly runId: string;
  readonly tenantId: string;
  readonly requestId: string | null;
  readonly documentId: string | null;
  readonly lane: Lane;
  readonly status: RunStatus;
  readonly revision: number;
  /** The stage that has the run, or waits for it; null before the first stage and after the end. */
  readonly stage: string | null;
  readonly attempt: number;
  readonly stagesDone: number;
  readonly verdict: Verdict | null;
  readonly failureCode: string | null;
  readonly failureMessage: string | null;
  readonly fileName: string | null;
  /** The submitted file; null for runs that were not submitted through the API. */
  readonly input: ObjectRef | null;
  /** SHA-256 over file and options: tells a repeat from a conflict. Null for runs not submitted through the API. */
  readonly submissionDigest: string | null;
  readonly region: string | null;
  readonly route: string | null;
  readonly callbackUrl: string | null;
  readonly expectations: Readonly<Record<string, string>>;
  /** UTC day of the claim; null until the run is claimed. */
  readonly claimDate: string | null;
  /** Time of the claim; null until then. */
  readonly acceptedAt: number | null;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly endedAt: number | null;
  readonly expiresAt: number;
  readonly timings: readonly StageTiming[];
  readonly result: RunResult | null;
  readonly outcomeId: string | null;
  readonly bundle: ObjectRef | null;
  readonly pageCount: number;
  /** Whether the log has acknowledged the submission; the gateway publishes it again until it has. */
  readonly acknowledged: boolean;
}

/** The result of a run, as its terminal event has it. */
export interface RunResult {
  readonly documents: readonly CompletedDocument[];
  /** True when there were too many fields for the event: they are in the bundle. */
  readonly fieldsOmitted: boolean;
  readonly degradation: string;
  /** Engines that read the pages; absent in rows of older builds. */
  readonly engines?: readonly string[];
}

/** A revision of a run that is accepted and has not ended. */
export type OpenRun = Pick<Run, 'runId' | 'revision' | 'tenantId'>;

/** The last run of a page of a list; the next page continues after it. */
export interface RunCursor {
  readonly createdAt: number;
  readonly runId: string;
}

/** One entry of a run's history, with its position in `documents.events`. */
export interface RunEvent {
  readonly partition: number;
  readonly offset: bigint;
  readonly runId: string;
  readonly tenantId: string;
  readonly revision: number;
  readonly stage: string;
  readonly kind: string;
  readonly at: number;
  readonly detail: RunEventDetail;
}

export interface RunEventDetail {
  readonly attempt: number;
  readonly queuedMs: number;
  readonly activeMs: number;
  readonly code: string | null;
  readonly reason: string | null;
}

/** A record whose attempts at a stage are used up, and whether it was redriven. */
export interface DeadLetter {
  /** `<stage>-<partition>-<offset>` of the record. */
  readonly id: string;
  readonly stage: string;
  readonly partition: number;
  readonly offset: bigint;
  /** Null where the record could not be decoded. */
  readonly tenantId: string | null;
  readonly runId: string | null;
  readonly requestId: string | null;
  readonly revision: number | null;
  readonly lane: string | null;
  readonly code: string;
  readonly attempt: number;
  readonly at: number;
  /** The revision it was redriven as; null until then. */
  readonly redrivenAs: number | null;
  readonly redrivenAt: number | null;
  readonly redrivenBy: string | null;
}

/** A dead letter before it is stored. */
export type NewDeadLetter = Omit<DeadLetter, 'id' | 'redrivenAs' | 'redrivenAt' | 'redrivenBy'>;

/** The position of a dead letter: a partition of its stage's dead-letter topic, and the offset there. */
export type DeadLetterPosition = Pick<DeadLetter, 'stage' | 'partition' | 'offset'>;

/** The last dead letter of a page of a list; the next page continues after it. */
export interface DeadLetterCursor {
  readonly at: number;
  readonly id: string;
}

/** Counts by tenant that never decrease: `accepted`, and `ended.<status>`. */
export type TenantCounts = ReadonlyMap<string, ReadonlyMap<string, number>>;
