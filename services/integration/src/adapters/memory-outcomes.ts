import type { ClaimedOutcome, Fence } from '../ports.ts';
import type { StandingOutcome } from '../core/fence.ts';

/** A row of the fence. */
export interface OutcomeRow extends ClaimedOutcome {
  readonly state: StandingOutcome['state'];
}

/** Key of a revision of a run. */
export function revisionKey(runId: string, revision: number): string {
  return `${runId} r${String(revision)}`;
}

/** The table of outcomes in memory: primary key (runId, revision), first insert wins. It ends with the process. */
export class MemoryOutcomes {
  readonly rows = new Map<string, OutcomeRow>();

  insert(outcome: ClaimedOutcome): { readonly won: boolean; readonly row: OutcomeRow } {
    const key = revisionKey(outcome.runId, outcome.revision);
    const existing = this.rows.get(key);
    if (existing !== undefined) return { won: false, row: existing };
    const row: OutcomeRow = { ...outcome, state: 'claimed' };
    this.rows.set(key, row);
    return { won: true, row };
  }

  find(runId: string, revision: number): OutcomeRow | undefined {
    return this.rows.get(revisionKey(runId, revision));
  }

  markPublished(ending: { runId: string; revision: number; outcomeId: string }): void {
    const row = this.find(ending.runId, ending.revision);
    if (row?.outcomeId !== ending.outcomeId) return;
    this.rows.set(revisionKey(ending.runId, ending.revision), { ...row, state: 'published' });
  }
}

/** The fence of a fleet that is one process, in which no person holds runs. */
export function memoryFence(outcomes: MemoryOutcomes): Fence {
  return {
    claim: (outcome) => Promise.resolve(outcomes.insert(outcome)),
    find: (runId, revision) => Promise.resolve(outcomes.find(runId, revision)),
  };
}
