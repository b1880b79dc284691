import { readConfig } from '@docfleet/config';
import { openDatabase } from '@docfleet/database';
import { runStageService } from '@docfleet/service';
import { databaseFence } from './adapters/database-fence.ts';
import { objectResults } from './adapters/result-store.ts';
import { terminalLog } from './adapters/terminal-log.ts';
import { configSchema } from './config.ts';
import { integrationStage } from './stage.ts';

const config = readConfig(configSchema, process.env);
const database = openDatabase(config.DATABASE_URL, { poolSize: config.DATABASE_POOL_SIZE });

await runStageService({
  name: 'integration',
  settings: config,
  build: ({ store, recordLog, codec, metrics }) =>
    Promise.resolve({
      stage: integrationStage(
        {
          fence: databaseFence(database.session),
          results: objectResults(store),
          terminal: terminalLog(recordLog),
          encode: (event) => codec.encode(event.topic, event.value),
          onEmitted: (status) => {
            metrics.documentsProcessed.inc({ status });
          },
        },
        { maxConcurrentRuns: config.MAX_CONCURRENT_RUNS },
      ),
      close: () => database.close(),
    }),
});
process.exit(0);
