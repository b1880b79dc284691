import { tested, type Sabotage } from './sabotage.ts';

const inDatabase = 'libs/database/test/database-breaker';
const inGateway = 'services/gateway/test/database-away';

/** Guards of what happens while the database is away or slow, or GPUs are lost. */
export const degradationSabotages: readonly Sabotage[] = [
  tested(
    'call a database that is away',
    {
      file: 'libs/database/src/guarded-pool.ts',
      find: '(breaker === undefined ? open({}) : guardedLease(open, breaker))',
      replace:
        '(breaker === undefined ? guardedLease(open, { run: (action) => action(neverAborted) }) : open({}))',
    },
    inDatabase,
  ),
  tested(
    'take a refused statement for an outage of the database',
    {
      file: 'libs/database/src/database-failure.ts',
      find: 'unavailableClasses.has(state.slice(0, 2));',
      replace: 'unavailableClasses.size > 0;',
    },
    inDatabase,
  ),
  tested(
    'take a slow statement for an outage of the database',
    {
      file: 'libs/database/src/database-failure.ts',
      find: 'state !== statementCancelled &&',
      replace: '',
    },
    inDatabase,
  ),
  tested(
    'never try an unavailable database again',
    {
      file: 'libs/database/src/database-breaker.ts',
      find: "if (state === 'half-open') void database.ready()",
      replace: "if (state === 'closed') void database.ready()",
    },
    inDatabase,
  ),
  tested(
    'return jobs of other tenants from memory',
    {
      file: 'services/gateway/src/adapters/recent-runs.ts',
      find: 'if (found?.run.tenantId !== tenantId) return undefined;',
      replace: 'if (found === undefined) return undefined;',
    },
    inGateway,
  ),
  tested(
    'return a remembered job as a current one',
    {
      file: 'services/gateway/src/read-run.ts',
      find: 'staleMs: clock.now() - recent.readAt',
      replace: 'staleMs: undefined',
    },
    inGateway,
  ),
  tested(
    'forget the first row of a run that was accepted without the database',
    { file: 'services/gateway/src/intake.ts', find: 'waitingRows.add(run);', replace: '' },
    inGateway,
  ),
  tested(
    'let any number of first rows wait',
    {
      file: 'services/gateway/src/adapters/waiting-rows.ts',
      find: 'if (waiting.size >= limits.maxRows || waitingBytes + bytes > limits.maxBytes) {',
      replace: 'if (waiting.size >= Infinity) {',
    },
    'services/gateway/src/adapters/waiting-rows.test',
  ),
  tested(
    'start endings while the database is tried again',
    {
      file: 'libs/service/src/start-holds.ts',
      find: "gate.set(reason, breaker.state !== 'closed');",
      replace: "gate.set(reason, breaker.state === 'open');",
    },
    'libs/service/test/hold-starting',
  ),
  tested(
    'judge writes by the slowest one',
    {
      file: 'libs/database/src/write-times.ts',
      find: 'Math.ceil(durations.length * percentile) - 1',
      replace: 'durations.length - Math.ceil(percentile)',
    },
    'libs/database/src/write-times.test',
  ),
  tested(
    'count a process without a GPU as one that lost it',
    {
      file: 'services/ocr/src/core/gpu-share.ts',
      find: 'if (!isMeant) return undefined;',
      replace: 'void isMeant;',
    },
    'services/ocr/src/core/gpu-share.test',
  ),
  tested(
    'keep what an operator has set past its end',
    {
      file: 'libs/contracts/src/fleet.ts',
      find: 'setBy !== null && (until === null || now < until)',
      replace: 'setBy !== null && until !== undefined && now >= 0',
    },
    'libs/fleet-level/test/fleet-member',
  ),
  tested(
    'work on in a process that an operator has drained',
    {
      file: 'libs/service/src/follow-orders.ts',
      find: 'if (fleet.orders().isDrained !== wasDrained) resolve(undefined);',
      replace: 'if (stopping.aborted) resolve(undefined);',
    },
    'libs/service/test/drain-process',
  ),
];
