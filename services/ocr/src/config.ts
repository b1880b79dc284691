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
  /** Runs processed at the same time by one process (M-08). */
  MAX_CONCURRENT_RUNS: wholeNumber(1, 64).default(4),
  /** Engine processes, each with one thread; by default one per CPU of this process's quota, at most two (M-08). */
  MAX_PARALLEL_OCR: wholeNumber(1, 64).default(() => Math.min(2, Math.floor(cpuQuota()))),
  /** Reading route of runs with an unknown route. */
  DEFAULT_ROUTE: oneOf(readingRoutes).default('accurate'),
  /** `latin` reads Latin script a fifth faster; `any` reads all scripts of the models. */
  OCR_ALPHABET: oneOf(alphabets).default('latin'),
  /** Time limit of an engine for one page, in milliseconds; after it the fallback reads the page. */
  PAGE_TIMEOUT_MS: wholeNumber(1000, 600_000).default(60_000),
  MAX_PAGE_PIXELS: wholeNumber(1_000_000, 1_000_000_000).default(defaultLimits.maxPagePixels),
});

export type OcrConfig = z.infer<typeof ocrConfig>;
