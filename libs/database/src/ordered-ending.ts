import type { ControlOrder, IntegrationTask, Run, RunContext } from '@docfleet/contracts';
import { defaultLimits, failure, outcomeIdOfOrder, runBudgetMs } from '@docfleet/domain';

/** Who ends a run from outside of its stages, and why. */
export type EndingOrder =
  | { readonly order: 'cancelled'; readonly by: string; readonly at: number }
  | { readonly order: 'expired'; readonly by: string; readonly at: number };

const codeOfOrder = { cancelled: 'RUN_CANCELLED', expired: 'RUN_EXPIRED' } as const;

/**
 * The record on `integration.tasks` that ends a run by order. Its outcomeId is derived from run, revision and order, so a
 * repeated order names the same ending.
 */
export function orderedEnding(run: Run, { order, by, at }: EndingOrder): IntegrationTask {
  const { code, message } = failure(codeOfOrder[order]);
  return {
    context: contextOf(run),
    input: run.input,
    ending: {
      outcomeId: outcomeIdOfOrder(run.runId, run.revision, order),
      status: order,
      verdict: null,
      failure: { code, message, stage: run.stage, page: null },
      endedBy: by,
      at,
      decisionId: null,
    },
    results: {},
    pageCount: run.pageCount,
  };
}

/**
 * What cancels a run: the ending, and the stop of the work in progress. Write them in this order, the stop after the
 * ending's acknowledgement: the stop alone ends nothing.
 */
export function cancellationOf(
  run: Run,
  { order, stop }: { readonly order: Omit<EndingOrder, 'order'>; readonly stop: Pick<ControlOrder, 'by'> },
): { readonly ending: IntegrationTask; readonly stop: ControlOrder } {
  return {
    ending: orderedEnding(run, { ...order, order: 'cancelled' }),
    stop: { runId: run.runId, revision: run.revision, action: 'stop', at: order.at, by: stop.by },
  };
}

/** The context from the read model; limits and budget are the defaults. */
function contextOf(run: Run): RunContext {
  const acceptedAt = run.acceptedAt ?? run.createdAt;
  return {
    runId: run.runId,
    revision: run.revision,
    requestId: run.requestId,
    documentId: run.documentId,
    tenantId: run.tenantId,
    lane: run.lane,
    region: run.region ?? '',
    claimDate: run.claimDate ?? new Date(acceptedAt).toISOString().slice(0, 10),
    acceptedAt,
    expiresAt: run.expiresAt,
    budgetMs: runBudgetMs,
    usedMs: run.timings.reduce((sum, timing) => sum + timing.activeMs, 0),
    timings: run.timings,
    maxBytes: defaultLimits.maxBytes,
    maxPages: defaultLimits.maxPages,
    maxPagePixels: defaultLimits.maxPagePixels,
    route: run.route ?? 'auto',
    degradation: run.result?.degradation ?? 'L0',
    spend: 0,
    callbackUrl: run.callbackUrl,
    expectations: run.expectations,
    fileName: run.fileName,
    documentClass: run.documentClass,
    checks: run.checks,
    round: run.round,
    review: 'never',
    fourEyesAbove: null,
  };
}
