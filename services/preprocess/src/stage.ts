import type { DocumentSubmitted, ObjectRef, RunContext } from '@docfleet/contracts';
import { FailureError, type Clock, type DocumentLimits } from '@docfleet/domain';
import type { ObjectStore } from '@docfleet/objects';
import { done, duplicate, next, type Stage, type StageContext, type StageResult } from '@docfleet/stage';
import { claimRun } from './adapters/claims.ts';
import { fetchSource, type FetchedSource } from './adapters/fetch-source.ts';
import { openRunPageStore } from './adapters/run-page-store.ts';
import { submissionDigest } from './core/claim.ts';
import type { PageRenderer } from './core/page.ts';
import { prepareDocument, prepareTimeoutMs } from './core/prepare-document.ts';
import { checkSubmission, runOfSubmission, type FleetDefaults, type TenantProof } from './core/submission.ts';

/** Must change with everything that influences a prepared page: rendering, encoding, judgement, lines. */
export const preprocessVersion = '1';

/** Time limit for fetching the document, in milliseconds (M-10). */
const fetchTimeoutMs = 30_000;

/** Chunks of one document processed at the same time, so that other documents get workers too. */
const chunksAtOnce = 2;

export type IntakeTopic = 'documents.urgent' | 'documents.high' | 'documents.normal';

export interface PreprocessParts {
  readonly store: ObjectStore;
  readonly renderer: PageRenderer;
  readonly proof: TenantProof;
  readonly defaults: FleetDefaults;
  readonly maxConcurrentRuns: number;
}

/** The first stage: accepts submissions as runs and renders their pages. */
export function preprocessStage(parts: PreprocessParts): Stage<IntakeTopic> {
  const { defaults } = parts;
  return {
    name: 'preprocess',
    version: preprocessVersion,
    maxConcurrentRuns: parts.maxConcurrentRuns,
    timeoutMs: () => fetchTimeoutMs + prepareTimeoutMs(defaults.limits.maxPages),
    timeoutCode: 'TIMEOUT_PREPARE',
    runOf: (task, source) => runOfSubmission(task, source, defaults),
    acceptsRuns: true,
    retries: 'topics',
    restartWhenInDoubt: false,
    cancellable: true,
    handle: (task, context) => preprocess(parts, task, context),
  };
}

async function preprocess(
  parts: PreprocessParts,
  task: DocumentSubmitted,
  context: StageContext,
): Promise<StageResult> {
  const { store, renderer, proof, defaults } = parts;
  const { run, signal, clock } = context;
  proof.prove(task);
  checkSubmission(task, defaults.region);
  const { topic, partition, offset } = context.source;
  const claim = {
    submission: submissionDigest(task),
    source: { topic, partition, offset },
    claimDate: run.claimDate,
  };
  const { decision, isNew } = await claimRun(store, { runId: run.runId, claim, signal });
  if (decision === 'conflict') throw new FailureError('REQUEST_CONFLICT');
  if (decision === 'duplicate') return duplicate();
  context.accept();

  const source = await fetchWithin(fetchTimeoutMs, clock, signal, (fetchSignal) =>
    fetchSource(store, { task, maxBytes: run.maxBytes, signal: fetchSignal }),
  );
  const pageStore = openRunPageStore({ store, place: run, version: preprocessVersion, isNew, signal });
  const manifest = await prepareDocument(source.bytes, {
    renderer,
    pageStore,
    limits: limitsOf(run),
    clock,
    signal,
    parallel: chunksAtOnce,
  });
  const manifestRef = pageStore.manifestRef();
  if (manifestRef === undefined)
    throw new Error('The page store has no manifest after preparing the document.');
  context.log.info('Pages prepared', {
    mediaType: manifest.mediaType,
    pages: manifest.pages.length,
    pagesWithText: manifest.pages.filter((page) => page.textLayer === 'trusted').length,
  });
  const { pageCount } = manifest;
  const input = inputOf(task, source, manifest.mediaType);
  return done(
    [
      next('ocr.tasks', run, (ocrContext) => ({
        context: ocrContext,
        input,
        manifest: manifestRef,
        pageCount,
      })),
    ],
    pageCount,
  );
}

function limitsOf({ maxBytes, maxPages, maxPagePixels }: RunContext): DocumentLimits {
  return { maxBytes, maxPages, maxPagePixels };
}

function inputOf(task: DocumentSubmitted, source: FetchedSource, mediaType: string): ObjectRef {
  return { uri: task.source.uri, sha256: source.sha256, mediaType, sizeBytes: source.bytes.byteLength };
}

/** Runs `fetch` with a signal that aborts with `TIMEOUT_FETCH` after `limitMs`. */
async function fetchWithin<T>(
  limitMs: number,
  clock: Clock,
  signal: AbortSignal,
  fetch: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const limit = new AbortController();
  const cancel = clock.after(limitMs, () => {
    limit.abort(new FailureError('TIMEOUT_FETCH'));
  });
  try {
    return await fetch(AbortSignal.any([signal, limit.signal]));
  } finally {
    cancel();
  }
}
