import { readFileSync } from 'node:fs';
import { z } from 'zod';

const endpointsSchema = z.object({
  /** Kafka bootstrap servers, `host:port[,host:port]`. */
  broker: z.string(),
  /** Base of the Confluent-compatible API. */
  registry: z.string(),
  s3: z.object({
    endpoint: z.string(),
    region: z.string(),
    bucket: z.string(),
    accessKeyId: z.string(),
    secretAccessKey: z.string(),
  }),
  /** `postgres://user:password@host:port/database`. */
  postgres: z.string(),
  /** The same database for each role of services, by the role's name. */
  databaseRoles: z.object({
    request: z.string(),
    pipeline: z.string(),
    operator: z.string(),
    retention: z.string(),
    webhooks: z.string(),
  }),
  redis: z.string(),
});

/** Servers of live tests: a part of the file that the local stack writes. */
export type TestEndpoints = z.infer<typeof endpointsSchema>;

/**
 * Reads the endpoints file; default: the path in DOCFLEET_ENDPOINTS.
 *
 * @throws Error when the path is not set, or the file is missing or invalid
 */
export function endpoints(file = environment('DOCFLEET_ENDPOINTS')): TestEndpoints {
  if (file === undefined) {
    throw new Error(
      'DOCFLEET_ENDPOINTS is not set: run live tests with npm test, or start the local stack first.',
    );
  }
  try {
    return endpointsSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (cause) {
    throw new Error(`${file} is not a valid endpoints file: start the local stack.`, {
      cause,
    });
  }
}

/** A variable that the launcher of the tests sets. */
export function environment(name: 'DOCFLEET_ENDPOINTS' | 'DOCFLEET_SHARED'): string | undefined {
  // eslint-disable-next-line no-restricted-properties -- tests have no main.ts that could pass it
  return process.env[name];
}
