import { tmpdir } from 'node:os';
import {
  databaseSettings,
  httpSettings,
  kafkaSettings,
  objectSettings,
  processSettings,
  wholeNumber,
} from '@docfleet/config';
import { defaultLimits } from '@docfleet/domain';
import { z } from 'zod';

export const gatewaySettings = z.object({
  ...processSettings,
  ...kafkaSettings,
  ...databaseSettings,
  ...objectSettings,
  ...httpSettings,
  /** A key that is made at the start, with the role admin, for the tenant `development`. */
  DEVELOPMENT_API_KEY: z.string({ error: 'a key' }).min(16, 'at least 16 characters').optional(),
  /** Bytes of a submitted file at most. */
  MAX_UPLOAD_BYTES: wholeNumber(1, 1024 ** 3).default(defaultLimits.maxBytes),
  /** Where an upload rests until its digest is known. */
  SPOOL_DIR: z.string({ error: 'a folder' }).default(tmpdir()),
  /** Partitions of a lane that a tenant is spread over; 1 keeps a tenant's order. Absent: all of them. */
  INTAKE_SHARDS: wholeNumber(1, 1000).optional(),
  /** Time the log has to acknowledge a record, in milliseconds. */
  PUBLISH_TIMEOUT_MS: wholeNumber(100, 60_000).default(10_000),
  /** Requests of one key in a minute, per process. */
  RATE_LIMIT_PER_MINUTE: wholeNumber(1, 1_000_000).default(6_000),
  /** Buckets, separated by commas, that submissions may refer to besides the fleet's own. Absent: any. */
  SOURCE_BUCKETS: z
    .string({ error: 'buckets, separated by commas' })
    .transform((text) => text.split(',').map((bucket) => bucket.trim()))
    .optional(),
});

export type GatewaySettings = z.infer<typeof gatewaySettings>;
