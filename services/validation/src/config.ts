import { wholeNumber } from '@docfleet/config';
import { stageSettings } from '@docfleet/service';
import { z } from 'zod';
import { defaultValidationTimeoutMs } from './stage.ts';

/** Settings of the stage itself, by environment variable. */
export const validationSettings = {
  MAX_CONCURRENT_RUNS: wholeNumber(1, 64).default(4),
  /** Time limit of one attempt, in milliseconds (M-10). */
  VALIDATION_TIMEOUT_MS: wholeNumber(1_000, 3_600_000).default(defaultValidationTimeoutMs),
};

export type ValidationConfig = z.infer<z.ZodObject<typeof validationSettings>>;

export const configSchema = z.object({ ...stageSettings, ...validationSettings });
