import { z } from 'zod';
import type { Environment } from './command.ts';
import { readJson, writeJson } from './json-file.ts';
import type { Secrets } from './state.ts';

/** Where everything listens: `.docfleet/endpoints.json`, and `.docfleet/test/endpoints.json` in tests. */
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
  /** The same database for each role that services act as. */
  databaseRoles: z.object({
    request: z.string(),
    pipeline: z.string(),
    operator: z.string(),
    retention: z.string(),
    webhooks: z.string(),
  }),
  redis: z.string(),
  /** The gateway's base address, without a slash at the end. */
  api: z.string(),
  /** Key of the development tenant, role tenant-admin. */
  apiKey: z.string(),
  /** Key of the fleet, role fleet-admin. */
  operatorKey: z.string(),
  services: z.record(z.string(), z.string()),
  pids: z.record(z.string(), z.int()),
});

export type Endpoints = z.infer<typeof endpointsSchema>;

export function readEndpoints(path: string): Endpoints | undefined {
  return readJson(path, endpointsSchema);
}

export function writeEndpoints(path: string, endpoints: Endpoints): void {
  writeJson(path, endpoints);
}

/**
 * The database at `url` for each role that services act as: as `given` names it, else with the password of this
 * instance.
 */
export function databaseRolesAt(
  url: string,
  { databasePasswords }: Pick<Secrets, 'databasePasswords'>,
  given: Environment = {},
): Endpoints['databaseRoles'] {
  const urlFor = (role: keyof Secrets['databasePasswords']): string => {
    const named = given[`DATABASE_${role.toUpperCase()}_URL`];
    if (named !== undefined) return named;
    const own = new URL(url);
    own.username = `docfleet_${role}`;
    own.password = databasePasswords[role];
    return own.href;
  };
  return {
    request: urlFor('request'),
    pipeline: urlFor('pipeline'),
    operator: urlFor('operator'),
    retention: urlFor('retention'),
    webhooks: urlFor('webhooks'),
  };
}

/** The same addresses as the variables that services, the deploy step and tests read. */
export function environmentOf(endpoints: Endpoints, modelsFolder: string): Record<string, string> {
  return {
    KAFKA_BROKERS: endpoints.broker,
    SCHEMA_REGISTRY_URL: endpoints.registry,
    DATABASE_URL: endpoints.postgres,
    DATABASE_REQUEST_URL: endpoints.databaseRoles.request,
    DATABASE_PIPELINE_URL: endpoints.databaseRoles.pipeline,
    DATABASE_OPERATOR_URL: endpoints.databaseRoles.operator,
    DATABASE_RETENTION_URL: endpoints.databaseRoles.retention,
    DATABASE_WEBHOOKS_URL: endpoints.databaseRoles.webhooks,
    REDIS_URL: endpoints.redis,
    S3_ENDPOINT: endpoints.s3.endpoint,
    S3_REGION: endpoints.s3.region,
    S3_BUCKET: endpoints.s3.bucket,
    AWS_ACCESS_KEY_ID: endpoints.s3.accessKeyId,
    AWS_SECRET_ACCESS_KEY: endpoints.s3.secretAccessKey,
    HTTP_HOST: '127.0.0.1',
    MODELS_DIR: modelsFolder,
    TOPICS_PRESET: 'local',
    TENANT_PROOF: 'off',
  };
}
