import { databaseRoleSettings, databaseConnectionSettings, wholeNumber } from '@docfleet/config';
import { stageSettings } from '@docfleet/service';
import { z } from 'zod';
import { defaultIntegrationTimeoutMs } from './stage.ts';

export const configSchema = z.object({
  ...stageSettings,
  DATABASE_PIPELINE_URL: databaseRoleSettings.DATABASE_PIPELINE_URL,
  ...databaseConnectionSettings,
  MAX_CONCURRENT_RUNS: wholeNumber(1, 64).default(4),
  /** Time limit of one attempt, in milliseconds (M-10). */
  INTEGRATION_TIMEOUT_MS: wholeNumber(1_000, 3_600_000).default(defaultIntegrationTimeoutMs),
});
