import { claimName } from '@docfleet/domain';
import type { ObjectStore } from '@docfleet/objects';
import { decideClaim, type Claim, type ClaimDecision } from '../core/claim.ts';
import { parseClaim } from './stored-records.ts';

export interface ClaimResult {
  readonly decision: ClaimDecision;
  /** True when this call created the claim: nothing of the run exists in the store yet. */
  readonly isNew: boolean;
}

/** Claims a run for a submission. Whoever creates `claims/<runId>` first has it; the decision says what it means for others. */
export async function claimRun(
  store: ObjectStore,
  options: { readonly runId: string; readonly claim: Claim; readonly signal: AbortSignal },
): Promise<ClaimResult> {
  const { runId, claim, signal } = options;
  const { value, created } = await store.createJsonOnce(claimName(runId), claim, parseClaim, signal);
  return { decision: decideClaim(claim, value), isNew: created };
}

/**
 * Whether an earlier execution of this very record has claimed the run. False also when the store does not tell: the
 * caller asks about a record that it would refuse, and only a claim that was read may change that.
 */
export async function hasClaimed(
  store: Pick<ObjectStore, 'readJson' | 'uriOf'>,
  options: { readonly runId: string; readonly claim: Claim; readonly signal: AbortSignal },
): Promise<boolean> {
  const { runId, claim, signal } = options;
  try {
    const standing = await store.readJson(store.uriOf(claimName(runId)), parseClaim, signal);
    return decideClaim(claim, standing) === 'ours';
  } catch {
    return false;
  }
}
