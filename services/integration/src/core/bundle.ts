import type { IntegrationTask } from '@docfleet/contracts';
import {
  resultHash,
  type DocumentFields,
  type DocumentVerdict,
  type PageManifest,
  type ReadingManifest,
  type RunVerdict,
} from '@docfleet/domain';

/** Results of the stages of a run; null for stages that it did not reach. */
export interface RunResults {
  readonly manifest: PageManifest | null;
  readonly readings: ReadingManifest | null;
  readonly fields: readonly DocumentFields[] | null;
  readonly verdict: RunVerdict | null;
}

export const noResults: RunResults = { manifest: null, readings: null, fields: null, verdict: null };

/** The three artifacts of a run (D-11), by file name. */
export interface Bundle {
  readonly 'result.json': unknown;
  readonly 'evidence_registry.json': unknown;
  readonly 'coverage_report.json': unknown;
}

/**
 * Builds the artifacts from the task and the stages' results alone, so that a repetition gives the same bytes: no clock, no
 * random values, fixed key order.
 */
export function buildBundle(task: IntegrationTask, results: RunResults): Bundle {
  const { context, ending } = task;
  const documents = (results.fields ?? []).map((document) =>
    documentOf(document, verdictOf(results, document.index)),
  );
  const identity = {
    outcomeId: ending.outcomeId,
    runId: context.runId,
    revision: context.revision,
  };
  return {
    'result.json': {
      schema: 'docfleet.result/1',
      ...identity,
      requestId: context.requestId,
      documentId: context.documentId,
      tenantId: context.tenantId,
      lane: context.lane,
      fileName: context.fileName,
      status: ending.status,
      verdict: ending.verdict,
      failure: ending.failure,
      input: task.input,
      pageCount: task.pageCount,
      documents,
      resultHash: resultHash(documents),
      degradation: context.degradation,
      route: context.route,
      engines: enginesOf(results),
      engineVersions: engineVersionsOf(results),
      timings: context.timings,
      acceptedAt: context.acceptedAt,
      endedAt: ending.at,
    },
    'evidence_registry.json': {
      schema: 'docfleet.evidence/1',
      ...identity,
      resultHash: resultHash(documents),
      pages: pagesOf(results),
      values: (results.fields ?? []).flatMap((document) =>
        document.fields.map((field) => ({
          document: document.index,
          field: field.name,
          value: field.value,
          normalised: field.normalised,
          confidence: field.confidence,
          source: field.source,
          page: field.provenance.page,
          box: field.provenance.box,
          words: field.provenance.words,
        })),
      ),
    },
    'coverage_report.json': {
      schema: 'docfleet.coverage/1',
      ...identity,
      documents: (results.verdict?.documents ?? []).map(({ index, coverage, gaps }) => ({
        document: index,
        ...coverage,
        gaps,
      })),
    },
  };
}

function documentOf(document: DocumentFields, verdict: DocumentVerdict | undefined): Record<string, unknown> {
  return {
    index: document.index,
    documentClass: document.documentClass,
    classVersion: document.classVersion,
    confidence: document.confidence,
    firstPage: document.firstPage,
    lastPage: document.lastPage,
    // Where it is absent the class was found; so results, and their hashes, stay those of earlier releases.
    ...(document.classSource === 'submitted' && { classSource: document.classSource }),
    verdict: verdict?.verdict ?? null,
    findings: verdict?.findings ?? [],
    gaps: verdict?.gaps ?? [],
    fields: document.fields,
    rows: document.rows,
  };
}

function pagesOf(results: RunResults): readonly unknown[] {
  const images = new Map((results.manifest?.pages ?? []).map((page) => [page.page, page]));
  return (results.readings?.pages ?? []).map((reading) => {
    const image = images.get(reading.page);
    return {
      page: reading.page,
      engine: reading.engine,
      engineVersion: reading.engineVersion,
      fromCache: reading.fromCache,
      reading: reading.reading,
      image: image?.image ?? null,
      widthPx: image?.widthPx ?? null,
      heightPx: image?.heightPx ?? null,
    };
  });
}

/** Engines that read the pages, in the order of first use (D-03: results name the fallback). */
export function enginesOf(results: RunResults): readonly string[] {
  return [...new Set((results.readings?.pages ?? []).map(({ engine }) => engine))];
}

/** What exactly read the pages, in the order of first use: engine, route and the models by digest (O-10). */
function engineVersionsOf(results: RunResults): readonly string[] {
  return [...new Set((results.readings?.pages ?? []).map(({ engineVersion }) => engineVersion))];
}

/** The verdict of one document of the run. */
export function verdictOf(results: RunResults, index: number): DocumentVerdict | undefined {
  return results.verdict?.documents.find((document) => document.index === index);
}
