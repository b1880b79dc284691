import type { RunContext } from '@docfleet/contracts';
import type { HoldRule } from '@docfleet/domain';
import { guard } from '../database-failure.ts';
import type { Session } from '../open-database.ts';
import { holdRun } from './run-lock.ts';

/**
 * Whether an ending may be claimed, in the transaction that claims it: until that ends, no task of the run is stored.
 */
export function mayEndIn(
  session: Session,
  { runId, revision }: Pick<RunContext, 'runId' | 'revision'>,
  rule: HoldRule,
): Promise<boolean> {
  return guard(async () => {
    if (rule === 'none') return true;
    await holdRun(session, runId);
    if (rule === 'order') return true;
    const task = await session
      .selectFrom('reviewTasks')
      .select('taskId')
      .where('runId', '=', runId)
      .where('revision', '=', revision)
      .where('round', '>=', rule.round)
      .where('afterwards', '=', false)
      .limit(1)
      .executeTakeFirst();
    return task === undefined;
  });
}
