import { claimName } from '@docfleet/domain';
import type { ObjectStore } from '@docfleet/objects';
import { decideClaim, type Claim, type ClaimDecision } from '../core/claim.ts';
import { parseClaim } from './kept-records.ts';

export interface ClaimAnswer {
  readonly decision: ClaimDecision;
  /** True when this call wrote the claim: nothing of the run can exist yet. */
  readonly isNew: boolean;
}

/** Claims a run for a submission: the first to write `claims/<runId>` has it, everybody else is told what it is to them. */
export async function claimRun(
  store: ObjectStore,
  options: { readonly runId: string; readonly claim: Claim; readonly signal: AbortSignal },
): Promise<ClaimAnswer> {
  const { runId, claim, signal } = options;
  const { value, created } = await store.createJsonOnce(claimName(runId), claim, parseClaim, signal);
  return { decision: decideClaim(claim, value), isNew: created };
}
