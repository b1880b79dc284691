import { stageFolder, type ReadingRoute } from '@docfleet/domain';
import type { DegradationLevel, OcrTask } from '@docfleet/contracts';
import { done, next, type Stage, type StageContext, type StageResult } from '@docfleet/stage';
import { openPageReadingStore, type ReadingStore } from './adapters/page-reading-store.ts';
import { parseManifest, parseReadings } from './adapters/records.ts';
import { effortAt, pageSlots, type PageSlots } from './core/effort.ts';
import { readPage, type PageReaderParts } from './core/page-reader.ts';
import { priorityOf, readDocument, readTimeoutMs, routeOf, type ReadLimits } from './core/read-document.ts';

export type OcrTopic = 'ocr.tasks.urgent' | 'ocr.tasks.high' | 'ocr.tasks.normal';

/** The models that a document is read with. */
export interface ReadingModels {
  readonly engine: PageReaderParts['engine'];
  /** Identifies models and post-processing; part of the folder of the readings. */
  readonly version: string;
}

export interface OcrStageParts extends Omit<PageReaderParts, 'engine'> {
  readonly store: ReadingStore;
  /** Gives a document the models that it is read with, from its first page to its last. */
  readonly models: { use<T>(work: (models: ReadingModels) => Promise<T>): Promise<T> };
  /** Version of the stage when it started. */
  readonly version: string;
  /** Route of runs with an unknown route. */
  readonly defaultRoute: ReadingRoute;
  /** Pages read at the same time, over all documents: the number of engine processes (M-08). */
  readonly maxParallelOcr: number;
  readonly maxConcurrentRuns: number;
  readonly timeLimits: ReadLimits;
  /** The fleet's level; from L2 on fewer pages are read at once. */
  readonly level: () => DegradationLevel;
}

/** The second stage: reads prepared pages as words with boxes. */
export function ocrStage(parts: OcrStageParts): Stage<OcrTopic> {
  const slots = pageSlots(() => effortAt(parts.level(), parts.maxParallelOcr).pagesAtOnce);
  return {
    name: 'ocr',
    version: parts.version,
    maxConcurrentRuns: parts.maxConcurrentRuns,
    timeoutMs: ({ pageCount }) => readTimeoutMs(pageCount, parts.timeLimits),
    timeoutCode: 'TIMEOUT_OCR',
    runOf: ({ context }) => context,
    acceptsRuns: false,
    retries: 'topics',
    restartWhenInDoubt: false,
    cancellable: true,
    handle: (task, context) =>
      parts.models.use((models) => readTask({ ...parts, ...models }, slots, task, context)),
  };
}

async function readTask(
  parts: OcrStageParts & ReadingModels,
  slots: PageSlots,
  task: OcrTask,
  context: StageContext,
): Promise<StageResult> {
  const { store, version } = parts;
  const { run, signal } = context;
  const route = routeOf(run.route, parts.defaultRoute);
  const priority = priorityOf(run.lane);
  const folder = stageFolder(run, 'ocr', version);
  const manifest = await store.readJson(task.manifest.uri, parseManifest, signal);
  const readings = await readDocument(manifest, {
    pageStore: openPageReadingStore(store, folder, signal),
    parallel: parts.maxParallelOcr,
    signal,
    onPages: context.reportPages,
    read: ({ page, image }, pageSignal) =>
      slots.run(
        () =>
          readPage(
            effortAt(parts.level(), parts.maxParallelOcr).retries ? parts : { ...parts, retry: tryOnce },
            {
              page,
              tenantId: run.tenantId,
              sha256: image.sha256,
              image: (imageSignal) =>
                store.read(image.uri, { signal: imageSignal, maxBytes: image.sizeBytes }),
            },
            { route, signal: pageSignal, priority },
          ),
        { priority, signal: pageSignal },
      ),
  });
  const { value, ref } = await store.createJsonOnce(
    `${folder}/readings.json`,
    readings,
    parseReadings,
    signal,
  );
  context.log.info('Pages read', {
    route,
    pages: value.pages.length,
    fromCache: value.pages.filter(({ fromCache }) => fromCache).length,
    byFallback: value.pages.filter(({ engine }) => engine === 'tesseract').length,
  });
  const { input, manifest: manifestRef, pageCount } = task;
  return done(
    [
      next('classification.tasks', run, (nextContext) => ({
        context: nextContext,
        input,
        manifest: manifestRef,
        readings: ref,
        pageCount,
      })),
    ],
    pageCount,
  );
}

function tryOnce<T>(action: () => Promise<T>): Promise<T> {
  return action();
}
