import type { IntegrationTask } from '@docfleet/contracts';
import { partitionName, type OutcomeStatus } from '@docfleet/domain';
import { done, moved, skipped, type Stage, type StageContext, type StageResult } from '@docfleet/stage';
import { buildBundle } from './core/bundle.ts';
import { decideEmission, type StandingOutcome } from './core/fence.ts';
import { terminalEventOf } from './core/terminal-event.ts';
import type { EncodeEvent, Fence, ResultStore, TerminalLog } from './ports.ts';

export interface IntegrationParts {
  readonly fence: Fence;
  readonly results: ResultStore;
  readonly terminal: TerminalLog;
  readonly encode: EncodeEvent;
  /** Called when this record won the claim and its event goes into the transaction. */
  readonly onEmitted: (status: OutcomeStatus) => void;
}

/** Time limit of one attempt, in milliseconds; the ending is tried again after it. */
const attemptTimeoutMs = 120_000;

/**
 * Ends every run: bundle, then claim, then the terminal event together with the source offset. It retries without limit:
 * while Postgres or the object store is unavailable the record waits here.
 */
export function integrationStage(
  parts: IntegrationParts,
  options: { readonly maxConcurrentRuns: number },
): Stage<'integration.tasks.normal'> {
  return {
    name: 'integration',
    version: '1',
    maxConcurrentRuns: options.maxConcurrentRuns,
    timeoutMs: () => attemptTimeoutMs,
    timeoutCode: 'DATABASE_UNAVAILABLE',
    runOf: (task) => ({ ...task.context, budgetMs: Number.MAX_SAFE_INTEGER }),
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
  const bundle = await parts.results.save(task, buildBundle(task, results), context.signal);
  const before = revision === 1 ? undefined : await parts.fence.find(runId, revision - 1);
  const event = terminalEventOf({ task, results, bundle, supersedes: before?.outcomeId ?? null });
  const terminalPartition = await parts.terminal.partitionOf(event.topic, runId);
  // Read before the claim, so that the event of this claim cannot have a lower offset.
  const scanFrom = await parts.terminal.endOffset({ topic: event.topic, partition: terminalPartition });
  const claim = await parts.fence.claim({
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
  });
  if (claim.won) parts.onEmitted(task.ending.status);
  return finish(parts, claim, context);
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

/** Emits the stored bytes unchanged, so that every emission of an outcome is the same record. */
function emit(row: StandingOutcome, context: StageContext): StageResult {
  const topic = row.terminalTopic === 'documents.completed' ? 'documents.completed' : 'documents.failed';
  return done([{ topic, key: context.run.runId, partition: row.terminalPartition, bytes: row.event }]);
}
