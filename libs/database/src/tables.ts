import type { CompletedDocument, StageTiming } from '@docfleet/contracts';
import type { Lane, ObjectRef, OutcomeStatus, Verdict } from '@docfleet/domain';
import type { ColumnType } from 'kysely';

/*
 * The tables as kysely sees them: names in camel case (the columns are in snake case), times as milliseconds since the
 * epoch (the columns are `timestamptz`), 64-bit numbers as bigint. Every table that belongs to a tenant has `tenantId`.
 */

/** Read as milliseconds, written as Date. */
type Instant = ColumnType<number, Date, Date>;
type InstantOrNull = ColumnType<number | null, Date | null, Date | null>;

/** Read as a value, written as JSON text. */
type Json<T> = ColumnType<T, string, string>;
type JsonOrNull<T> = ColumnType<T | null, string | null, string | null>;

/** State of a run: waiting for its first stage, in a stage, or ended. A `rejected` one was never accepted. */
export const runStatuses = [
  'accepted',
  'running',
  'rejected',
  'completed',
  'completed_with_gaps',
  'failed',
  'cancelled',
  'expired',
] as const satisfies readonly ('accepted' | 'running' | 'rejected' | OutcomeStatus)[];
export type RunStatus = (typeof runStatuses)[number];

/** Permissions in the API; each key has one role. */
export const roles = ['producer', 'viewer', 'reviewer', 'operator', 'admin'] as const;
export type Role = (typeof roles)[number];

/** The result of a run, from its terminal event. */
export interface RunResult {
  readonly documents: readonly CompletedDocument[];
  /** True when the fields were too large for the event: they are in the bundle. */
  readonly fieldsOmitted: boolean;
  readonly degradation: string;
  /** Engines that read the pages; absent in rows of older builds. */
  readonly engines?: readonly string[];
}

interface TenantsTable {
  tenantId: string;
  name: string;
  createdAt: Instant;
}

interface ApiKeysTable {
  keyId: string;
  tenantId: string;
  role: Role;
  /** First characters of the key, to tell keys apart in lists. */
  prefix: string;
  /** SHA-256 of the key, lower-case hex. Keys are random, so a slow hash adds nothing. */
  hash: string;
  createdAt: Instant;
  revokedAt: InstantOrNull;
}

export interface RunsTable {
  runId: string;
  tenantId: string;
  requestId: string | null;
  documentId: string | null;
  lane: Lane;
  status: RunStatus;
  revision: number;
  /** The stage that processes the run or will next; null before the first and after the end. */
  stage: string | null;
  attempt: number;
  stagesDone: number;
  verdict: Verdict | null;
  failureCode: string | null;
  failureMessage: string | null;
  fileName: string | null;
  /** The submitted file; null for runs that did not come through the API. */
  input: JsonOrNull<ObjectRef>;
  /** SHA-256 over file and options: distinguishes a repetition from a conflict. Null for runs that did not come through the API. */
  submissionDigest: string | null;
  region: string | null;
  route: string | null;
  callbackUrl: string | null;
  expectations: Json<Readonly<Record<string, string>>>;
  /** UTC day of the claim; null until the run is claimed. */
  claimDate: string | null;
  /** Time of the claim; null until then. */
  acceptedAt: InstantOrNull;
  createdAt: Instant;
  updatedAt: Instant;
  endedAt: InstantOrNull;
  expiresAt: Instant;
  timings: Json<readonly StageTiming[]>;
  result: JsonOrNull<RunResult>;
  outcomeId: string | null;
  bundle: JsonOrNull<ObjectRef>;
  pageCount: number;
  /** Whether the log has acknowledged the submission; false rows are sent again. */
  acknowledged: boolean;
}

interface RunEventsTable {
  partition: number;
  offset: ColumnType<bigint, bigint, never>;
  runId: string;
  tenantId: string;
  revision: number;
  stage: string;
  kind: string;
  at: Instant;
  detail: Json<RunEventDetail>;
}

/** Further data of an event. */
export interface RunEventDetail {
  readonly attempt: number;
  readonly queuedMs: number;
  readonly activeMs: number;
  readonly code: string | null;
  readonly reason: string | null;
}

export type OutcomeState = 'claimed' | 'published';

export interface OutcomesTable {
  runId: string;
  revision: number;
  tenantId: string;
  outcomeId: string;
  state: OutcomeState;
  status: OutcomeStatus;
  event: Buffer;
  terminalTopic: string;
  terminalPartition: number;
  scanFrom: ColumnType<bigint, bigint, never>;
  home: string;
  claimedAt: Instant;
  publishedAt: InstantOrNull;
}

interface ConsumerOffsetsTable {
  consumer: string;
  topic: string;
  partition: number;
  nextOffset: ColumnType<bigint, bigint, bigint>;
}

export interface DeadLettersTable {
  /** `<stage>-<partition>-<offset>` of the record. */
  id: string;
  stage: string;
  partition: number;
  offset: ColumnType<bigint, bigint, never>;
  /** Null when the record could not be decoded. */
  tenantId: string | null;
  runId: string | null;
  requestId: string | null;
  revision: number | null;
  lane: string | null;
  code: string;
  attempt: number;
  at: Instant;
  /** The revision it was redriven as; null until then. */
  redrivenAs: number | null;
  redrivenAt: InstantOrNull;
  redrivenBy: string | null;
}

interface RevisionsTable {
  runId: string;
  revision: number;
  tenantId: string;
  origin: string;
  createdAt: Instant;
  createdBy: string;
}

interface TenantAccountsTable {
  tenantId: string;
  name: string;
  value: ColumnType<bigint, bigint, bigint>;
}

export interface Tables {
  tenants: TenantsTable;
  apiKeys: ApiKeysTable;
  runs: RunsTable;
  runEvents: RunEventsTable;
  outcomes: OutcomesTable;
  consumerOffsets: ConsumerOffsetsTable;
  deadLetters: DeadLettersTable;
  revisions: RevisionsTable;
  tenantAccounts: TenantAccountsTable;
}
