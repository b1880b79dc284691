import type { RunContext } from '@docfleet/contracts';
import { defaultLimits, runBudgetMs, runIdOf } from '@docfleet/domain';
import type { PlannedDocument } from '../plan/plan.ts';
import type { World } from './world.ts';

/** The context of a run outside of stages. */
export function contextOf(world: World, document: PlannedDocument, revision = 1): RunContext {
  const acceptedAt = world.startMs;
  return {
    runId: runIdOf(document.tenantId, document.requestId ?? document.name),
    revision,
    requestId: document.requestId,
    documentId: document.name,
    tenantId: document.tenantId,
    lane: document.lane,
    region: 'local',
    claimDate: new Date(acceptedAt).toISOString().slice(0, 10),
    acceptedAt,
    expiresAt: acceptedAt + document.expiresAfterMs,
    budgetMs: runBudgetMs,
    usedMs: 0,
    timings: [],
    ...defaultLimits,
    route: 'auto',
    degradation: 'L0',
    spend: 0,
    callbackUrl: null,
    expectations: {},
    fileName: document.name,
    documentClass: null,
    checks: true,
    round: 0,
    review: 'never',
    fourEyesAbove: null,
  };
}
