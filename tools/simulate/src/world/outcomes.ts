import type { ClaimedOutcome, Fence, MemoryOutcomes } from '@docfleet/integration';
import type { Caller, Server } from './server.ts';

/** The fence for one process; `claimed` is called at every claim, before its response arrives. */
export function fenceOf(options: {
  readonly outcomes: MemoryOutcomes;
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
