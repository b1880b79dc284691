import { revisionKey, type MemoryOutcomes } from '@docfleet/integration';
import type { HoldRule } from '@docfleet/domain';
import type { StoredTask, TaskForPeople } from '@docfleet/review';

/** A task of the people who look at results, in memory. */
export interface ReviewRow {
  readonly task: TaskForPeople;
  state: 'waiting' | 'decided' | 'closed';
  /** What ends the run: the outcomeId that its decision names; null until then, or where it sends the run back. */
  outcomeId: string | null;
}

/** The table of tasks: each round of a revision has at most one, and a revision with an outcome gets none. */
export class ReviewTasks {
  readonly rows = new Map<string, ReviewRow>();
  readonly #outcomes: Pick<MemoryOutcomes, 'find'>;

  constructor(outcomes: Pick<MemoryOutcomes, 'find'>) {
    this.#outcomes = outcomes;
  }

  store(task: TaskForPeople): StoredTask {
    const { runId, revision } = task.context;
    const known = this.rows.get(task.taskId);
    if (known !== undefined) return { kind: 'held', expiresAt: known.task.expiresAt };
    if (!task.afterwards && this.#outcomes.find(runId, revision) !== undefined) return { kind: 'ended' };
    this.rows.set(task.taskId, { task, state: 'waiting', outcomeId: null });
    return { kind: 'held', expiresAt: task.expiresAt };
  }

  /** As in Postgres: whether an ending may be claimed. */
  mayEnd(
    { runId, revision }: { readonly runId: string; readonly revision: number },
    rule: HoldRule,
  ): boolean {
    if (typeof rule === 'string') return true;
    return !this.of(runId, revision).some(({ task }) => task.context.round >= rule.round && !task.afterwards);
  }

  of(runId: string, revision: number): readonly ReviewRow[] {
    const key = revisionKey(runId, revision);
    return [...this.rows.values()].filter(
      ({ task: { context } }) => revisionKey(context.runId, context.revision) === key,
    );
  }

  /** Closes what nobody has to wait for any more, because the revision has ended. */
  close(runId: string, revision: number): void {
    for (const row of this.of(runId, revision)) {
      if (row.state === 'waiting' && !row.task.afterwards) row.state = 'closed';
    }
  }
}
