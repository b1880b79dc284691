import { poolSettings, wholeNumber } from '@docfleet/config';
import { stageSettings } from '@docfleet/service';
import { z } from 'zod';
import { defaultClassificationTimeoutMs } from './stage.ts';

/** Settings of the stage itself, by environment variable. */
export const classificationSettings = {
  ...poolSettings,
  MAX_CONCURRENT_RUNS: wholeNumber(1, 64).default(4),
  /** Time limit of one attempt, in milliseconds (M-10). */
  CLASSIFICATION_TIMEOUT_MS: wholeNumber(1_000, 3_600_000).default(defaultClassificationTimeoutMs),
};

export type ClassificationConfig = z.infer<z.ZodObject<typeof classificationSettings>>;

export const configSchema = z.object({ ...stageSettings, ...classificationSettings });
