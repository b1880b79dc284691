import type { ValidationTask } from '@docfleet/contracts';
import type { RunVerdict } from '@docfleet/domain';
import { judgedDocuments, judgeRun, type JudgedDocument } from '@docfleet/judgement';
import { endRun, type Stage, type StageContext, type StageEnding, type StageResult } from '@docfleet/stage';
import type { RunResults, VerdictStore } from './ports.ts';

export interface ValidationParts {
  readonly results: RunResults;
  readonly verdicts: VerdictStore;
  /** Told what was judged, for metrics. */
  readonly onJudged?: (documents: readonly JudgedDocument[], verdict: RunVerdict) => void;
}

/** Default time limit of one attempt, in milliseconds (M-10). */
export const defaultValidationTimeoutMs = 30_000;

export const validationVersion = '1';

/** Judges the fields and ends the run with the verdict; with gaps as `completed_with_gaps`. */
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
  const { ref, verdict } = await parts.verdicts.save(context.run, judged, context.signal);
  parts.onJudged?.(documents, verdict);
  const complete = verdict.documents.every(({ gaps }) => gaps.length === 0);
  const ending = {
    status: complete ? 'completed' : 'completed_with_gaps',
    verdict: verdict.verdict,
    failure: null,
    input: task.input,
    results: {
      manifest: task.manifest,
      readings: task.readings,
      fields: task.fields,
      verdict: ref,
    },
    pageCount: task.pageCount,
  } satisfies StageEnding;
  return endRun(ending);
}
