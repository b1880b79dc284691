import {
  documentClasses,
  poolOf,
  type ClassificationTask,
  type DocumentClass,
  type Pool,
} from '@docfleet/contracts';
import { FailureError, runInSlices, type PageReading, type Slices } from '@docfleet/domain';
import { done, next, type Stage, type StageContext, type StageResult } from '@docfleet/stage';
import { findDocuments } from './core/classify.ts';
import type { PageEvidence } from './core/page-evidence.ts';
import { partsOf } from './core/page-regions.ts';
import type { Readings } from './ports.ts';

export interface ClassificationParts {
  readonly readings: Readings;
  /** Extraction pools: a file goes to that of its documents' class. */
  readonly pools: readonly Pool[];
}

/** Default time limit of one attempt, in milliseconds. */
export const defaultClassificationTimeoutMs = 120_000;

/** Finds the documents in a file and their classes; they are part of the next stage's record. */
export function classificationStage(
  parts: ClassificationParts,
  options: { readonly maxConcurrentRuns: number; readonly timeoutMs: number },
): Stage<'classification.tasks.normal'> {
  return {
    name: 'classification',
    version: '1',
    maxConcurrentRuns: options.maxConcurrentRuns,
    timeoutMs: () => options.timeoutMs,
    timeoutCode: 'TIMEOUT_LLM',
    runOf: (task) => task.context,
    acceptsRuns: false,
    retries: 'topics',
    restartWhenInDoubt: false,
    cancellable: true,
    handle: (task, context) => classify(parts, task, context),
  };
}

async function classify(
  parts: ClassificationParts,
  task: ClassificationTask,
  context: StageContext,
): Promise<StageResult> {
  const pages = await parts.readings.load(task.readings, context.signal);
  if (pages.length === 0) throw new FailureError('DOC_EMPTY', { stage: 'classification' });
  const evidence = await runInSlices(evidenceOfPages(pages, documentClasses), context.clock, context.signal);
  const documents = findDocuments(evidence, documentClasses, submittedClassOf(task));
  const { input, manifest, readings, pageCount } = task;
  return done(
    [
      next(
        'extraction.tasks',
        context.run,
        (run) => ({ context: run, input, manifest, readings, pageCount, documents }),
        poolOf(documents, parts.pools),
      ),
    ],
    pageCount,
  );
}

/** The class that the submission names. A task of a newer release is retried until this service is updated too. */
function submittedClassOf({ context }: ClassificationTask): DocumentClass | undefined {
  if (context.documentClass === null) return undefined;
  const named = documentClasses.findLast(({ name }) => name === context.documentClass);
  if (named === undefined) {
    const cause = new Error(`Unknown class ${context.documentClass}.`);
    throw new FailureError('INTERNAL_ERROR', { stage: 'classification' }, { cause });
  }
  return named;
}

function* evidenceOfPages(
  pages: readonly PageReading[],
  classes: readonly DocumentClass[],
): Slices<readonly PageEvidence[]> {
  const evidence: PageEvidence[] = [];
  for (const page of pages) {
    evidence.push(...partsOf(page, classes));
    yield;
  }
  return evidence;
}
