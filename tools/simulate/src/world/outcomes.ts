import type { ClaimedOutcome, Fence, MemoryOutcomes } from '@docfleet/integration';
import type { ReviewTasks } from './review-tasks.ts';
import type { Caller, Server } from './server.ts';

/** The fence for one process; `claimed` is called at every claim, before its response arrives. */
export function fenceOf(options: {
  readonly outcomes: MemoryOutcomes;
  readonly reviewTasks: ReviewTasks;
  readonly server: Server;
  readonly caller: Caller;
  readonly claimed: (outcome: ClaimedOutcome, won: boolean) => void;
}): Fence {
  const { outcomes, reviewTasks, server, caller, claimed } = options;
  return {
    claim: (outcome, rule) =>
      server.call(caller, () => {
        if (!reviewTasks.mayEnd(outcome, rule)) return undefined;
        const inserted = outcomes.insert(outcome);
        claimed(outcome, inserted.won);
        return inserted;
      }),
    find: (runId, revision) => server.call(caller, () => outcomes.find(runId, revision)),
  };
}
