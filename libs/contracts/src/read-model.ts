import type {
  BatchCounts,
  BatchState,
  Lane,
  ObjectRef,
  ReviewChoice,
  Role,
  RunStatus,
  Verdict,
} from '@docfleet/domain';
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
  /** How often a person has sent the revision back to a stage. */
  readonly round: number;
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
  /** The class that the submission names. */
  readonly documentClass: string | null;
  /** Whether rules and expectations are checked. */
  readonly checks: boolean;
  /** Whether a person may have to look at the result. */
  readonly review: ReviewChoice;
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

/** What lists show of a run: no JSON, which may be large. */
export type RunSummary = Pick<
  Run,
  | 'runId'
  | 'tenantId'
  | 'requestId'
  | 'documentId'
  | 'lane'
  | 'status'
  | 'revision'
  | 'stage'
  | 'stagesDone'
  | 'verdict'
  | 'failureCode'
  | 'failureMessage'
  | 'fileName'
  | 'createdAt'
  | 'endedAt'
  | 'pageCount'
>;

/** A run without anything of its document, as fleet roles see it: no fields, file name, expectations or addresses. */
export type RunOverview = Omit<RunSummary, 'fileName'> & Pick<Run, 'timings'>;

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

/** One entry of a run's history as the read model numbers them: what a stage did, or with kind `ended` how the run ended. */
export interface RunHistoryEntry extends Pick<RunEvent, 'runId' | 'revision' | 'stage' | 'kind' | 'at'> {
  /** Grows with every entry of any run, in the order in which they became known. */
  readonly number: bigint;
  readonly detail: {
    readonly code: string | null;
    /** Of events of stages. */
    readonly attempt?: number;
    /** Of ends. */
    readonly status?: RunStatus;
  };
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

/** A record that the ledger, or another reader, could not store, and whether a redrive stored it after all. */
export interface SetAsideRecord {
  /** `<topic>-<partition>-<offset>` of the record, with the name of a reader other than the ledger before it. */
  readonly id: string;
  /** The service that could not store it. */
  readonly reader: string;
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
  /** Null where the record does not tell; escaped where it is no identifier. */
  readonly tenantId: string | null;
  readonly runId: string | null;
  /** SQLSTATE, failure code, or name of an error: why it was refused the last time. */
  readonly cause: string;
  readonly message: string;
  readonly at: number;
  /** How often it was tried, and when last. */
  readonly tries: number;
  readonly triedAt: number;
  /** Set from the request of a redrive until the ledger has tried. */
  readonly redriveAskedAt: number | null;
  /** Who asked for the last redrive. */
  readonly redriveAskedBy: string | null;
  /** When it was stored; null until then. */
  readonly redrivenAt: number | null;
}

/** A record set aside before it is stored. */
export type NewSetAsideRecord = Omit<
  SetAsideRecord,
  'id' | 'reader' | 'tries' | 'triedAt' | 'redriveAskedAt' | 'redriveAskedBy' | 'redrivenAt'
>;

/** The position of a record set aside. */
export type SetAsidePosition = Pick<SetAsideRecord, 'topic' | 'partition' | 'offset'>;

/** The last record set aside of a page of a list; the next page continues after it. */
export interface SetAsideCursor {
  readonly at: number;
  readonly id: string;
}

/** Counts by tenant that never decrease: `accepted`, and `ended.<status>`. */
export type TenantCounts = ReadonlyMap<string, ReadonlyMap<string, number>>;

/** A tenant. Times are in milliseconds since the epoch. */
export interface Tenant {
  readonly tenantId: string;
  readonly name: string;
  readonly createdAt: number;
  /** While it is suspended its keys are refused; null: active. */
  readonly suspendedAt: number | null;
  /** Buckets, or folders of buckets, that its documents may be read from; null: as the fleet is configured. */
  readonly sources: readonly string[] | null;
  /** Further settings by name, such as quotas. */
  readonly policies: Readonly<Record<string, string>>;
}

/** What the pipeline adds to the day of a tenant. */
export interface UsageOfDay {
  readonly tenantId: string;
  /** Any time of the day, in milliseconds since the epoch. */
  readonly at: number;
  readonly documents: number;
  readonly pages: number;
}

/** A public key of a tenant. Times are in milliseconds since the epoch. */
export interface TenantKey {
  readonly tenantId: string;
  readonly keyId: string;
  /** 32 bytes, base64url. */
  readonly publicKey: string;
  readonly notBefore: number;
  readonly notAfter: number | null;
  readonly createdAt: number;
  readonly createdBy: string | null;
  readonly revokedAt: number | null;
}

/** What may be shown of a key. Times are in milliseconds since the epoch. */
export interface ApiKey {
  readonly keyId: string;
  readonly tenantId: string | null;
  readonly role: Role;
  /** First characters of the key. */
  readonly prefix: string;
  readonly name: string | null;
  readonly createdAt: number;
  readonly createdBy: string | null;
  readonly expiresAt: number | null;
  readonly lastUsedAt: number | null;
  readonly revokedAt: number | null;
}

/** A request to erase a run, or with `runId` null everything of a tenant. */
export interface Erasure {
  readonly erasureId: string;
  readonly tenantId: string;
  readonly runId: string | null;
  /** `waiting`: nothing is erased yet. */
  readonly state: 'waiting' | 'erasing' | 'done';
  /** Milliseconds since the epoch. */
  readonly requestedAt: number;
  /** keyId of the key that asked for it. */
  readonly requestedBy: string;
  readonly endedAt: number | null;
  /** Erased so far. */
  readonly runs: number;
  /** Removed so far. */
  readonly objects: number;
}

/** What became of a run whose row is gone. */
export type Removal = 'erased' | 'expired';

/** What a client says of a batch; the fleet only shows it. */
export interface BatchMetadata {
  /** Who wants it; null: not said. */
  readonly requester: {
    readonly name: string | null;
    readonly email: string | null;
    readonly notes: string | null;
  } | null;
  /** What time the documents are about, in the client's words. */
  readonly period: string | null;
  /** Free fields, such as municipality and department. */
  readonly fields: Readonly<Record<string, string>>;
}

/** Several files that were submitted together. Times are in milliseconds since the epoch. */
export interface Batch {
  readonly batchId: string;
  readonly tenantId: string;
  readonly requestId: string;
  readonly state: BatchState;
  /** How often it has ended: a file that is redriven opens it again. */
  readonly revision: number;
  /** SHA-256 over metadata, options and files: tells a repeat from a conflict. Of a draft, over metadata and options. */
  readonly digest: string;
  readonly metadata: BatchMetadata;
  /** Options of the submission of every file, as the gateway parsed them. */
  readonly options: Readonly<Record<string, unknown>>;
  readonly counts: BatchCounts;
  readonly createdAt: number;
  readonly updatedAt: number;
  /** When its files became runs; null for a draft. */
  readonly acceptedAt: number | null;
  readonly endedAt: number | null;
  /** When its cancellation was asked for; null: never. */
  readonly cancelAskedAt: number | null;
  /** When a draft expires; null for what was never a draft. */
  readonly expiresAt: number | null;
}

/** A file of a batch. */
export interface BatchFile {
  readonly batchId: string;
  readonly tenantId: string;
  /** Its number in the batch, from 1. */
  readonly n: number;
  /** Derived: in a draft there is no such run yet. */
  readonly runId: string;
  /** Null also once the run was erased. */
  readonly fileName: string | null;
  readonly documentId: string | null;
  /** Null once the run was erased. */
  readonly input: ObjectRef | null;
  /** Of its run, as last read; null in a draft. It stays when the run is erased. */
  readonly status: RunStatus | null;
  /** When the run was erased, in milliseconds since the epoch; null: it was not. */
  readonly erasedAt: number | null;
}

/** A file of a batch with its run; `run` is null in a draft, and when the run was erased or has expired. */
export interface BatchFileWithRun extends BatchFile {
  readonly run: Pick<
    Run,
    | 'status'
    | 'revision'
    | 'stage'
    | 'stagesDone'
    | 'verdict'
    | 'failureCode'
    | 'failureMessage'
    | 'acceptedAt'
    | 'createdAt'
    | 'endedAt'
    | 'timings'
    | 'bundle'
    | 'pageCount'
  > | null;
}

/** What lists show of a batch. */
export type BatchSummary = Omit<Batch, 'metadata' | 'options' | 'digest'>;

/** The last batch of a page of a list; the next page continues after it. */
export interface BatchCursor {
  readonly createdAt: number;
  readonly batchId: string;
}
