import { readConfig } from '@docfleet/config';
import { databaseConnection } from '@docfleet/connections';
import {
  databaseBreaker,
  openDatabase,
  probeDatabase,
  reviewHoldsIn,
  reviewTaskStoreIn,
} from '@docfleet/database';
import { repeat, runStageService } from '@docfleet/service';
import { objectResults } from './adapters/object-results.ts';
import { guardTasks, probeTasks, taskStoreBreaker } from './adapters/store-breaker.ts';
import { exportWaiting } from './adapters/waiting-metrics.ts';
import { configSchema } from './config.ts';
import { reviewStage } from './stage.ts';

const config = readConfig(configSchema, process.env);

await runStageService({
  name: 'review',
  settings: config,
  build: ({ store, metrics, log, problems, clock }) => {
    const breaker = databaseBreaker();
    const database = openDatabase(config.DATABASE_PIPELINE_URL, {
      ...databaseConnection(config, 'DATABASE_PIPELINE_URL', problems),
      role: 'pipeline',
      poolSize: config.DATABASE_POOL_SIZE,
      breaker,
    });
    probeDatabase(breaker, database);
    const review = taskStoreBreaker();
    probeTasks(review, database);
    const holds = reviewHoldsIn(database.session);
    const countWaiting = exportWaiting(metrics, clock);
    return Promise.resolve({
      stage: reviewStage(
        {
          results: objectResults(store),
          tasks: guardTasks(reviewTaskStoreIn(database), review),
          expiryMs: config.REVIEW_EXPIRY_MS,
        },
        { maxConcurrentRuns: config.MAX_CONCURRENT_RUNS, timeoutMs: config.REVIEW_TIMEOUT_MS },
      ),
      database: breaker,
      review,
      beforeFirstTask: async (stopping) => {
        void repeat(
          {
            what: 'Count of tasks that wait for people',
            everyMs: config.REVIEW_COUNT_EVERY_MS,
            log,
            until: stopping,
          },
          async () => {
            countWaiting(await holds.waiting());
          },
        );
        await database.ready().catch((error: unknown) => {
          // What only a person can mend about the connection is said by `problems`, once.
          if (problems.current().length === 0)
            log.error('Database cannot be used; tasks for people wait for it', error);
        });
      },
      close: () => database.close(),
    });
  },
});
process.exit(0);
