import type { DeadLetter, Run, RunEvent } from '@docfleet/contracts';
import type { OutcomeStatus, Role } from '@docfleet/domain';
import type { ColumnType } from 'kysely';

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

export type RunsTable = ColumnsOf<
  Run,
  'acceptedAt' | 'createdAt' | 'updatedAt' | 'endedAt' | 'expiresAt',
  'input' | 'expectations' | 'timings' | 'result' | 'bundle'
>;

type RunEventsTable = ColumnsOf<RunEvent, 'at', 'detail'>;

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
