import {
  databaseConnectionSettings,
  databaseRoleSettings,
  httpSettings,
  kafkaSettings,
  processSettings,
  webhookSettings,
  wholeNumber,
} from '@docfleet/config';
import { z } from 'zod';

export const webhooksSettings = z.object({
  ...processSettings,
  ...kafkaSettings,
  DATABASE_WEBHOOKS_URL: databaseRoleSettings.DATABASE_WEBHOOKS_URL,
  ...databaseConnectionSettings,
  ...httpSettings,
  ...webhookSettings,
  /** Session timeout of the consumer group, in milliseconds. */
  SESSION_TIMEOUT_MS: wholeNumber(1_000, 300_000).default(30_000),
  /** Time that the oldest unread record may wait while everything needed answers, before `/health` fails, in milliseconds. */
  READER_STUCK_AFTER_MS: wholeNumber(1_000, 3_600_000).default(60_000),
  /** Time an endpoint has to answer, in milliseconds. */
  WEBHOOK_TIMEOUT_MS: wholeNumber(100, 60_000).default(15_000),
  /** Time the address of a callback has to answer, in milliseconds. */
  CALLBACK_TIMEOUT_MS: wholeNumber(100, 60_000).default(30_000),
  /** Pause after the first failed attempt, in milliseconds; it grows with the age of the delivery. */
  WEBHOOK_FIRST_PAUSE_MS: wholeNumber(10, 3_600_000).default(5_000),
  /** Longest pause between two attempts, in milliseconds. */
  WEBHOOK_LONGEST_PAUSE_MS: wholeNumber(10, 86_400_000).default(10_800_000),
  /** Time for which nothing is sent to a receiver whose breaker has opened, in milliseconds. */
  WEBHOOK_BREAKER_OPEN_MS: wholeNumber(100, 3_600_000).default(300_000),
  /** Deliveries that a process sends at the same time. */
  WEBHOOK_CONCURRENCY: wholeNumber(1, 1_000).default(64),
  /** Of these, those of one tenant. */
  WEBHOOK_CONCURRENCY_PER_TENANT: wholeNumber(1, 1_000).default(8),
  /** Of these, those to one receiver. */
  WEBHOOK_CONCURRENCY_PER_RECEIVER: wholeNumber(1, 1_000).default(4),
  /** Interval at which due deliveries and new events are looked for, in milliseconds. */
  WEBHOOK_POLL_MS: wholeNumber(10, 60_000).default(500),
});

export type WebhooksSettings = z.infer<typeof webhooksSettings>;
