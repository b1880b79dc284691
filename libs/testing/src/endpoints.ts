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
  redis: z.string(),
});

/** The servers that live tests use: what they need of the file that the local stack writes. */
export type TestEndpoints = z.infer<typeof endpointsSchema>;

/** Reads the file that DOCFLEET_ENDPOINTS names. Throws, saying what to do, when there is none or it is not one. */
export function endpoints(file = environment('DOCFLEET_ENDPOINTS')): TestEndpoints {
  if (file === undefined) {
    throw new Error(
      'DOCFLEET_ENDPOINTS names no file: run live tests with npm test, or start the local stack first.',
    );
  }
  try {
    return endpointsSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (cause) {
    throw new Error(
      `DOCFLEET_ENDPOINTS names ${file}, which is no file of endpoints: start the local stack.`,
      {
        cause,
      },
    );
  }
}

/** What the launcher of the tests says. */
export function environment(name: 'DOCFLEET_ENDPOINTS' | 'DOCFLEET_SHARED'): string | undefined {
  // eslint-disable-next-line no-restricted-properties -- tests have no main.ts that could hand it to them
  return process.env[name];
}
