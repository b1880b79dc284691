import { httpSettings, kafkaSettings, objectSettings, processSettings, wholeNumber } from '@docfleet/config';
import type { z } from 'zod';

/** Settings of every stage service, by environment variable; a service adds its own. */
export const stageSettings = {
  ...processSettings,
  ...kafkaSettings,
  ...objectSettings,
  ...httpSettings,
  /** Session timeout of the consumer, after which its partitions are reassigned, in milliseconds. */
  SESSION_TIMEOUT_MS: wholeNumber(1000, 300_000).default(30_000),
  /** Records that wait for their turn at most; what exceeds them stays in Kafka (M-08). */
  MAX_RECORDS_IN_FLIGHT: wholeNumber(1, 1_000_000).default(10_000),
  /** Bytes of all records in flight at most (M-08). */
  MAX_BYTES_IN_FLIGHT: wholeNumber(1_048_576, 4_294_967_296).default(67_108_864),
  /** Time limit of a stopping process for tasks in execution, in milliseconds. */
  DRAIN_TIMEOUT_MS: wholeNumber(0, 600_000).default(25_000),
};

export type StageSettings = z.infer<z.ZodObject<typeof stageSettings>>;
