import type { IntegrationTask, RunContext } from '@docfleet/contracts';
import { FailureError, partitionName, type OutcomeStatus } from '@docfleet/domain';
import { done, moved, skipped, type Stage, type StageContext, type StageResult } from '@docfleet/stage';
import { buildBundle } from './core/bundle.ts';
import { cloudEventHeaders } from './core/cloud-event.ts';
import { decideEmission, type StandingOutcome } from './core/fence.ts';
import { holdRuleOf } from './core/hold-rule.ts';
import { terminalEventOf } from './core/terminal-event.ts';
import type { EncodeEvent, Fence, ResultStore, TerminalLog } from './ports.ts';

export interface IntegrationParts {
  readonly fence: Fence;
  readonly results: ResultStore;
  readonly terminal: TerminalLog;
  readonly encode: EncodeEvent;
  /** Called when this record won the claim and its event goes into the transaction. */
  readonly onEmitted: (status: OutcomeStatus, run: RunContext) => void;
}

/** Default time limit of one attempt, in milliseconds; the ending is tried again after it. */
export const defaultIntegrationTimeoutMs = 120_000;

/** No limit, and still what a schema's long can hold. */
const unlimitedMs = Number.MAX_SAFE_INTEGER - 1;

/**
 * Ends every run: bundle, then claim, then the terminal event together with the source offset. It retries without limit:
 * while Postgres or the object store is unavailable the record waits here.
 */
export function integrationStage(
  parts: IntegrationParts,
  options: { readonly maxConcurrentRuns: number; readonly timeoutMs: number },
): Stage<'integration.tasks.normal'> {
  return {
    name: 'integration',
    version: '1',
    maxConcurrentRuns: options.maxConcurrentRuns,
    timeoutMs: () => options.timeoutMs,
    timeoutCode: 'DATABASE_UNAVAILABLE',
    runOf: (task) => ({ ...task.context, budgetMs: unlimitedMs }),
    acceptsRuns: false,
    retries: 'for-ever',
    restartWhenInDoubt: true,
    cancellable: false,
    handle: (task, context) => end(parts, task, context),
  };
}

async function end(
  parts: IntegrationParts,
  task: IntegrationTask,
  context: StageContext,
): Promise<StageResult> {
  const { runId, revision } = task.context;
  const here = context.receivedFrom;
  const standing = await parts.fence.find(runId, revision);
  if (standing !== undefined) return finish(parts, { won: false, row: standing }, context);

  const results = await parts.results.load(task, context.signal);
  const artifacts = fromResults(() => buildBundle(task, results));
  const bundle = await parts.results.save(task, artifacts, context.signal);
  const before = revision === 1 ? undefined : await parts.fence.find(runId, revision - 1);
  const event = fromResults(() =>
    terminalEventOf({ task, results, bundle, supersedes: before?.outcomeId ?? null }),
  );
  const terminalPartition = await parts.terminal.partitionOf(event.topic, runId);
  // Read before the claim, so that the event of this claim cannot have a lower offset.
  const scanFrom = await parts.terminal.endOffset({ topic: event.topic, partition: terminalPartition });
  const outcome = {
    runId,
    revision,
    tenantId: task.context.tenantId,
    outcomeId: task.ending.outcomeId,
    status: task.ending.status,
    event: await parts.encode(event),
    terminalTopic: event.topic,
    terminalPartition,
    scanFrom,
    home: partitionName(here),
    claimedAt: context.clock.now(),
  };
  const claim = await parts.fence.claim(outcome, holdRuleOf(task));
  if (claim === undefined) return skipped('a person holds the run');
  if (claim.won) parts.onEmitted(task.ending.status, task.context);
  return finish(parts, claim, context);
}

/** Results of a shape that no stage writes end the run failed, without them: every other try would fail as well. */
function fromResults<T>(make: () => T): T {
  try {
    return make();
  } catch (cause) {
    throw new FailureError('RESULTS_UNREADABLE', {}, { cause });
  }
}

async function finish(
  parts: IntegrationParts,
  claim: { readonly won: boolean; readonly row: StandingOutcome },
  context: StageContext,
): Promise<StageResult> {
  const { row } = claim;
  const decision = decideEmission({ ...claim, here: context.receivedFrom });
  switch (decision.kind) {
    case 'skip':
      return skipped('already ended');
    case 'move':
      return moved(decision.to);
    case 'emit':
      return emit(row, context);
    case 'scan-then-emit': {
      const at = { topic: row.terminalTopic, partition: row.terminalPartition };
      const to = await parts.terminal.endOffset(at);
      const found = await parts.terminal.holds(at, row.event, { from: row.scanFrom, to }, context.signal);
      return found ? skipped('already emitted') : emit(row, context);
    }
  }
}

/** Emits the stored bytes unchanged, and headers of the stored row, so that every emission of an outcome is the same record. */
function emit(row: StandingOutcome, context: StageContext): StageResult {
  const topic = row.terminalTopic === 'documents.completed' ? 'documents.completed' : 'documents.failed';
  const { runId } = context.run;
  const headers = cloudEventHeaders(topic, { runId, outcomeId: row.outcomeId, claimedAt: row.claimedAt });
  return done([{ topic, key: runId, partition: row.terminalPartition, headers, bytes: row.event }]);
}
