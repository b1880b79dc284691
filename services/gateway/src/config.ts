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
  /** An API key created at the start: role admin, tenant `development`. */
  DEVELOPMENT_API_KEY: z.string({ error: 'a key' }).min(16, 'at least 16 characters').optional(),
  /** Largest submitted file, in bytes. */
  MAX_UPLOAD_BYTES: wholeNumber(1, 1024 ** 3).default(defaultLimits.maxBytes),
  /** Folder for uploads until their digest is known. */
  SPOOL_DIR: z.string({ error: 'a folder' }).default(tmpdir()),
  /** Partitions of a lane that a tenant's submissions are spread over; 1 keeps their order. Absent: all of them. */
  INTAKE_SHARDS: wholeNumber(1, 1000).optional(),
  /** Time the broker has to acknowledge a record, in milliseconds. */
  PUBLISH_TIMEOUT_MS: wholeNumber(100, 60_000).default(10_000),
  /** Requests per minute and API key, counted in each process. */
  RATE_LIMIT_PER_MINUTE: wholeNumber(1, 1_000_000).default(6_000),
  /** Buckets, separated by commas, that submissions may refer to besides the fleet's own. Absent: any. */
  SOURCE_BUCKETS: z
    .string({ error: 'buckets, separated by commas' })
    .transform((text) => text.split(',').map((bucket) => bucket.trim()))
    .optional(),
});

export type GatewaySettings = z.infer<typeof gatewaySettings>;
