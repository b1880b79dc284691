import { stageNames } from '@docfleet/domain';
import type { IntegrationTask } from '@docfleet/contracts';
import type { World } from '../world/world.ts';
import { revisionKey } from '@docfleet/integration';
import type { Evidence } from './evidence.ts';

/** How long after a task was stored an expiry may still end its run, which was sent before the ledger knew of it. */
const expiryMayCrossMs = 15 * 60_000;

/**
 * H-01: nothing waits for a person whose run has ended, no stage has ended a run that a person held, what a person decided
 * is how the run ended unless it was cancelled or expired, and nobody is cut off before the time that people have.
 */
export async function checkReviews(world: World, evidence: Evidence): Promise<void> {
  const { history, reviewTasks, outcomes } = world;
  const endings = await endingsByOutcome(world, evidence);
  for (const { task, state, outcomeId } of reviewTasks.rows.values()) {
    const { runId, revision, round } = task.context;
    const name = `${revisionKey(runId, revision)} round ${String(round)}`;
    const outcome = outcomes.find(runId, revision);
    if (state === 'waiting' && !task.afterwards) history.violate(`${name} waits for a person and has ended`);
    if (outcome === undefined || task.afterwards) continue;
    const ending = endings.get(outcome.outcomeId);
    const isOrdered = outcome.status === 'cancelled' || outcome.status === 'expired';
    if (outcomeId !== null && outcome.outcomeId !== outcomeId && !isOrdered)
      history.violate(`${name} did not end as a person decided`);
    if (ending === undefined) continue;
    const isOfStage =
      ending.ending.decisionId === null && stageNames.some((stage) => stage === ending.ending.endedBy);
    if (isOfStage && ending.context.round <= round)
      history.violate(`${name} was ended by ${ending.ending.endedBy} while a person held it`);
    const heldForMs = outcome.claimedAt - task.createdAt;
    if (
      outcome.status === 'expired' &&
      state !== 'decided' &&
      heldForMs > expiryMayCrossMs &&
      outcome.claimedAt < task.expiresAt
    )
      history.violate(`${name} expired before the time that people have`);
  }
}

/** Endings that were sent, by their outcomeId. */
async function endingsByOutcome(
  world: World,
  { inputs }: Evidence,
): Promise<ReadonlyMap<string, IntegrationTask>> {
  const found = new Map<string, IntegrationTask>();
  for (const { stage, records } of inputs) {
    if (stage !== 'integration') continue;
    for (const { value } of records) {
      try {
        const task = await world.codec.decode('integration.tasks.normal', value ?? Buffer.alloc(0));
        found.set(task.ending.outcomeId, task);
      } catch {
        // A planned fault: it names no ending.
      }
    }
  }
  return found;
}
