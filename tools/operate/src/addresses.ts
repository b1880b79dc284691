import { readFileSync } from 'node:fs';
import {
  databaseConnectionSettings,
  databaseRoleSettings,
  kafkaSettings,
  objectSettings,
  readConfig,
  urlOf,
} from '@docfleet/config';
import { databaseConnection, type Connection } from '@docfleet/connections';
import { z } from 'zod';
import type { ApiAddress } from './api-client.ts';

/** Environment variables. */
export type Environment = Readonly<Record<string, string | undefined>>;

const apiSettings = z.object({
  DOCFLEET_API: urlOf(['http', 'https']),
  DOCFLEET_API_KEY: z.string({ error: 'an API key' }).min(1, 'an API key'),
});

const serverSettings = z.object({
  ...kafkaSettings,
  ...databaseConnectionSettings,
  DATABASE_PIPELINE_URL: databaseRoleSettings.DATABASE_PIPELINE_URL,
  ...objectSettings,
});

const operatorSettings = z.object({
  ...databaseConnectionSettings,
  DATABASE_OPERATOR_URL: databaseRoleSettings.DATABASE_OPERATOR_URL,
});

const kafkaOnly = z.object(kafkaSettings);

export type KafkaAddresses = z.infer<typeof kafkaOnly>;

export type ServerAddresses = z.infer<typeof serverSettings>;

/** The endpoints file of the local stack. */
const endpoints = z.object({
  api: z.string(),
  apiKey: z.string(),
  operatorKey: z.string(),
  broker: z.string(),
  registry: z.string(),
  databaseRoles: z.object({ pipeline: z.string(), operator: z.string() }),
  s3: z.object({
    endpoint: z.string(),
    region: z.string(),
    bucket: z.string(),
    accessKeyId: z.string(),
    secretAccessKey: z.string(),
  }),
});

/** Address of the API and the fleet's key: from the environment, else from the endpoints file. @throws Error */
export function apiAddress(environment: Environment, file: string): ApiAddress {
  if (environment['DOCFLEET_API'] === undefined) {
    const { api, operatorKey } = readEndpoints(file);
    return { api, apiKey: operatorKey };
  }
  const { DOCFLEET_API, DOCFLEET_API_KEY } = readConfig(apiSettings, environment);
  return { api: DOCFLEET_API.replace(/\/$/, ''), apiKey: DOCFLEET_API_KEY };
}

/** Address of the API and a key of a tenant: from the environment, else from the endpoints file. @throws Error */
export function tenantAddress(environment: Environment, file: string): ApiAddress {
  if (environment['DOCFLEET_API'] !== undefined) return apiAddress(environment, file);
  const { api, apiKey } = readEndpoints(file);
  return { api, apiKey };
}

/** Addresses of the servers: from the environment, else from the endpoints file. @throws Error */
export function serverAddresses(environment: Environment, file: string): ServerAddresses {
  if (environment['KAFKA_BROKERS'] !== undefined) return readConfig(serverSettings, environment);
  const { broker, registry, databaseRoles, s3 } = readEndpoints(file);
  return readConfig(serverSettings, {
    KAFKA_BROKERS: broker,
    SCHEMA_REGISTRY_URL: registry,
    DATABASE_PIPELINE_URL: databaseRoles.pipeline,
    S3_ENDPOINT: s3.endpoint,
    S3_REGION: s3.region,
    S3_BUCKET: s3.bucket,
    AWS_ACCESS_KEY_ID: s3.accessKeyId,
    AWS_SECRET_ACCESS_KEY: s3.secretAccessKey,
  });
}

/** Addresses of brokers and schema registry: from the environment, else from the endpoints file. @throws Error */
export function kafkaAddresses(environment: Environment, file: string): KafkaAddresses {
  if (environment['KAFKA_BROKERS'] !== undefined) return readConfig(kafkaOnly, environment);
  const { broker, registry } = readEndpoints(file);
  return readConfig(kafkaOnly, { KAFKA_BROKERS: broker, SCHEMA_REGISTRY_URL: registry });
}

/** The database as `docfleet_operator`, and how to connect to it. */
export interface OperatorDatabase extends Connection {
  readonly url: string;
}

/** The database as `docfleet_operator`: from the environment, else from the endpoints file. @throws Error */
export function operatorDatabase(environment: Environment, file: string): OperatorDatabase {
  const name = 'DATABASE_OPERATOR_URL';
  const isGiven = environment[name] !== undefined || environment[`${name}_FILE`] !== undefined;
  const settings = readConfig(
    operatorSettings,
    isGiven ? environment : { [name]: readEndpoints(file).databaseRoles.operator },
  );
  return { url: settings[name], ...databaseConnection(settings, name) };
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
