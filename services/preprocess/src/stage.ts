import { policiesOf, type DocumentSubmitted, type ObjectRef, type RunContext } from '@docfleet/contracts';
import { FailureError, grantsFor, type DocumentLimits, type SourceGrant } from '@docfleet/domain';
import type { ObjectStore } from '@docfleet/objects';
import type { Tenants } from '@docfleet/tenant-settings';
import { done, duplicate, next, type Stage, type StageContext, type StageResult } from '@docfleet/stage';
import { claimRun, hasClaimed } from './adapters/claims.ts';
import { fetchSource, type FetchedSource } from './adapters/fetch-source.ts';
import { openRunPageStore } from './adapters/run-page-store.ts';
import type { Admission } from './core/admission.ts';
import { submissionDigest, type Claim } from './core/claim.ts';
import type { PageRenderer } from './core/page.ts';
import {
  defaultPrepareLimits,
  prepareDocument,
  prepareTimeoutMs,
  type PrepareLimits,
} from './core/prepare-document.ts';
import {
  checkIdentifiers,
  checkSubmission,
  checkTenantId,
  runOfSubmission,
  type FleetDefaults,
} from './core/submission.ts';

/** Must change with everything that influences a prepared page: rendering, encoding, judgement, lines. */
export const preprocessVersion = '3';

/** Time limits of the stage, in milliseconds (M-10). */
export interface PreprocessTimeLimits {
  readonly fetchMs: number;
  readonly prepare: PrepareLimits;
}

export const defaultTimeLimits: PreprocessTimeLimits = { fetchMs: 30_000, prepare: defaultPrepareLimits };

/** Chunks of one document processed at the same time, so that other documents get workers too. */
const chunksAtOnce = 2;

export type IntakeTopic = 'documents.urgent' | 'documents.high' | 'documents.normal';

export interface PreprocessParts {
  readonly store: ObjectStore;
  readonly renderer: PageRenderer;
  readonly admission: Admission;
  /** What was published about tenants. */
  readonly tenants: Pick<Tenants, 'settingsOf'>;
  readonly defaults: FleetDefaults;
  readonly timeLimits: PreprocessTimeLimits;
  /** What documents may be read from besides the uploads of their tenant, for tenants without a list of their own. */
  readonly grants: readonly SourceGrant[];
  readonly maxConcurrentRuns: number;
}

/** The first stage: accepts submissions as runs and renders their pages. */
export function preprocessStage(parts: PreprocessParts): Stage<IntakeTopic> {
  const { defaults, timeLimits } = parts;
  return {
    name: 'preprocess',
    version: preprocessVersion,
    maxConcurrentRuns: parts.maxConcurrentRuns,
    timeoutMs: () => timeLimits.fetchMs + prepareTimeoutMs(defaults.limits.maxPages, timeLimits.prepare),
    timeoutCode: 'TIMEOUT_PREPARE',
    runOf: (task, source) =>
      runOfSubmission(task, source, defaults, policiesOf(parts.tenants.settingsOf(task.tenantId))),
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
  const { store, renderer, defaults, timeLimits } = parts;
  const { run, signal, clock } = context;
  const { topic, partition, offset } = context.source;
  const claim = {
    submission: submissionDigest(task),
    source: { topic, partition, offset },
    claimDate: run.claimDate,
  };
  await admit(parts, task, { context, claim });
  checkIdentifiers(task, context.source.timestampMs);
  checkSubmission(task, defaults.region);
  const { decision, isNew } = await claimRun(store, { runId: run.runId, claim, signal });
  if (decision === 'erased') throw new FailureError('ERASED');
  if (decision === 'conflict') throw new FailureError('REQUEST_CONFLICT');
  if (decision === 'duplicate') return duplicate();
  context.accept();
  context.reportPages(0, 0);

  const source = await context.runPart(
    { name: 'fetch', code: 'TIMEOUT_FETCH', limitMs: timeLimits.fetchMs },
    (fetchSignal) =>
      fetchSource(store, {
        task,
        grants: grantsFor(task.tenantId, parts.tenants.settingsOf(task.tenantId)?.sources, parts.grants),
        maxBytes: run.maxBytes,
        signal: fetchSignal,
      }),
  );
  const pageStore = openRunPageStore({ store, place: run, version: preprocessVersion, isNew, signal });
  const manifest = await prepareDocument(source.bytes, {
    renderer,
    pageStore,
    limits: limitsOf(run),
    clock,
    signal,
    parallel: chunksAtOnce,
    timeLimits: timeLimits.prepare,
    onPages: context.reportPages,
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

/**
 * Refuses what is not proven. A record that was admitted and has claimed its run, before its process ended, is admitted
 * again, whatever became of its key and its tenant since: the run exists, and has to end.
 */
async function admit(
  { store, admission }: PreprocessParts,
  task: DocumentSubmitted,
  { context, claim }: { readonly context: StageContext; readonly claim: Claim },
): Promise<void> {
  checkTenantId(task);
  const { run, received, receivedFrom, signal } = context;
  try {
    admission.admit(task, { topic: receivedFrom.topic, ...received });
  } catch (error) {
    if (!(await hasClaimed(store, { runId: run.runId, claim, signal }))) throw error;
  }
}

function limitsOf({ maxBytes, maxPages, maxPagePixels }: RunContext): DocumentLimits {
  return { maxBytes, maxPages, maxPagePixels };
}

function inputOf(task: DocumentSubmitted, source: FetchedSource, mediaType: string): ObjectRef {
  return { uri: task.source.uri, sha256: source.sha256, mediaType, sizeBytes: source.bytes.byteLength };
}
