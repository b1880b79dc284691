import {
  cacheSettings,
  databaseConnectionSettings,
  databaseRoleSettings,
  flag,
  httpSettings,
  kafkaSettings,
  objectSettings,
  processSettings,
  wholeNumber,
} from '@docfleet/config';
import { z } from 'zod';
import { problemsOf, type Periods } from './core/periods.ts';

const days = (usual: number) => wholeNumber(1, 36_500).default(usual);

const settings = z.object({
  ...processSettings,
  ...kafkaSettings,
  ...databaseConnectionSettings,
  DATABASE_RETENTION_URL: databaseRoleSettings.DATABASE_RETENTION_URL,
  ...objectSettings,
  ...cacheSettings,
  ...httpSettings,
  /** Days that batches, with what clients said of them, are kept after their end. */
  RETENTION_BATCHES_DAYS: days(1),
  /** Days that ended runs stay in the read model. */
  RETENTION_RUNS_DAYS: days(30),
  /** Days that the history of runs is kept. */
  RETENTION_EVENTS_DAYS: days(30),
  /** Days that the stored event of a published outcome is kept. */
  RETENTION_OUTCOME_BYTES_DAYS: days(30),
  /** Days that a dead letter is listed and can be redriven. */
  RETENTION_DEAD_LETTERS_DAYS: days(30),
  /** Days that deliveries of webhooks and their attempts are kept, and endpoints that were deleted. */
  RETENTION_WEBHOOKS_DAYS: days(30),
  /** Days that uploaded documents are kept after the end of their run. */
  RETENTION_UPLOADS_DAYS: days(30),
  /** Days that pages, readings and results are kept after the end of their run. */
  RETENTION_ARTIFACTS_DAYS: days(30),
  /** Days that outcomes, revisions, claims and marks of erased runs are kept. */
  RETENTION_FENCE_DAYS: days(60),
  /** Days that the audit log, finished erasures and usage by tenant and day are kept. */
  RETENTION_AUDIT_DAYS: days(400),
  /** Interval at which rows of the audit log are sealed, in milliseconds. */
  AUDIT_SEAL_EVERY_MS: wholeNumber(100, 60_000).default(1_000),
  /** Interval at which the next 500 rows of its chain are checked, in milliseconds. */
  AUDIT_CHECK_EVERY_MS: wholeNumber(100, 3_600_000).default(5_000),
  /** Only count what would be removed. */
  RETENTION_DRY_RUN: flag().default(false),
  /** Interval of expiry, in milliseconds. */
  RETENTION_EVERY_MS: wholeNumber(100, 86_400_000).default(3_600_000),
  /** Rows, and objects, of one kind that one pass removes or looks at. */
  RETENTION_PER_PASS: wholeNumber(1, 10_000_000).default(100_000),
  /** Rows or objects a second. */
  RETENTION_PER_SECOND: wholeNumber(1, 100_000).default(500),
  /** Interval at which requested erasures are continued, in milliseconds. */
  ERASURE_EVERY_MS: wholeNumber(100, 3_600_000).default(5_000),
  /** Time after the end of a run before it is erased, so that work in progress has stopped, in milliseconds. */
  ERASURE_SETTLE_MS: wholeNumber(0, 3_600_000).default(60_000),
});

const settingOf: Readonly<Record<keyof Periods, keyof z.infer<typeof settings>>> = {
  batches: 'RETENTION_BATCHES_DAYS',
  runs: 'RETENTION_RUNS_DAYS',
  events: 'RETENTION_EVENTS_DAYS',
  outcomeBytes: 'RETENTION_OUTCOME_BYTES_DAYS',
  deadLetters: 'RETENTION_DEAD_LETTERS_DAYS',
  webhooks: 'RETENTION_WEBHOOKS_DAYS',
  uploads: 'RETENTION_UPLOADS_DAYS',
  artifacts: 'RETENTION_ARTIFACTS_DAYS',
  fence: 'RETENTION_FENCE_DAYS',
  audit: 'RETENTION_AUDIT_DAYS',
};

export const retentionSettings = settings.superRefine((given, context) => {
  for (const { period, message } of problemsOf(periodsOf(given))) {
    context.addIssue({ code: 'custom', path: [settingOf[period]], message });
  }
});

export type RetentionSettings = z.infer<typeof retentionSettings>;

export function periodsOf(given: RetentionSettings): Periods {
  return {
    batches: given.RETENTION_BATCHES_DAYS,
    runs: given.RETENTION_RUNS_DAYS,
    events: given.RETENTION_EVENTS_DAYS,
    outcomeBytes: given.RETENTION_OUTCOME_BYTES_DAYS,
    deadLetters: given.RETENTION_DEAD_LETTERS_DAYS,
    webhooks: given.RETENTION_WEBHOOKS_DAYS,
    uploads: given.RETENTION_UPLOADS_DAYS,
    artifacts: given.RETENTION_ARTIFACTS_DAYS,
    fence: given.RETENTION_FENCE_DAYS,
    audit: given.RETENTION_AUDIT_DAYS,
  };
}
