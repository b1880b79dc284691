/** Roles of the database that services act as; none is a superuser or owns a table. */
export const databaseRoles = ['request', 'pipeline', 'operator', 'retention', 'webhooks'] as const;

/**
 * `request`: calls of a tenant, inside `Database.asTenant`. `pipeline`: ledger, integration, and what the gateway does
 * by itself. `operator`: calls of fleet roles, and looking keys up. `retention`: expiry and erasure,
 * the only role that deletes. `webhooks`: what sends to addresses of tenants, and therefore sees no document.
 */
export type DatabaseRole = (typeof databaseRoles)[number];

/** The role's name in the database. */
export function roleName(role: DatabaseRole): string {
  return `docfleet_${role}`;
}

/** All columns, or the named ones. */
type Columns = true | readonly string[];

/** What a role may do with a table. What is absent is not allowed. */
export interface TableAccess {
  /** `tenant`: rows of the tenant that the transaction names; without one, none. */
  readonly rows: 'tenant' | 'all';
  readonly select?: Columns;
  readonly insert?: true;
  readonly update?: Columns;
  readonly delete?: true;
}

/** What fleet roles may see of a run: nothing that a client wrote but its ids, and nothing of the document. */
export const runColumnsWithoutContent = [
  'run_id',
  'tenant_id',
  'request_id',
  'document_id',
  'lane',
  'status',
  'revision',
  'round',
  'stage',
  'attempt',
  'stages_done',
  'verdict',
  'failure_code',
  'failure_message',
  'region',
  'route',
  'claim_date',
  'accepted_at',
  'created_at',
  'updated_at',
  'ended_at',
  'expires_at',
  'timings',
  'page_count',
  'acknowledged',
] as const;

const outcomeState = ['run_id', 'revision', 'tenant_id', 'state'];
/** What the queue of tasks is counted by, for metrics and accounts. */
const reviewState = [
  'task_id',
  'tenant_id',
  'run_id',
  'revision',
  'round',
  'lane',
  'state',
  'afterwards',
  'version',
  'created_at',
  'updated_at',
  'expires_at',
];
const redriven = ['redriven_as', 'redriven_at', 'redriven_by'];
/** Everything but the hash. */
const describedKey = [
  'key_id',
  'tenant_id',
  'role',
  'prefix',
  'name',
  'created_at',
  'created_by',
  'expires_at',
  'last_used_at',
  'revoked_at',
];

/**
 * Who may do what, for every table. This list is the only place that says so: `applyAccess` makes the database equal to
 * it after every migration. A new table that belongs to a tenant has a column `tenant_id` and an entry here.
 */
export const accessList: Readonly<Record<string, Readonly<Partial<Record<DatabaseRole, TableAccess>>>>> = {
  tenants: {
    request: { rows: 'tenant', select: true, update: ['settings_version', 'review_policies'] },
    operator: {
      rows: 'all',
      select: true,
      insert: true,
      update: ['name', 'suspended_at', 'settings_version', 'sources', 'policies', 'review_policies'],
    },
  },
  tenant_public_keys: {
    request: { rows: 'tenant', select: true, insert: true, update: ['revoked_at'] },
    operator: { rows: 'all', select: true, insert: true, update: ['revoked_at'] },
    retention: { rows: 'all', select: ['tenant_id'], delete: true },
  },
  outbox: {
    request: { rows: 'tenant', insert: true },
    pipeline: { rows: 'all', select: true, update: ['sent_at', 'problem'], delete: true },
    operator: { rows: 'all', insert: true },
    // That the settings of a tenant are removed.
    retention: { rows: 'all', insert: true },
  },
  tenant_events: {
    request: { rows: 'tenant', insert: true },
    pipeline: { rows: 'all', insert: true },
    webhooks: { rows: 'all', select: true, update: ['taken_at'] },
    retention: { rows: 'all', select: true, delete: true },
  },
  batches: {
    request: { rows: 'tenant', select: true, insert: true, update: true },
    pipeline: {
      rows: 'all',
      select: true,
      update: ['state', 'revision', 'counts', 'ended_at', 'updated_at'],
    },
    retention: { rows: 'all', select: true, delete: true },
  },
  batch_files: {
    request: { rows: 'tenant', select: true, insert: true, update: true },
    pipeline: { rows: 'all', select: true, update: ['status'] },
    retention: {
      rows: 'all',
      select: true,
      update: ['file_name', 'document_id', 'input', 'erased_at'],
      delete: true,
    },
  },
  review_tasks: {
    request: {
      rows: 'tenant',
      select: true,
      update: [
        'state',
        'updated_at',
        'version',
        'document_class',
        'doubt',
        'work',
        'four_eyes',
        'holder',
        'holder_name',
        'held_until',
      ],
    },
    pipeline: {
      rows: 'all',
      select: reviewState,
      insert: true,
      update: ['state', 'updated_at', 'version', 'holder', 'holder_name', 'held_until'],
    },
    operator: { rows: 'all', select: reviewState },
    retention: { rows: 'all', select: true, delete: true },
  },
  review_changes: {
    request: { rows: 'tenant', select: true, insert: true },
  },
  review_skips: {
    request: { rows: 'tenant', select: true, insert: true, update: ['at', 'reason'] },
  },
  review_approvals: {
    request: { rows: 'tenant', select: true, insert: true, update: ['at', 'version'] },
  },
  review_decisions: {
    request: { rows: 'tenant', select: true, insert: true },
    pipeline: { rows: 'all', select: ['decision_id', 'task_id', 'tenant_id', 'kind', 'at', 'outcome_id'] },
  },
  leases: {
    pipeline: { rows: 'all', select: true, insert: true, update: true },
  },
  api_keys: {
    request: { rows: 'tenant', select: describedKey, insert: true, update: ['expires_at', 'revoked_at'] },
    operator: {
      rows: 'all',
      select: true,
      insert: true,
      update: ['expires_at', 'last_used_at', 'revoked_at'],
    },
  },
  audit: {
    request: { rows: 'tenant', insert: true },
    operator: { rows: 'all', select: true, insert: true },
    // It seals rows: a trigger lets each be sealed once, and nothing else of it be changed.
    retention: {
      rows: 'all',
      select: true,
      insert: true,
      update: ['sealed_as', 'prev_hash', 'hash'],
      delete: true,
    },
  },
  audit_chain: {
    operator: { rows: 'all', select: true },
    retention: { rows: 'all', select: true, update: ['position', 'hash'] },
  },
  runs: {
    request: { rows: 'tenant', select: true, insert: true, update: true },
    pipeline: { rows: 'all', select: true, insert: true, update: true },
    operator: { rows: 'all', select: runColumnsWithoutContent },
    // To see that the tables exist.
    webhooks: { rows: 'all', select: ['run_id'] },
    retention: { rows: 'all', select: true, delete: true },
  },
  run_events: {
    request: { rows: 'tenant', select: true },
    pipeline: { rows: 'all', select: true, insert: true },
    retention: { rows: 'all', select: true, delete: true },
  },
  outcomes: {
    request: { rows: 'tenant', select: outcomeState },
    pipeline: { rows: 'all', select: true, insert: true, update: true },
    operator: { rows: 'all', select: outcomeState },
    retention: { rows: 'all', select: true, update: ['event'], delete: true },
  },
  revisions: {
    request: { rows: 'tenant', select: true, insert: true },
    operator: { rows: 'all', select: true, insert: true },
    retention: { rows: 'all', select: true, delete: true },
  },
  dead_letters: {
    request: { rows: 'tenant', select: true, update: redriven },
    pipeline: { rows: 'all', select: true, insert: true },
    operator: { rows: 'all', select: true, update: redriven },
    retention: { rows: 'all', select: true, delete: true },
  },
  set_aside_records: {
    pipeline: { rows: 'all', select: true, insert: true, update: true },
    operator: { rows: 'all', select: true, update: ['redrive_asked_at', 'redrive_asked_by'] },
    webhooks: { rows: 'all', select: true, insert: true, update: true },
    retention: { rows: 'all', select: true, delete: true },
  },
  tenant_accounts: {
    pipeline: { rows: 'all', select: true, insert: true, update: true },
  },
  tenant_usage: {
    request: { rows: 'tenant', select: true, insert: true, update: ['bytes'] },
    pipeline: { rows: 'all', select: true, insert: true, update: ['documents', 'pages'] },
    operator: { rows: 'all', select: true },
    retention: { rows: 'all', select: true, delete: true },
  },
  consumer_offsets: {
    pipeline: { rows: 'all', select: true, insert: true, update: true },
    webhooks: { rows: 'all', select: true, insert: true, update: true },
    // To take the locks of ledger and webhooks, which read the offset as well.
    retention: { rows: 'all', select: true },
  },
  retention_progress: {
    retention: { rows: 'all', select: true, insert: true, update: true },
  },
  erasures: {
    request: { rows: 'tenant', select: true, insert: true },
    operator: { rows: 'all', select: true, insert: true },
    retention: { rows: 'all', select: true, update: ['state', 'ended_at', 'runs', 'objects'], delete: true },
  },
  erased_runs: {
    request: { rows: 'tenant', select: true },
    pipeline: { rows: 'all', select: true },
    operator: { rows: 'all', select: true },
    webhooks: { rows: 'all', select: true },
    retention: { rows: 'all', select: true, insert: true, delete: true },
  },
  webhook_endpoints: {
    request: {
      rows: 'tenant',
      select: true,
      insert: true,
      update: ['url', 'description', 'filters', 'updated_at', 'disabled_at', 'disabled_reason', 'deleted_at'],
    },
    operator: { rows: 'all', select: ['endpoint_id', 'disabled_at', 'deleted_at'] },
    webhooks: { rows: 'all', select: true, update: ['disabled_at', 'disabled_reason'] },
    retention: { rows: 'all', select: true, delete: true },
  },
  webhook_secrets: {
    request: { rows: 'tenant', select: true, insert: true, update: ['valid_until'] },
    webhooks: { rows: 'all', select: true },
    retention: { rows: 'all', select: true, delete: true },
  },
  webhook_deliveries: {
    request: {
      rows: 'tenant',
      select: true,
      insert: true,
      update: ['state', 'problem', 'begun_at', 'due_at', 'expires_at', 'ended_at', 'lease_holder'],
    },
    operator: { rows: 'all', select: ['delivery_id', 'state', 'ended_at'] },
    webhooks: { rows: 'all', select: true, insert: true, update: true },
    retention: { rows: 'all', select: true, delete: true },
  },
  webhook_attempts: {
    request: { rows: 'tenant', select: true },
    webhooks: { rows: 'all', select: true, insert: true, update: true },
    retention: { rows: 'all', select: true, delete: true },
  },
};
