import { editIn, tested, type Sabotage } from './sabotage.ts';

const database = editIn('libs/database');
const gateway = editIn('services/gateway');
const ledger = editIn('services/ledger');
const webhooks = editIn('services/webhooks');

const inBatches = 'services/gateway/test/batches';
const inEndings = 'services/ledger/test/batches';
const inDeliveries = 'services/webhooks/test/deliveries';
const inAddresses = 'services/webhooks/test/closed-addresses';
const inLinks = 'services/gateway/src/core/artifact-link';
const inEvents = 'services/gateway/test/events';
const inChain = 'libs/database/test/audit-chain';

/** Guards of batches, webhooks, quotas, streams of events, signed URLs and the audit log. */
export const tenantSabotages: readonly Sabotage[] = [
  {
    name: 'end a batch after the transaction that ends its last run',
    edits: [
      ledger(
        'adapters/read-model-writer.ts',
        'return {\n    nextOffset: async',
        '(globalThis as any).apart = database;\n  return {\n    nextOffset: async',
      ),
      ledger(
        'adapters/read-model-writer.ts',
        'await batchEndingsIn(session)',
        'void batchEndingsIn((globalThis as any).apart.session)',
      ),
    ],
    tests: [inEndings],
  },
  tested(
    'end a batch at every count of its files',
    database('batch-endings.ts', 'if (isSame(batch.counts, counts)) return undefined;', 'void isSame;'),
    inEndings,
  ),
  tested(
    'count the files of a batch without its lock',
    database('batch-endings.ts', "    .orderBy('batchId')\n    .forUpdate()", "    .orderBy('batchId')"),
    inEndings,
  ),
  tested(
    'take another batch for a repeated one',
    gateway(
      'batches/accept-batch.ts',
      "if (existing.digest !== digest) throw new FailureError('REQUEST_CONFLICT');",
      'void digest;',
    ),
    inBatches,
  ),
  tested(
    'accept a batch in several transactions',
    gateway(
      'batches/accept-batch.ts',
      'await insertRuns(session, runs, call.check);',
      'for (const run of runs) await database.asTenant(tenantId, (own) => insertRuns(own, [run], call.check));',
    ),
    'services/gateway/test/quotas',
  ),
  tested(
    'store the offset of webhooks before the deliveries',
    webhooks(
      'adapters/delivery-writer.ts',
      'await store(\n          session,\n          entries',
      'await consumerOffsetsIn(database.session).save(readerName, { ...at, nextOffset });\n        await store(\n          session,\n          entries',
    ),
    inDeliveries,
  ),
  tested(
    'give the delivery of an event a new id at every reading',
    webhooks(
      'core/plan-deliveries.ts',
      'deliveryIdOf(receiver, eventId)',
      'deliveryIdOf(receiver, eventId + String(Math.random()))',
    ),
    inDeliveries,
  ),
  tested(
    'send the events of a document in any order',
    database('webhooks/delivery-work.ts', '(b.position, b.number) < (d.position, d.number)', 'b.number < 0'),
    inDeliveries,
  ),
  tested(
    'note a delivery whose lease was lost',
    database(
      'webhooks/delivery-work.ts',
      "where delivery_id = ${deliveryId} and lease_holder = ${holder} and state = 'pending'",
      'where delivery_id = ${deliveryId} and ${holder}::text is not null',
    ),
    inDeliveries,
  ),
  tested(
    'send to a URL that stands for an address inside',
    webhooks('adapters/send-message.ts', 'if (urlProblem(url, rule) !== undefined)', "if (url === '')"),
    inAddresses,
  ),
  {
    name: 'connect to whatever a name stands for',
    edits: [
      webhooks(
        'adapters/guarded-connections.ts',
        'else if (!addresses.every((address) => mayConnect(rule, { host, address })))',
        'else if (addresses.length === 0)',
      ),
      webhooks(
        'adapters/guarded-connections.ts',
        "else if (mayConnect(rule, { host, address: socket.remoteAddress ?? '' })) callback(null, socket);",
        "else if (socket.remoteAddress !== '') callback(null, socket);",
      ),
    ],
    tests: [inAddresses],
  },
  tested(
    'connect to a name that stands for a public address as well',
    webhooks('adapters/guarded-connections.ts', '!addresses.every(', '!addresses.some('),
    inAddresses,
  ),
  {
    name: 'follow redirects of receivers',
    edits: [
      webhooks(
        'adapters/send-message.ts',
        "import { request } from 'undici';",
        "import { interceptors, request } from 'undici';",
      ),
      webhooks(
        'adapters/send-message.ts',
        '          dispatcher,\n',
        '          dispatcher: dispatcher.compose(interceptors.redirect({ maxRedirections: 3 })),\n',
      ),
    ],
    tests: [inAddresses],
  },
  tested(
    'let a tenant see the webhooks of all',
    database(
      'access/access-list.ts',
      "  webhook_endpoints: {\n    request: {\n      rows: 'tenant',",
      "  webhook_endpoints: {\n    request: {\n      rows: 'all',",
    ),
    'services/gateway/test/webhooks',
  ),
  tested(
    'let a tenant see the deliveries of all',
    database(
      'access/access-list.ts',
      "  webhook_deliveries: {\n    request: {\n      rows: 'tenant',",
      "  webhook_deliveries: {\n    request: {\n      rows: 'all',",
    ),
    'services/gateway/test/webhooks',
  ),
  tested(
    'check quotas at each gateway by itself',
    database(
      'tenant-runs.ts',
      'await usages.addBytes(run.tenantId, run.createdAt, run.input?.sizeBytes ?? 0);\n  check?.(await usages.read(run.tenantId, run.createdAt));',
      'check?.(await usages.read(run.tenantId, run.createdAt));\n  await usages.addBytes(run.tenantId, run.createdAt, run.input?.sizeBytes ?? 0);',
    ),
    'services/gateway/test/quotas',
  ),
  tested(
    'let a flood take the shares of other tenants',
    {
      file: 'libs/adaptive-intake/src/fair-buckets.ts',
      find: 'Math.min(byShare, byFleet));',
      replace: 'byFleet);',
    },
    'libs/adaptive-intake/src/local-buckets',
  ),
  tested(
    'skip an event where a stream resumes',
    gateway(
      'stream-events.ts',
      "? 'over' : { after: lastId, reset: false }",
      "? 'over' : { after: lastId + 1n, reset: false }",
    ),
    inEvents,
  ),
  tested(
    'repeat an event where a stream resumes',
    gateway(
      'stream-events.ts',
      "? 'over' : { after: lastId, reset: false }",
      "? 'over' : { after: lastId - 1n, reset: false }",
    ),
    inEvents,
  ),
  tested(
    'sign a URL without what it gives',
    gateway('core/artifact-link.ts', '`docfleet.artifact-link/1.${body}`', '`docfleet.artifact-link/1.`'),
    inLinks,
  ),
  tested(
    'read a signed URL past its time',
    gateway('core/artifact-link.ts', 'return expiresAt <= now ? undefined', 'return now < 0 ? undefined'),
    inLinks,
  ),
  tested(
    'read another revision by a signed URL',
    gateway(
      'http/artifact-link-routes.ts',
      "if (run.revision !== revision) throw new FailureError('NOT_FOUND');",
      'void revision;',
    ),
    'services/gateway/test/artifacts',
  ),
  tested(
    'seal a row of the audit log without the one before',
    database('audit-chain/row-hash.ts', '    .update(previous.hash)\n', ''),
    inChain,
  ),
  tested(
    'take any row of the audit log for the next one',
    database('audit-chain/check.ts', 'if (row.prevHash?.equals(previous.hash) !== true)', 'if (row.id < 0n)'),
    inChain,
  ),
  tested(
    'read content without room for its row of the audit log',
    gateway(
      'adapters/call-log.ts',
      "        throw new FailureError('AUDIT_UNAVAILABLE');",
      '        void FailureError;',
    ),
    'services/gateway/test/audit',
  ),
];
