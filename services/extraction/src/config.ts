import { poolSettings, wholeNumber } from '@docfleet/config';
import { stageSettings } from '@docfleet/service';
import { z } from 'zod';
import { defaultExtractionTimeoutMs } from './stage.ts';

/** Settings of the stage itself, by environment variable. */
export const extractionSettings = {
  ...poolSettings,
  /** The pool that this process works for, one of `EXTRACTION_POOLS`; absent: the classes without a pool. */
  EXTRACTION_POOL: z.string({ error: 'the name of a pool' }).optional(),
  /** Folder with `<class>.v<version>.json`: weights that replace those of the class files, of a pool for instance. */
  EXTRACTION_WEIGHTS_DIR: z.string({ error: 'a folder' }).optional(),
  MAX_CONCURRENT_RUNS: wholeNumber(1, 64).default(4),
  /** Time limit of one attempt, in milliseconds (M-10). */
  EXTRACTION_TIMEOUT_MS: wholeNumber(1_000, 3_600_000).default(defaultExtractionTimeoutMs),
};

export type ExtractionConfig = z.infer<z.ZodObject<typeof extractionSettings>>;

const settings = z.object({ ...stageSettings, ...extractionSettings });

export const configSchema = settings.superRefine(({ EXTRACTION_POOL, EXTRACTION_POOLS }, context) => {
  const names = EXTRACTION_POOLS.map(({ name }) => name);
  if (EXTRACTION_POOL === undefined || names.includes(EXTRACTION_POOL)) return;
  context.addIssue({
    code: 'custom',
    path: ['EXTRACTION_POOL'],
    message: `a pool of EXTRACTION_POOLS, which has ${names.length === 0 ? 'none' : names.join(', ')}`,
  });
});
