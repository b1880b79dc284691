import { cacheSettings, cpuQuota, modelSettings, oneOf, wholeNumber } from '@docfleet/config';
import { defaultLimits, readingRoutes } from '@docfleet/domain';
import { stageSettings } from '@docfleet/service';
import { sandboxDemands } from '@docfleet/workers';
import { z } from 'zod';
import { alphabets } from './adapters/model-files.ts';
import { defaultReadLimits } from './core/read-document.ts';

/** Settings of the stage itself, by environment variable. */
export const ocrSettings = {
  ...modelSettings,
  ...cacheSettings,
  /** Runs processed at the same time by one process (M-08). */
  MAX_CONCURRENT_RUNS: wholeNumber(1, 64).default(4),
  /** Engine processes, each with one thread; by default one per CPU of this process's quota, at most two (M-08). */
  MAX_PARALLEL_OCR: wholeNumber(1, 64).default(() => Math.min(2, Math.floor(cpuQuota()))),
  /** `required` starts only where children that parse documents reach no network (docs/sandbox.md). */
  PARSER_SANDBOX: oneOf(sandboxDemands).default('best'),
  /** Reading route of runs with an unknown route. */
  DEFAULT_ROUTE: oneOf(readingRoutes).default('accurate'),
  /** `latin` reads Latin script a fifth faster; `any` reads all scripts of the models. */
  OCR_ALPHABET: oneOf(alphabets).default('latin'),
  /** `cuda`: the process is meant to have a GPU, and tells the fleet when it reads without one. */
  OCR_PROVIDER: oneOf(['auto', 'cuda']).default('auto'),
  /** Time limit of a document, in milliseconds, or that of its pages together if it is more (M-10). */
  OCR_TIMEOUT_MS: wholeNumber(1_000, 3_600_000).default(defaultReadLimits.documentMs),
  OCR_TIMEOUT_PER_PAGE_MS: wholeNumber(0, 600_000).default(defaultReadLimits.pageMs),
  /** Time limit of an engine for one page, in milliseconds; after it the fallback reads the page. */
  PAGE_TIMEOUT_MS: wholeNumber(1000, 600_000).default(60_000),
  MAX_PAGE_PIXELS: wholeNumber(1_000_000, 1_000_000_000).default(defaultLimits.maxPagePixels),
};

/** What the stage is built with. */
export type OcrConfig = z.infer<z.ZodObject<typeof ocrSettings>>;

/** Settings of the ocr service, by environment variable. */
export const ocrConfig = z.object({ ...stageSettings, ...ocrSettings });
