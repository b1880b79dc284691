import type { Edit, Sabotage } from './sabotage.ts';

const one = (name: string, edit: Edit, tests: readonly string[]): Sabotage => ({
  name,
  edits: [edit],
  tests,
});

const database = (file: string, find: string, replace: string): Edit => ({
  file: `libs/database/src/${file}`,
  find,
  replace,
});

const gateway = (file: string, find: string, replace: string): Edit => ({
  file: `services/gateway/src/${file}`,
  find,
  replace,
});

const admission = (find: string, replace: string): Edit => ({
  file: 'services/preprocess/src/core/admission.ts',
  find,
  replace,
});

const proof = (file: string, find: string, replace: string): Edit => ({
  file: `libs/tenant-proof/src/${file}`,
  find,
  replace,
});

const inDatabase = ['libs/database/test/access'];
const inAdmission = ['services/preprocess/src/core/admission'];
const inProof = ['libs/tenant-proof/src/tenant-proof'];

/** Guards of roles, in the database and in the API. */
export const accessSabotages: readonly Sabotage[] = [
  one(
    'let a tenant see the rows of all',
    database(
      'access/apply-access.ts',
      "rows === 'all' ? 'true' : tenantCondition",
      "rows === 'none' ? tenantCondition : 'true'",
    ),
    inDatabase,
  ),
  one(
    'let the owner of tables see the rows of all',
    database(
      'access/apply-access.ts',
      'await sql`alter table ${sql.id(table)} force row level security`.execute(transaction);',
      '',
    ),
    inDatabase,
  ),
  one(
    'keep the tenant for the next transaction',
    database(
      'open-database.ts',
      "set_config('app.tenant', ${tenantId}, true)",
      "set_config('app.tenant', ${tenantId}, false)",
    ),
    inDatabase,
  ),
  one(
    'accept any login as a role',
    database(
      'open-database.ts',
      'role === undefined ? undefined : await loginProblem(session, role)',
      'undefined',
    ),
    inDatabase,
  ),
  one(
    'let every role do everything',
    gateway('http/access.ts', "if (!mayDo(holder.role, action)) throw new FailureError('FORBIDDEN');", ''),
    ['services/gateway/test/roles'],
  ),
  one(
    'serve a route without an action',
    gateway(
      'http/access.ts',
      "if (action === undefined) throw new FailureError('FORBIDDEN');",
      'if (action === undefined) return;',
    ),
    ['services/gateway/test/roles'],
  ),
  one(
    'answer a tenant with the rights of an operator',
    gateway('adapters/caller-session.ts', 'tenantId === null ? ', 'tenantId !== undefined ? '),
    ['services/gateway/test/dead-letters'],
  ),
  one(
    'show fleet roles what clients wrote',
    gateway('core/hide-content.ts', 'visible.has(name) ? value : hidden', 'value'),
    ['services/gateway/test/dead-letters'],
  ),
  one(
    'accept keys of a suspended tenant',
    gateway(
      'adapters/key-holders.ts',
      "if (suspended) throw new FailureError('TENANT_SUSPENDED');",
      'void suspended;',
    ),
    ['services/gateway/test/tenants-and-keys'],
  ),
  one(
    'accept a record whatever its signature',
    proof('verify-record.ts', "isSignedBy(key, record, proof) ? undefined : 'wrong-signature'", 'undefined'),
    inProof,
  ),
  one(
    'accept a proof of any age',
    proof('verify-record.ts', 'Math.abs(storedAtMs - proof.atMs) > windowMs', 'windowMs < 0'),
    inProof,
  ),
  one(
    'sign without the topic',
    proof(
      'signed-bytes.ts',
      'algorithm, String(atMs), topic]',
      'algorithm, String(atMs), String(topic.length * 0)]',
    ),
    inProof,
  ),
  one(
    'verify with a key of another algorithm',
    proof(
      'verify-record.ts',
      "if (key?.algorithm !== proof.algorithm) return 'unknown-key';",
      "if (key === undefined) return 'unknown-key';",
    ),
    inProof,
  ),
  one(
    'let a tenant sign in the name of the fleet',
    admission('keyId.startsWith(fleetKeyPrefix)', "keyId.startsWith('none.')"),
    inAdmission,
  ),
  one(
    'accept records of a suspended tenant',
    admission("settings?.state === 'suspended'", "task.tenantId === ''"),
    inAdmission,
  ),
  one(
    'accept a signed record without a requestId',
    admission("mode === 'signature' && task.requestId === null", "task.tenantId === ''"),
    inAdmission,
  ),
  one(
    'accept any tenant in the topic of another',
    admission(
      'options.tenantOfTopic.get(record.topic) === task.tenantId',
      'options.tenantOfTopic.has(record.topic)',
    ),
    inAdmission,
  ),
  one(
    'forget the claim of a record that is refused now',
    {
      file: 'services/preprocess/src/stage.ts',
      find: 'if (!(await hasClaimed(store, { runId: run.runId, claim, signal }))) throw error;',
      replace: 'void hasClaimed; void store; void run; void claim; void signal; throw error;',
    },
    ['services/preprocess/test/stage'],
  ),
  one(
    'let an unproven record mark a submission as rejected',
    {
      file: 'services/ledger/src/core/projection.ts',
      find: "if (rejection.code === 'TENANT_UNVERIFIED') return unchanged(run);",
      replace: '',
    },
    ['services/ledger/src/core/projection'],
  ),
  one(
    'take an older state of a tenant for the newest',
    {
      file: 'libs/tenant-settings/src/tenant-directory.ts',
      find: 'if (value.version >= (known.get(key)?.version ?? 0)) known.set(key, value);',
      replace: 'known.set(key, value);',
    },
    ['libs/tenant-settings/src/tenant-directory'],
  ),
  one(
    'send from the outbox without a lease',
    gateway('outbox-sender.ts', 'if (!(await leases.take(leaseName, holder, leaseMs))) return 0;', ''),
    ['services/gateway/test/tenant-settings'],
  ),
  one(
    'redrive without reading the dead letter again',
    gateway(
      'dead-letters.ts',
      'if (locked.redrivenAs !== null)',
      'if (locked.runId === null && locked.redrivenAs !== null)',
    ),
    ['services/gateway/test/dead-letters'],
  ),
];
