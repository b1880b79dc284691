import type { DegradationLevel, RunContext, ValidationTask } from '@docfleet/contracts';
import { isReviewPolicy, type RunVerdict } from '@docfleet/domain';
import {
  approvedWithoutPerson,
  doubtOf,
  isApprovedWithoutPerson,
  judgedDocuments,
  judgeRun,
  needsPerson,
  reasonsFor,
  type JudgedDocument,
} from '@docfleet/judgement';
import {
  done,
  endRun,
  next,
  type Output,
  type Stage,
  type StageContext,
  type StageEnding,
  type StageResult,
} from '@docfleet/stage';
import type { RunResults, VerdictStore } from './ports.ts';

export interface ValidationParts {
  readonly results: RunResults;
  readonly verdicts: VerdictStore;
  /** The level of the fleet. */
  readonly level: () => DegradationLevel;
  /** Told what was judged, for metrics. */
  readonly onJudged?: (documents: readonly JudgedDocument[], verdict: RunVerdict) => void;
}

/** Default time limit of one attempt, in milliseconds (M-10). */
export const defaultValidationTimeoutMs = 30_000;

export const validationVersion = '1';

/** While people cannot review, a run with a greater confidence is approved. */
const sureEnough = 0.85;

/**
 * Judges the fields. A run that needs a person goes on to review; every other one ends here with the verdict, with gaps as
 * `completed_with_gaps`.
 */
export function validationStage(
  parts: ValidationParts,
  options: { readonly maxConcurrentRuns: number; readonly timeoutMs: number },
): Stage<'validation.tasks.normal'> {
  return {
    name: 'validation',
    version: validationVersion,
    maxConcurrentRuns: options.maxConcurrentRuns,
    timeoutMs: () => options.timeoutMs,
    timeoutCode: 'TIMEOUT_VALIDATE',
    runOf: (task) => task.context,
    acceptsRuns: false,
    retries: 'topics',
    restartWhenInDoubt: false,
    cancellable: true,
    handle: (task, context) => validate(parts, task, context),
  };
}

async function validate(
  parts: ValidationParts,
  task: ValidationTask,
  context: StageContext,
): Promise<StageResult> {
  const [pages, fields] = await Promise.all([
    parts.results.pages(task.readings, context.signal),
    parts.results.fields(task.fields, context.signal),
  ]);
  const documents = judgedDocuments(fields, pages);
  const judged = judgeRun({
    documents,
    pageCount: task.pageCount,
    expectations: context.run.expectations,
    checks: context.run.checks,
    acceptedAt: context.run.acceptedAt,
  });
  const { ref, verdict } = await parts.verdicts.save(
    context.run,
    mayApprove(parts, context.run, { documents, judged }) ? approvedWithoutPerson(judged) : judged,
    context.signal,
  );
  parts.onJudged?.(documents, verdict);
  const results = {
    manifest: task.manifest,
    readings: task.readings,
    fields: task.fields,
    verdict: ref,
  };
  const forPeople = (afterwards: boolean): Output =>
    next('review.tasks', context.run, (run) => ({
      context: run,
      input: task.input,
      results,
      reasons: reasonsFor(verdict),
      pageCount: task.pageCount,
      afterwards,
    }));
  const complete = verdict.documents.every(({ gaps }) => gaps.length === 0);
  const ending = {
    status: complete ? 'completed' : 'completed_with_gaps',
    verdict: verdict.verdict,
    failure: null,
    input: task.input,
    results,
    pageCount: task.pageCount,
  } satisfies StageEnding;
  if (isApprovedWithoutPerson(verdict)) return endRun(ending, [forPeople(true)]);
  return waits(context.run, verdict) ? done([forPeople(false)], task.pageCount) : endRun(ending);
}

/** Whether the run waits for a person. A policy that this build does not know counts as none. */
function waits({ review, runId }: RunContext, { verdict }: RunVerdict): boolean {
  return isReviewPolicy(review) && needsPerson(review, { runId, verdict });
}

/**
 * Whether the run is approved although it would wait for a person: none can look at it now, and the machine is sure. What is
 * not so sure waits until people are back.
 */
function mayApprove(
  { level }: Pick<ValidationParts, 'level'>,
  run: RunContext,
  { documents, judged }: { readonly documents: readonly JudgedDocument[]; readonly judged: RunVerdict },
): boolean {
  return level() === 'L3' && waits(run, judged) && 1 - doubtOf(documents, judged) > sureEnough;
}
