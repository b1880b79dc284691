import { cacheConnection } from '@docfleet/connections';
import { parserSandbox, type BuiltStage, type StageParts } from '@docfleet/service';
import { engineBreaker, retryCrashes } from './adapters/guards.ts';
import { openModelFiles } from './adapters/model-files.ts';
import { installedVersions, type ModelFolder } from './adapters/model-versions.ts';
import { startOnnxEngine, type OnnxEngine } from './adapters/onnx-engine.ts';
import { openPageCache } from './adapters/page-cache.ts';
import { startPageDecoder } from './adapters/page-decoder.ts';
import { startTesseractEngine } from './adapters/tesseract-engine.ts';
import type { OcrConfig } from './config.ts';
import { gpuShareOf } from './core/gpu-share.ts';
import { ModelSwitch, type OpenVersion } from './core/model-switch.ts';
import { stageVersionOf } from './core/routes.ts';
import { ocrStage, type OcrTopic, type ReadingModels } from './stage.ts';

/** Assembles the stage. With damaged models the error is logged and the fallback reads, so the service always starts. */
export async function buildOcr(
  config: OcrConfig,
  {
    store,
    metrics,
    log,
    fleet,
    problems,
  }: Pick<StageParts, 'store' | 'metrics' | 'log' | 'fleet' | 'problems'>,
): Promise<BuiltStage<OcrTopic>> {
  const children = {
    size: config.MAX_PARALLEL_OCR,
    pageTimeoutMs: config.PAGE_TIMEOUT_MS,
    sandbox: await parserSandbox(config.PARSER_SANDBOX, { log, metrics }),
  };
  const decoder = startPageDecoder({ ...children, maxPixels: config.MAX_PAGE_PIXELS });
  const engineOf = (modelDirectory: string): OnnxEngine => {
    const options = { modelDirectory, alphabet: config.OCR_ALPHABET, route: config.DEFAULT_ROUTE };
    return startOnnxEngine({ ...children, ...options, decoder });
  };
  const engine = engineOf(config.MODELS_DIR);
  const version = stageVersionOf((await modelsOrNone(config, log))?.digests);
  const installed = await versionsOrOwn(config, log);
  const models = new ModelSwitch<ModelFolder, ReadingModels>(
    {
      installed,
      open: (folder) => openVersion(folder, engineOf(folder.directory), config),
      onRefused: (digest, error) => {
        log.error('The pinned model version cannot be used; pages are read with the last good one', error, {
          digest,
        });
      },
      onSwitched: (used) => {
        log.info('New documents are read with another model version', {
          version: used.version,
          digest: used.digest,
        });
      },
    },
    { models: { engine, version }, close: () => engine.close() },
  );
  const missing = metrics.gauge(
    'docfleet_models_pin_missing',
    '1 while a model version is pinned that this process cannot read with.',
  );
  const followPin = (): void => {
    void models.pin(fleet.orders().models).then(() => {
      missing.set({}, models.isMissing ? 1 : 0);
    });
  };
  fleet.reportModels(() => models.versions());
  fleet.onOrders(followPin);
  followPin();
  const fallback = startTesseractEngine({ ...children, decoder });
  const cache = openPageCache({
    url: config.REDIS_URL,
    connection: cacheConnection(config, problems),
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
    models,
    fallback,
    guard: breaker,
    retry: retryCrashes,
    cache,
    version,
    defaultRoute: config.DEFAULT_ROUTE,
    maxParallelOcr: config.MAX_PARALLEL_OCR,
    maxConcurrentRuns: config.MAX_CONCURRENT_RUNS,
    timeLimits: { documentMs: config.OCR_TIMEOUT_MS, pageMs: config.OCR_TIMEOUT_PER_PAGE_MS },
    level: () => fleet.level(),
    onRead: ({ engine: name, fromCache, cpuMs }) => {
      pages.inc({ engine: name, source: fromCache ? 'cache' : 'engine' });
      if (!fromCache) cpu.observe({ engine: name }, cpuMs / 1000);
    },
  });
  const closing = new AbortController();
  let hasFailed = false;
  void warmUp(engine, config, { metrics, log, closing: closing.signal }).then((started) => {
    hasFailed = !started;
  });
  const isMeant = config.OCR_PROVIDER === 'cuda';
  return {
    stage,
    breakers: [breaker],
    measures: { 'gpu-share': () => gpuShareOf({ isMeant, provider: engine.provider(), hasFailed }) },
    close: async () => {
      closing.abort(new Error('The service stops.'));
      cache.close();
      await Promise.all([models, fallback, decoder].map((each) => each.close()));
    },
  };
}

/** Opens a version beside the one in use. @throws Error when its files are damaged or its engine does not start */
async function openVersion(
  { directory }: ModelFolder,
  engine: OnnxEngine,
  config: OcrConfig,
): Promise<OpenVersion<ReadingModels>> {
  try {
    const { digests } = await openModelFiles(directory, config.OCR_ALPHABET);
    await engine.version(config.DEFAULT_ROUTE, new AbortController().signal);
    return { models: { engine, version: stageVersionOf(digests) }, close: () => engine.close() };
  } catch (error) {
    await engine.close();
    throw error;
  }
}

/** The versions in the folder; where their files are damaged the process has its own alone, without a digest. */
async function versionsOrOwn(
  { MODELS_DIR: directory }: OcrConfig,
  log: StageParts['log'],
): Promise<Awaited<ReturnType<typeof installedVersions>>> {
  try {
    return await installedVersions(directory);
  } catch (error) {
    log.error('The versions of the models could not be listed', error);
    return [{ version: 'own', digest: '', directory }];
  }
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

/** Starts the first child ahead of the first page, and reports the execution provider (D-03); false when it failed. */
async function warmUp(
  engine: OnnxEngine,
  config: OcrConfig,
  { metrics, log, closing }: Pick<StageParts, 'metrics' | 'log'> & { readonly closing: AbortSignal },
): Promise<boolean> {
  const provider = metrics.gauge('docfleet_ocr_provider', '1 for the execution provider in use.', [
    'provider',
  ]);
  try {
    const version = await engine.version(config.DEFAULT_ROUTE, closing);
    const name = engine.provider() ?? 'none';
    provider.set({ provider: name }, 1);
    const isMissing = config.OCR_PROVIDER === 'cuda' && name !== 'cuda';
    if (isMissing) log.warn('OCR engine has no GPU: pages are read on the CPU', { provider: name, version });
    else log.info('OCR engine is ready', { provider: name, version });
    return true;
  } catch (error) {
    if (closing.aborted) return true;
    provider.set({ provider: 'none' }, 1);
    log.error('OCR engine could not be started; pages are read by Tesseract', error);
    return false;
  }
}
