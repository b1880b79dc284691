import type { ClaimedOutcome, Fence } from '@docfleet/integration';
import type { Caller, Server } from './server.ts';

/** A row of the fence. */
export interface OutcomeRow extends ClaimedOutcome {
  readonly state: 'claimed' | 'published';
}

/** The table of outcomes: primary key (runId, revision). */
export class Outcomes {
  readonly rows = new Map<string, OutcomeRow>();

  insert(outcome: ClaimedOutcome): { readonly won: boolean; readonly row: OutcomeRow } {
    const key = keyOf(outcome.runId, outcome.revision);
    const existing = this.rows.get(key);
    if (existing !== undefined) return { won: false, row: existing };
    const row: OutcomeRow = { ...outcome, state: 'claimed' };
    this.rows.set(key, row);
    return { won: true, row };
  }

  find(runId: string, revision: number): OutcomeRow | undefined {
    return this.rows.get(keyOf(runId, revision));
  }

  markPublished(ending: { runId: string; revision: number; outcomeId: string }): void {
    const row = this.find(ending.runId, ending.revision);
    if (row?.outcomeId !== ending.outcomeId) return;
    this.rows.set(keyOf(ending.runId, ending.revision), { ...row, state: 'published' });
  }
}

export function keyOf(runId: string, revision: number): string {
  return `${runId} r${String(revision)}`;
}

/** The fence for one process; `claimed` is called at every claim, before its response arrives. */
export function fenceOf(options: {
  readonly outcomes: Outcomes;
  readonly server: Server;
  readonly caller: Caller;
  readonly claimed: (outcome: ClaimedOutcome, won: boolean) => void;
}): Fence {
  const { outcomes, server, caller, claimed } = options;
  return {
    claim: (outcome) =>
      server.call(caller, () => {
        const inserted = outcomes.insert(outcome);
        claimed(outcome, inserted.won);
        return inserted;
      }),
    find: (runId, revision) => server.call(caller, () => outcomes.find(runId, revision)),
  };
}
