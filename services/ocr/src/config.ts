import { cacheSettings, cpuQuota, modelSettings, oneOf, wholeNumber } from '@docfleet/config';
import { defaultLimits, readingRoutes } from '@docfleet/domain';
import { stageSettings } from '@docfleet/service';
import { z } from 'zod';
import { alphabets } from './adapters/model-files.ts';

/** Settings of the ocr service, by environment variable. */
export const ocrConfig = z.object({
  ...stageSettings,
  ...modelSettings,
  ...cacheSettings,
  /** Runs worked at the same time in one process (M-08). */
  MAX_CONCURRENT_RUNS: wholeNumber(1, 64).default(4),
  /** Engine processes, each with one thread; by default one per CPU this process may use, at most two (M-08). */
  MAX_PARALLEL_OCR: wholeNumber(1, 64).default(() => Math.min(2, Math.floor(cpuQuota()))),
  /** Reading route of runs whose own this service does not know. */
  DEFAULT_ROUTE: oneOf(readingRoutes).default('accurate'),
  /** `latin` reads Latin script a fifth faster; `any` reads all scripts of the models. */
  OCR_ALPHABET: oneOf(alphabets).default('latin'),
  /** Longest an engine may take for one page, in milliseconds; then the fallback has its turn. */
  PAGE_TIMEOUT_MS: wholeNumber(1000, 600_000).default(60_000),
  MAX_PAGE_PIXELS: wholeNumber(1_000_000, 1_000_000_000).default(defaultLimits.maxPagePixels),
});

export type OcrConfig = z.infer<typeof ocrConfig>;
