import { parserSandbox, type BuiltStage, type StageParts } from '@docfleet/service';
import { openAdmission } from './adapters/open-admission.ts';
import { openIntakePace } from './adapters/open-intake-pace.ts';
import { startPagePool } from './adapters/page-pool.ts';
import type { PreprocessConfig } from './config.ts';
import { preprocessStage, type IntakeTopic } from './stage.ts';

/** Assembles the stage with its child processes. */
export async function buildPreprocess(
  config: PreprocessConfig,
  {
    store,
    recordLog,
    codec,
    clock,
    metrics,
    log,
    problems,
  }: Pick<StageParts, 'store' | 'recordLog' | 'codec' | 'clock' | 'metrics' | 'log' | 'problems'>,
): Promise<BuiltStage<IntakeTopic>> {
  const restarts = metrics.gauge(
    'docfleet_page_worker_restarts',
    'Page worker processes that crashed or were killed since the start.',
  );
  const pool = startPagePool({
    size: config.PAGE_WORKERS,
    sandbox: await parserSandbox(config.PARSER_SANDBOX, { log, metrics }),
    onRestarts: (count) => {
      restarts.set({}, count);
    },
  });
  const intake = openAdmission(config, { recordLog, codec, clock, metrics, log });
  const pace = openIntakePace(config, { tenants: intake.tenants, clock, log, problems });
  const stage = preprocessStage({
    store,
    renderer: pool,
    admission: intake.admission,
    tenants: intake.tenants,
    defaults: {
      region: config.REGION,
      route: config.DEFAULT_ROUTE,
      budgetMs: config.RUN_TIMEOUT_MS,
      expiryMs: config.RUN_EXPIRY_MS,
      review: config.REVIEW_POLICY,
      limits: {
        maxBytes: config.MAX_DOCUMENT_BYTES,
        maxPages: config.MAX_DOCUMENT_PAGES,
        maxPagePixels: config.MAX_PAGE_PIXELS,
      },
    },
    timeLimits: {
      fetchMs: config.FETCH_TIMEOUT_MS,
      prepare: { documentMs: config.PREPARE_TIMEOUT_MS, pageMs: config.PREPARE_PAGE_TIMEOUT_MS },
    },
    grants: config.SOURCE_BUCKETS,
    maxConcurrentRuns: config.MAX_CONCURRENT_RUNS,
  });
  return {
    stage,
    holdsFrom: 'L4',
    ...(pace !== undefined && { pace: pace.pace }),
    beforeFirstTask: async (stopping) => {
      void pace?.pace.run(stopping);
      await intake.ready(stopping);
    },
    close: async () => {
      pace?.close();
      await pool.close();
    },
  };
}
