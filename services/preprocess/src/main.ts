import { readConfig } from '@docfleet/config';
import { runStageService } from '@docfleet/service';
import { programFolders, startPagePool } from './adapters/page-pool.ts';
import { preprocessConfig } from './config.ts';
import { anyTenant, wellFormedTenant } from './core/submission.ts';
import { preprocessStage } from './stage.ts';

const config = readConfig(preprocessConfig, process.env);

await runStageService({
  name: 'preprocess',
  settings: config,
  build: ({ store, metrics }) => {
    const restarts = metrics.gauge(
      'docfleet_page_worker_restarts',
      'Page worker processes that crashed or were killed since the start.',
    );
    const pool = startPagePool({
      size: config.PAGE_WORKERS,
      readRoots: programFolders(),
      onRestarts: (count) => {
        restarts.set({}, count);
      },
    });
    const stage = preprocessStage({
      store,
      renderer: pool,
      proof: config.TENANT_PROOF === 'off' ? anyTenant : wellFormedTenant,
      defaults: {
        region: config.REGION,
        route: config.DEFAULT_ROUTE,
        limits: {
          maxBytes: config.MAX_DOCUMENT_BYTES,
          maxPages: config.MAX_DOCUMENT_PAGES,
          maxPagePixels: config.MAX_PAGE_PIXELS,
        },
      },
      maxConcurrentRuns: config.MAX_CONCURRENT_RUNS,
    });
    return Promise.resolve({ stage, holdsFrom: 'L4' as const, close: () => pool.close() });
  },
});
process.exit(0);
