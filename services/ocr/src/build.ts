import type { BuiltStage, StageParts } from '@docfleet/service';
import { engineBreaker, retryCrashes } from './adapters/guards.ts';
import { openModelFiles } from './adapters/model-files.ts';
import { startOnnxEngine, type OnnxEngine } from './adapters/onnx-engine.ts';
import { openPageCache } from './adapters/page-cache.ts';
import { startTesseractEngine } from './adapters/tesseract-engine.ts';
import type { OcrConfig } from './config.ts';
import { stageVersionOf } from './core/routes.ts';
import { ocrStage, type OcrTopic } from './stage.ts';

/** Assembles the stage. With damaged models the error is logged and the fallback reads, so the service always starts. */
export async function buildOcr(
  config: OcrConfig,
  { store, metrics, log, fleet }: Pick<StageParts, 'store' | 'metrics' | 'log' | 'fleet'>,
): Promise<BuiltStage<OcrTopic>> {
  const children = {
    size: config.MAX_PARALLEL_OCR,
    maxPixels: config.MAX_PAGE_PIXELS,
    pageTimeoutMs: config.PAGE_TIMEOUT_MS,
  };
  const models = { modelDirectory: config.MODELS_DIR, alphabet: config.OCR_ALPHABET };
  const engine = startOnnxEngine({ ...children, ...models, route: config.DEFAULT_ROUTE });
  const fallback = startTesseractEngine(children);
  const cache = openPageCache({
    url: config.REDIS_URL,
    onLookup: (result) => {
      metrics.cacheLookups.inc({ cache: 'ocr-page', result });
    },
    onProblem: (reason) => {
      log.warn('Page cache unavailable; reading without it', { reason });
    },
  });
  const breaker = engineBreaker();
  const pages = metrics.counter(
    'docfleet_ocr_pages_total',
    'Pages read, by engine and source (cache or engine).',
    ['engine', 'source'],
  );
  const cpu = metrics.histogram({
    name: 'docfleet_ocr_page_cpu_seconds',
    help: 'Processor time of a page that was not in the cache.',
    labels: ['engine'],
    buckets: [0.1, 0.25, 0.5, 1, 2, 4, 8, 16],
  });
  const stage = ocrStage({
    store,
    engine,
    fallback,
    guard: breaker,
    retry: retryCrashes,
    cache,
    version: stageVersionOf((await modelsOrNone(config, log))?.digests),
    defaultRoute: config.DEFAULT_ROUTE,
    maxParallelOcr: config.MAX_PARALLEL_OCR,
    maxConcurrentRuns: config.MAX_CONCURRENT_RUNS,
    level: () => fleet.level(),
    onRead: ({ engine: name, fromCache, cpuMs }) => {
      pages.inc({ engine: name, source: fromCache ? 'cache' : 'engine' });
      if (!fromCache) cpu.observe({ engine: name }, cpuMs / 1000);
    },
  });
  const closing = new AbortController();
  void warmUp(engine, config, { metrics, log, closing: closing.signal });
  return {
    stage,
    breakers: [breaker],
    close: async () => {
      closing.abort(new Error('The service stops.'));
      cache.close();
      await Promise.all([engine.close(), fallback.close()]);
    },
  };
}

async function modelsOrNone(
  config: OcrConfig,
  log: StageParts['log'],
): Promise<Awaited<ReturnType<typeof openModelFiles>> | undefined> {
  try {
    return await openModelFiles(config.MODELS_DIR, config.OCR_ALPHABET);
  } catch (error) {
    log.error('Models could not be opened; pages are read by Tesseract', error);
    return undefined;
  }
}

/** Starts the first child ahead of the first page, and reports the execution provider (D-03). */
async function warmUp(
  engine: OnnxEngine,
  config: OcrConfig,
  { metrics, log, closing }: Pick<StageParts, 'metrics' | 'log'> & { readonly closing: AbortSignal },
): Promise<void> {
  const provider = metrics.gauge('docfleet_ocr_provider', '1 for the execution provider in use.', [
    'provider',
  ]);
  try {
    const version = await engine.version(config.DEFAULT_ROUTE, closing);
    const name = engine.provider() ?? 'none';
    provider.set({ provider: name }, 1);
    log.info('OCR engine is ready', { provider: name, version });
  } catch (error) {
    if (closing.aborted) return;
    provider.set({ provider: 'none' }, 1);
    log.error('OCR engine could not be started; pages are read by Tesseract', error);
  }
}
