import { readConfig } from '@docfleet/config';
import { databaseConnection } from '@docfleet/connections';
import {
  createWriteTimes,
  databaseBreaker,
  openDatabase,
  probeDatabase,
  timeWrite,
} from '@docfleet/database';
import { runStageService } from '@docfleet/service';
import { databaseFence } from './adapters/database-fence.ts';
import { exportEndings } from './adapters/ending-metrics.ts';
import { objectResults } from './adapters/result-store.ts';
import { terminalLog } from './adapters/terminal-log.ts';
import { configSchema } from './config.ts';
import { integrationStage } from './stage.ts';

const config = readConfig(configSchema, process.env);

await runStageService({
  name: 'integration',
  settings: config,
  build: ({ store, recordLog, codec, metrics, log, problems, clock }) => {
    const breaker = databaseBreaker();
    const database = openDatabase(config.DATABASE_PIPELINE_URL, {
      ...databaseConnection(config, 'DATABASE_PIPELINE_URL', problems),
      role: 'pipeline',
      poolSize: config.DATABASE_POOL_SIZE,
      breaker,
    });
    probeDatabase(breaker, database);
    const times = createWriteTimes();
    const fence = databaseFence(database);
    database.ready().catch((error: unknown) => {
      // What only a person can mend about the connection is said by `problems`, once.
      if (problems.current().length === 0) log.error('Database cannot be used; endings wait for it', error);
    });
    return Promise.resolve({
      stage: integrationStage(
        {
          fence: {
            ...fence,
            claim: timeWrite((outcome, rule) => fence.claim(outcome, rule), { times, clock }),
          },
          results: objectResults(store),
          terminal: terminalLog(recordLog),
          encode: (event) => codec.encode(event.topic, event.value),
          onEmitted: exportEndings(metrics, clock),
        },
        { maxConcurrentRuns: config.MAX_CONCURRENT_RUNS, timeoutMs: config.INTEGRATION_TIMEOUT_MS },
      ),
      database: breaker,
      measures: { 'database-write-seconds': () => times.percentileSeconds(clock.now()) },
      close: () => database.close(),
    });
  },
});
process.exit(0);
