import {
  databaseRoleSettings,
  databaseConnectionSettings,
  httpSettings,
  kafkaSettings,
  processSettings,
  wholeNumber,
} from '@docfleet/config';
import { z } from 'zod';

export const ledgerSettings = z.object({
  ...processSettings,
  ...kafkaSettings,
  DATABASE_PIPELINE_URL: databaseRoleSettings.DATABASE_PIPELINE_URL,
  ...databaseConnectionSettings,
  ...httpSettings,
  /** Session timeout of the consumer group, in milliseconds. */
  SESSION_TIMEOUT_MS: wholeNumber(1_000, 300_000).default(30_000),
  /** Time that the oldest unread record may wait while everything needed answers, before `/health` fails, in milliseconds. */
  READER_STUCK_AFTER_MS: wholeNumber(1_000, 3_600_000).default(60_000),
  /** Interval of the sweep for expired runs and stuck outcomes, in milliseconds. */
  SWEEP_EVERY_MS: wholeNumber(100, 3_600_000).default(60_000),
  /** Interval at which runs in flight are counted, in milliseconds. */
  CENSUS_EVERY_MS: wholeNumber(100, 3_600_000).default(60_000),
  /** Interval at which the lag of the stages is measured, in milliseconds. */
  LAG_EVERY_MS: wholeNumber(100, 3_600_000).default(15_000),
  /** Age of a claimed outcome at which its ending is sent again, in milliseconds. */
  OUTCOME_STUCK_AFTER_MS: wholeNumber(100, 86_400_000).default(600_000),
});

export type LedgerSettings = z.infer<typeof ledgerSettings>;
