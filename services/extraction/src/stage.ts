import type { DocumentClass, ExtractionTask } from '@docfleet/contracts';
import {
  documentPages,
  FailureError,
  runInSlices,
  type DocumentFields,
  type FoundDocument,
  type PageReading,
} from '@docfleet/domain';
import { extraction, extractorVersion } from '@docfleet/field-extraction';
import { done, next, type Stage, type StageContext, type StageResult } from '@docfleet/stage';
import type { FieldProposer, FieldStore, Readings, TrainedClasses } from './ports.ts';

export interface ExtractionParts {
  /** The classes as they are now: asked for once an attempt, so a document is extracted with one set of weights. */
  readonly trained: () => TrainedClasses;
  readonly readings: Readings;
  readonly fields: FieldStore;
  /** Asked for required fields that were not found; the service of this version has none. */
  readonly proposer?: FieldProposer;
}

/** Default time limit of one attempt, in milliseconds (`TIMEOUT_LLM` of M-10 covers classification and extraction). */
export const defaultExtractionTimeoutMs = 120_000;

/** Part of the folder name, so that results of another extractor, or of other weights, are never read. */
export function extractionVersion(weightsDigest: string | null): string {
  const extractor = `1-${extractorVersion}`;
  return weightsDigest === null ? extractor : `${extractor}-${weightsDigest}`;
}

/** Extracts fields and rows of every document and writes `fields.json`. */
export function extractionStage(
  parts: ExtractionParts,
  options: {
    /** Absent: the stage's own topics. */
    readonly pool?: string;
    readonly maxConcurrentRuns: number;
    readonly timeoutMs: number;
  },
): Stage<'extraction.tasks.normal'> {
  return {
    name: 'extraction',
    ...(options.pool !== undefined && { pool: options.pool }),
    version: extractionVersion(null),
    maxConcurrentRuns: options.maxConcurrentRuns,
    timeoutMs: () => options.timeoutMs,
    timeoutCode: 'TIMEOUT_LLM',
    runOf: (task) => task.context,
    acceptsRuns: false,
    retries: 'topics',
    restartWhenInDoubt: false,
    cancellable: true,
    handle: (task, context) => extract(parts, task, context),
  };
}

async function extract(
  parts: ExtractionParts,
  task: ExtractionTask,
  context: StageContext,
): Promise<StageResult> {
  const pages = await parts.readings.load(task.readings, context.signal);
  const { classes, digest } = parts.trained();
  const results: DocumentFields[] = [];
  for (const found of task.documents)
    results.push(await extractOne(parts, { found, pages, documentClass: classOf(found, classes) }, context));
  const extracted = { version: extractionVersion(digest), fields: results };
  const fields = await parts.fields.save(context.run, extracted, context.signal);
  const { input, manifest, readings, pageCount, documents } = task;
  return done(
    [
      next('validation.tasks', context.run, (run) => ({
        context: run,
        input,
        manifest,
        readings,
        pageCount,
        documents,
        fields,
      })),
    ],
    pageCount,
  );
}

interface DocumentToExtract {
  readonly found: FoundDocument;
  readonly pages: readonly PageReading[];
  readonly documentClass: DocumentClass;
}

async function extractOne(
  parts: Pick<ExtractionParts, 'proposer'>,
  { found, pages, documentClass }: DocumentToExtract,
  context: StageContext,
): Promise<DocumentFields> {
  const own = documentPages(found, pages);
  const extracted = await runInSlices(extraction(found, documentClass, own), context.clock, context.signal);
  const missing = documentClass.fields
    .filter((field) => field.required && !extracted.fields.some(({ name }) => name === field.name))
    .map(({ name }) => name);
  if (parts.proposer === undefined || missing.length === 0) return extracted;
  const proposed = await parts.proposer.propose(
    { found, documentClass, pages: own },
    missing,
    context.signal,
  );
  return { ...extracted, fields: [...extracted.fields, ...proposed] };
}

/** The class of a document. A task of a newer release is retried until this service is updated too. */
function classOf(found: FoundDocument, classes: readonly DocumentClass[]): DocumentClass {
  const known = classes.find(
    ({ name, version }) => name === found.documentClass && version === found.classVersion,
  );
  if (known === undefined) {
    throw new FailureError(
      'INTERNAL_ERROR',
      { stage: 'extraction' },
      {
        cause: new Error(`Unknown class ${found.documentClass} version ${String(found.classVersion)}.`),
      },
    );
  }
  return known;
}
