import { databaseConnectionSettings, databaseRoleSettings, wholeNumber } from '@docfleet/config';
import { reviewExpiryMs } from '@docfleet/domain';
import { stageSettings } from '@docfleet/service';
import { z } from 'zod';
import { defaultReviewTimeoutMs } from './stage.ts';

export const configSchema = z.object({
  ...stageSettings,
  DATABASE_PIPELINE_URL: databaseRoleSettings.DATABASE_PIPELINE_URL,
  ...databaseConnectionSettings,
  MAX_CONCURRENT_RUNS: wholeNumber(1, 64).default(4),
  /** Time limit of one attempt, in milliseconds. */
  REVIEW_TIMEOUT_MS: wholeNumber(1_000, 3_600_000).default(defaultReviewTimeoutMs),
  /** Time for which a run that needs a person is kept open, in milliseconds. */
  REVIEW_EXPIRY_MS: wholeNumber(60_000, 365 * 86_400_000).default(reviewExpiryMs),
  /** Interval at which the waiting tasks are counted, in milliseconds. */
  REVIEW_COUNT_EVERY_MS: wholeNumber(1_000, 3_600_000).default(30_000),
});
