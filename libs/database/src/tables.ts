import type {
  Batch,
  BatchFile,
  DeadLetter,
  Erasure,
  Run,
  RunContext,
  RunEvent,
  SetAsideRecord,
} from '@docfleet/contracts';
import type {
  DocumentFields,
  Lane,
  ObjectRef,
  OutcomeStatus,
  ReviewedDocument,
  Role,
  RunVerdict,
} from '@docfleet/domain';
import type { ColumnType, Generated } from 'kysely';

/*
 * The tables as kysely sees them: names in camel case (the columns are in snake case), times as milliseconds since the
 * epoch (the columns are `timestamptz`), 64-bit numbers as bigint. Every table that belongs to a tenant has `tenantId`.
 */

/** Read as milliseconds, written as Date. */
type Instant = ColumnType<number, Date, Date>;
type InstantOrNull = ColumnType<number | null, Date | null, Date | null>;

/** Columns of a row of the read model: times are written as Date, objects as JSON text. */
type ColumnsOf<Row, Times extends keyof Row, Objects extends keyof Row> = {
  -readonly [Name in keyof Row]: Name extends Times
    ? Written<Row[Name], Date>
    : Name extends Objects
      ? Written<Row[Name], string>
      : Row[Name];
};

/** Read as `Read`, written as `As`; null stays null. */
type Written<Read, As> = ColumnType<Read, As | Extract<Read, null>, As | Extract<Read, null>>;

interface TenantsTable {
  tenantId: string;
  name: string;
  createdAt: Instant;
  /** Null: active. */
  suspendedAt: InstantOrNull;
  /** Grows with every change that is published. */
  settingsVersion: Generated<bigint>;
  /** Buckets, or folders of buckets, that its documents may be read from; null: as the fleet is configured. */
  sources: string[] | null;
  /** Further settings by name, as they are published. */
  policies: ColumnType<Readonly<Record<string, string>>, string | undefined, string>;
  /** Those about reviews, which the tenant itself may change; null: those in `policies` count. */
  reviewPolicies: ColumnType<Readonly<Record<string, string>> | null, string | undefined, string>;
}

interface TenantPublicKeysTable {
  tenantId: string;
  keyId: string;
  publicKey: string;
  notBefore: Instant;
  notAfter: InstantOrNull;
  createdAt: Instant;
  createdBy: string | null;
  revokedAt: InstantOrNull;
}

interface OutboxTable {
  id: Generated<bigint>;
  topic: string;
  key: string;
  /** Null: the fleet's. */
  tenantId: string | null;
  headers: ColumnType<Record<string, string>, string, never>;
  /** The value, or null where `json` has it or the key is removed. */
  bytes: Buffer | null;
  /** The value before it is encoded. */
  json: ColumnType<object | null, string | null, never>;
  createdAt: Instant;
  sentAt: InstantOrNull;
  /** Why it can never be sent. */
  problem: string | null;
}

interface LeasesTable {
  name: string;
  holder: string;
  endsAt: Instant;
}

interface ApiKeysTable {
  keyId: string;
  /** Null for fleet roles. */
  tenantId: string | null;
  role: Role;
  /** First characters of the key, to tell keys apart in lists. */
  prefix: string;
  /** SHA-256 of the key, lower-case hex. Keys are random, so a slow hash adds nothing. */
  hash: string;
  /** For people, to tell keys apart. */
  name: string | null;
  createdAt: Instant;
  /** keyId of the key that made it; null where no key did. */
  createdBy: string | null;
  /** A rotated key remains valid until then. */
  expiresAt: InstantOrNull;
  lastUsedAt: InstantOrNull;
  revokedAt: InstantOrNull;
}

/** What a row of the audit log says besides; free of document content. */
export type AuditDetail = Readonly<Record<string, string | number | boolean | null>>;

interface AuditTable {
  id: Generated<bigint>;
  at: Instant;
  actorKeyId: string | null;
  actorRole: string;
  tenantId: string | null;
  action: string;
  subject: string;
  detail: ColumnType<AuditDetail, string, never>;
  actorSubject: string | null;
  actorIssuer: string | null;
  address: string | null;
  status: number | null;
  /** Position in the chain, from 1; null until the row is sealed. */
  sealedAs: bigint | null;
  /** SHA-256 of the position before, and of this row with it. */
  prevHash: Buffer | null;
  hash: Buffer | null;
}

interface AuditChainTable {
  single: Generated<boolean>;
  position: bigint;
  hash: Buffer;
}

export type RunsTable = ColumnsOf<
  Run,
  'acceptedAt' | 'createdAt' | 'updatedAt' | 'endedAt' | 'expiresAt',
  'input' | 'expectations' | 'timings' | 'result' | 'bundle'
>;

type RunEventsTable = ColumnsOf<RunEvent, 'at', 'detail'> & {
  /** In the order in which entries became visible (migration 0012). */
  number: ColumnType<bigint, never, never>;
};

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

type DeadLettersTable = ColumnsOf<DeadLetter, 'at' | 'redrivenAt', never>;

type SetAsideRecordsTable = ColumnsOf<
  SetAsideRecord,
  'at' | 'triedAt' | 'redriveAskedAt' | 'redrivenAt',
  never
>;

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

interface TenantUsageTable {
  tenantId: string;
  /** Its beginning, UTC. */
  day: Instant;
  bytes: Generated<bigint>;
  documents: Generated<bigint>;
  pages: Generated<bigint>;
}

interface TenantEventsTable {
  id: Generated<bigint>;
  tenantId: string;
  type: string;
  subject: string;
  data: ColumnType<Readonly<Record<string, unknown>>, string, never>;
  at: Instant;
  /** When its deliveries were stored; null until then. */
  takenAt: InstantOrNull;
}

export type BatchesTable = ColumnsOf<
  Batch,
  'createdAt' | 'updatedAt' | 'acceptedAt' | 'endedAt' | 'cancelAskedAt' | 'expiresAt',
  'metadata' | 'options' | 'counts'
>;

export type BatchFilesTable = ColumnsOf<BatchFile, 'erasedAt', 'input'>;

interface WebhookEndpointsTable {
  endpointId: string;
  tenantId: string;
  url: string;
  description: string;
  /** Types of events, or `<kind>.*`; empty: all. */
  filters: string[];
  createdAt: Instant;
  createdBy: string;
  updatedAt: Instant;
  /** Null: enabled. */
  disabledAt: InstantOrNull;
  disabledReason: 'caller' | 'gone' | null;
  deletedAt: InstantOrNull;
}

interface WebhookSecretsTable {
  secretId: string;
  tenantId: string;
  receiver: string;
  keyId: string;
  createdAt: Instant;
  /** Null: the current one. */
  validUntil: InstantOrNull;
}

interface WebhookDeliveriesTable {
  deliveryId: string;
  number: Generated<bigint>;
  tenantId: string;
  /** The id of an endpoint, or what stands for callbacks. */
  receiver: string;
  /** Of a callback; null: the endpoint's. */
  url: string | null;
  type: string;
  /** The run or the batch. */
  subject: string;
  position: bigint;
  body: string;
  state: 'pending' | 'delivered' | 'failed';
  problem: string | null;
  attempts: Generated<number>;
  createdAt: Instant;
  /** When it was stored, or last replayed. */
  begunAt: Instant;
  dueAt: Instant;
  expiresAt: Instant;
  endedAt: InstantOrNull;
  /** The process that sends it, until `dueAt`; null: none. */
  leaseHolder: string | null;
}

interface WebhookAttemptsTable {
  deliveryId: string;
  slot: number;
  tenantId: string;
  number: number;
  at: Instant;
  durationMs: number;
  status: number | null;
  problem: string | null;
}

/** A task of the people who look at results, as it is stored. */
export interface ReviewTasksTable {
  taskId: string;
  tenantId: string;
  runId: string;
  revision: number;
  /** How often the revision had been sent back to a stage. */
  round: number;
  lane: Lane;
  /** `closed`: the run ended otherwise, such as by a cancel. */
  state: 'waiting' | 'decided' | 'closed';
  /** The run has ended without waiting; a decision ends nothing. */
  afterwards: boolean;
  /** Of the first document. */
  documentClass: string;
  /** How unsure the machine is, from 0 to 1. */
  doubt: number;
  createdAt: Instant;
  updatedAt: Instant;
  expiresAt: Instant;
  /** Grows with every change. */
  version: Generated<number>;
  context: ColumnType<RunContext, string, never>;
  input: ColumnType<ObjectRef, string, never>;
  /** What the stages wrote, by name. */
  results: ColumnType<Readonly<Record<string, ObjectRef>>, string, never>;
  pageCount: number;
  /** As the machine has them. */
  documents: ColumnType<readonly DocumentFields[], string, never>;
  verdict: ColumnType<RunVerdict, string, never>;
  reasons: string[];
  /** The documents as people have corrected them; null until the first change. */
  work: ColumnType<readonly ReviewedDocument[] | null, string | null, string | null>;
  /** Whether two people approve it. */
  fourEyes: boolean;
  /** Id of the key, or subject of the token, of whoever works on it; null: nobody. */
  holder: string | null;
  holderName: string | null;
  heldUntil: InstantOrNull;
}

interface ReviewChangesTable {
  id: Generated<bigint>;
  taskId: string;
  tenantId: string;
  at: Instant;
  actor: string;
  actorName: string | null;
  kind: string;
  /** Index of the document. */
  document: number;
  field: string | null;
  before: ColumnType<object | null, string | null, never>;
  after: ColumnType<object | null, string | null, never>;
  reason: string | null;
  /** Id of the call that made it, where it has one. */
  changeId: string | null;
  /** Digest of what that call asked for. */
  changeDigest: string | null;
}

interface ReviewSkipsTable {
  taskId: string;
  tenantId: string;
  actor: string;
  at: Instant;
  reason: string;
}

interface ReviewApprovalsTable {
  taskId: string;
  tenantId: string;
  actor: string;
  at: Instant;
  /** Version of the task that was approved: a change after it needs another approval. */
  version: number;
}

interface ReviewDecisionsTable {
  decisionId: string;
  taskId: string;
  tenantId: string;
  kind: 'approve' | 'reject' | 'send_back';
  actor: string;
  actorName: string | null;
  at: Instant;
  reason: string | null;
  /** Where a run that is sent back begins again. */
  stage: string | null;
  /** Null where the decision ends nothing. */
  outcomeId: string | null;
}

interface RetentionProgressTable {
  kind: string;
  /** Key of the object that was looked at last; null: from the first one. */
  cursor: string | null;
  lastSuccessAt: InstantOrNull;
}

interface ErasuresTable {
  erasureId: string;
  tenantId: string;
  /** Null: everything of the tenant. */
  runId: string | null;
  state: Erasure['state'];
  requestedAt: Instant;
  /** keyId of the key that asked for it. */
  requestedBy: string;
  endedAt: InstantOrNull;
  /** Runs and objects removed so far. */
  runs: Generated<number>;
  objects: Generated<number>;
}

interface ErasedRunsTable {
  runId: string;
  tenantId: string;
  erasedAt: Instant;
}

export interface Tables {
  tenants: TenantsTable;
  tenantPublicKeys: TenantPublicKeysTable;
  outbox: OutboxTable;
  leases: LeasesTable;
  apiKeys: ApiKeysTable;
  audit: AuditTable;
  auditChain: AuditChainTable;
  runs: RunsTable;
  runEvents: RunEventsTable;
  outcomes: OutcomesTable;
  consumerOffsets: ConsumerOffsetsTable;
  deadLetters: DeadLettersTable;
  revisions: RevisionsTable;
  setAsideRecords: SetAsideRecordsTable;
  tenantAccounts: TenantAccountsTable;
  tenantEvents: TenantEventsTable;
  batches: BatchesTable;
  batchFiles: BatchFilesTable;
  webhookEndpoints: WebhookEndpointsTable;
  webhookSecrets: WebhookSecretsTable;
  webhookDeliveries: WebhookDeliveriesTable;
  webhookAttempts: WebhookAttemptsTable;
  tenantUsage: TenantUsageTable;
  reviewTasks: ReviewTasksTable;
  reviewChanges: ReviewChangesTable;
  reviewSkips: ReviewSkipsTable;
  reviewApprovals: ReviewApprovalsTable;
  reviewDecisions: ReviewDecisionsTable;
  retentionProgress: RetentionProgressTable;
  erasures: ErasuresTable;
  erasedRuns: ErasedRunsTable;
}
