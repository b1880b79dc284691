import { tested, type Sabotage } from './sabotage.ts';

const rows = 'libs/database/src/retention/expired-rows.ts';
const expiry = 'services/retention/test/expiry';
const erasure = 'services/retention/test/erasure';

/** Guards of expiry, erasure and logs. Without most of them a run would begin or end a second time. */
export const retentionSabotages: readonly Sabotage[] = [
  tested(
    'write a key of a log line twice',
    { file: 'libs/telemetry/src/log.ts', find: 'base: null,', replace: 'base: { service },' },
    'libs/telemetry/src/log',
  ),
  tested(
    'let the fence expire before its records',
    {
      file: 'services/retention/src/core/periods.ts',
      find: 'periods.fence >= fence',
      replace: 'periods.fence >= 1',
    },
    'services/retention/src/config',
  ),
  tested(
    'remove the outcome of a revision in progress',
    {
      file: rows,
      find: "and (o.state = 'claimed' or o.published_at >= ${cutoff}))\n      and not exists (select from revisions v where v.run_id = t.run_id and v.created_at >= ${cutoff})`,",
      replace: "and (o.state = 'claimed' or o.published_at >= ${cutoff}))`,",
    },
    expiry,
  ),
  tested(
    'remove the history of a run in progress',
    {
      file: rows,
      find: "runEvents: { table: 'run_events', time: 'at', only: () => sql`not ${unfinished}` },",
      replace: "runEvents: { table: 'run_events', time: 'at' },",
    },
    expiry,
  ),
  tested(
    'remove objects of a run in progress',
    {
      file: 'services/retention/src/core/expiring-objects.ts',
      find: 'return !life.unfinished && Math.max',
      replace: 'return Math.max',
    },
    'services/retention/src/core/expiring-objects',
  ),
  tested(
    'erase a run before it has ended',
    {
      file: 'services/retention/src/erase.ts',
      find: 'if (life?.unfinished === true) {',
      replace: 'if (life?.lastAt === -1) {',
    },
    erasure,
  ),
  tested(
    'count a run as erased before its objects are gone',
    {
      file: 'services/retention/src/erase.ts',
      find: 'for (const folder of folders) objects += await removeAll(store, { prefix: folder }, signal);',
      replace:
        'for (const folder of folders) removeAll(store, { prefix: folder }, signal).catch(() => undefined);',
    },
    erasure,
  ),
  tested(
    'begin an erased run again',
    {
      file: 'services/preprocess/src/core/claim.ts',
      find: "if (standing.erased === true) return 'erased';",
      replace: '',
    },
    'services/preprocess/src/core/claim',
  ),
  tested(
    'store an erased run again',
    {
      file: 'services/ledger/src/adapters/read-model-writer.ts',
      find: "gone.has(runIdOf(record) ?? '')",
      replace: "gone.has('')",
    },
    'services/ledger/test/ledger',
  ),
  tested(
    'accept the requestId of an erased run',
    {
      file: 'services/gateway/src/intake.ts',
      find: 'if (existing === undefined) refuseRemoved(await rows.removalOf(runId));',
      replace: '',
    },
    'services/gateway/test/erasure',
  ),
];
