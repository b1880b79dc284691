import { wholeNumber } from '@docfleet/config';
import { stageSettings } from '@docfleet/service';
import { z } from 'zod';

export const configSchema = z.object({
  ...stageSettings,
  MAX_CONCURRENT_RUNS: wholeNumber(1, 64).default(4),
});
