import { readFileSync } from 'node:fs';
import { kafkaSettings, databaseSettings, objectSettings, readConfig, urlOf } from '@docfleet/config';
import { z } from 'zod';

/** Environment variables. */
export type Environment = Readonly<Record<string, string | undefined>>;

const apiSettings = z.object({
  DOCFLEET_API: urlOf(['http', 'https']),
  DOCFLEET_API_KEY: z.string({ error: 'an API key' }).min(1, 'an API key'),
});

const serverSettings = z.object({
  ...kafkaSettings,
  DATABASE_URL: databaseSettings.DATABASE_URL,
  ...objectSettings,
});

export type ServerAddresses = z.infer<typeof serverSettings>;

/** The endpoints file of the local stack. */
const endpoints = z.object({
  api: z.string(),
  apiKey: z.string(),
  broker: z.string(),
  registry: z.string(),
  postgres: z.string(),
  s3: z.object({
    endpoint: z.string(),
    region: z.string(),
    bucket: z.string(),
    accessKeyId: z.string(),
    secretAccessKey: z.string(),
  }),
});

/** Address and key of the API: from the environment, else from the endpoints file. @throws Error */
export function apiAddress(
  environment: Environment,
  file: string,
): { readonly api: string; readonly apiKey: string } {
  if (environment['DOCFLEET_API'] === undefined) return readEndpoints(file);
  const { DOCFLEET_API, DOCFLEET_API_KEY } = readConfig(apiSettings, environment);
  return { api: DOCFLEET_API.replace(/\/$/, ''), apiKey: DOCFLEET_API_KEY };
}

/** Addresses of the servers: from the environment, else from the endpoints file. @throws Error */
export function serverAddresses(environment: Environment, file: string): ServerAddresses {
  if (environment['KAFKA_BROKERS'] !== undefined) return readConfig(serverSettings, environment);
  const { broker, registry, postgres, s3 } = readEndpoints(file);
  return readConfig(serverSettings, {
    KAFKA_BROKERS: broker,
    SCHEMA_REGISTRY_URL: registry,
    DATABASE_URL: postgres,
    S3_ENDPOINT: s3.endpoint,
    S3_REGION: s3.region,
    S3_BUCKET: s3.bucket,
    AWS_ACCESS_KEY_ID: s3.accessKeyId,
    AWS_SECRET_ACCESS_KEY: s3.secretAccessKey,
  });
}

function readEndpoints(file: string): z.infer<typeof endpoints> {
  try {
    return endpoints.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (cause) {
    throw new Error(
      `No fleet runs here (${file} names none), and the environment names none. Start it (npm start -- --keep), or set the variables that --help lists.`,
      { cause },
    );
  }
}
