import { cpuQuota, oneOf, wholeNumber } from '@docfleet/config';
import { defaultLimits, readingRoutes } from '@docfleet/domain';
import { stageSettings } from '@docfleet/service';
import { z } from 'zod';

/** Settings of the preprocess service, by environment variable. */
export const preprocessConfig = z.object({
  ...stageSettings,
  /** Runs processed at the same time by one process (M-08). */
  MAX_CONCURRENT_RUNS: wholeNumber(1, 64).default(4),
  /** Child processes that render pages; by default one per CPU of this process's quota. */
  PAGE_WORKERS: wholeNumber(1, 64).default(() => Math.floor(cpuQuota())),
  /** How the tenant of a record is verified (M-23); `off` where brokers already separate tenants. */
  TENANT_PROOF: oneOf(['well-formed', 'off']).default('well-formed'),
  /** Reading route of documents without one. */
  DEFAULT_ROUTE: oneOf(readingRoutes).default('accurate'),
  MAX_DOCUMENT_BYTES: wholeNumber(1024, 1_073_741_824).default(defaultLimits.maxBytes),
  MAX_DOCUMENT_PAGES: wholeNumber(1, 10_000).default(defaultLimits.maxPages),
  MAX_PAGE_PIXELS: wholeNumber(1_000_000, 1_000_000_000).default(defaultLimits.maxPagePixels),
});

export type PreprocessConfig = z.infer<typeof preprocessConfig>;
