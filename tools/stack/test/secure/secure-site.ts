import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import process from 'node:process';
import { createAuthority, endpoints, until } from '@docfleet/testing';
import { ensureBucket } from '../../src/bucket.ts';
import { programEnvironment } from '../../src/child-environment.ts';
import type { Environment } from '../../src/command.ts';
import { runTool } from '../../src/fleet.ts';
import { layoutOf, type Layout } from '../../src/layout.ts';
import { admin, startSecureServers, type SecureServers } from './secure-servers.ts';
import type { SecureService } from './secure-service.ts';

const repository = resolve(import.meta.dirname, '../../../..');

/** Kafka and Postgres of one test, and settings of all services for them; other servers are those of all tests. */
export interface SecureSite {
  readonly folder: string;
  readonly layout: Layout;
  readonly servers: SecureServers;
  readonly authorityFile: string;
  readonly settings: Environment;
  /** Runs the deploy step. */
  deploy(settings: Environment): Promise<void>;
  stop(): Promise<void>;
}

/** Keys of the development tenant and of the fleet in such a site. */
export const siteKeys = { apiKey: 'dev_of-this-test-only', operatorKey: 'dev_of-its-operator-only' } as const;

/** Starts the servers; `name` is that of the bucket and of the folder. */
export async function startSecureSite(name: string): Promise<SecureSite> {
  const folder = mkdtempSync(join(tmpdir(), `docfleet-${name}-`));
  // The database server runs as another user, who has to pass.
  chmodSync(folder, 0o755);
  const { servers: programs, models } = layoutOf(repository, 'test');
  const layout = { ...layoutOf(folder, 'test'), root: repository, servers: programs, models };
  mkdirSync(layout.folder, { recursive: true });
  const authority = await createAuthority(folder, 'authority');
  // eslint-disable-next-line no-restricted-properties -- a test has no main.ts in front of it
  const { PATH = '', HOME = '' } = process.env;
  const servers = await startSecureServers({
    layout,
    authority,
    environment: { PATH, HOME },
    isRoot: process.getuid?.() === 0,
    scram: new Map(),
    // For kcat, whose library may be too old for SCRAM of this broker.
    plain: new Map([[admin.username, admin.password]]),
  });
  const { registry, redis, s3 } = endpoints();
  const settings = {
    PATH,
    HOME,
    KAFKA_BROKERS: `127.0.0.1:${servers.kafkaPort}`,
    KAFKA_TLS_CA_FILE: authority.cert,
    KAFKA_SASL_MECHANISM: 'SCRAM-SHA-512',
    KAFKA_SASL_USERNAME: admin.username,
    KAFKA_SASL_PASSWORD: admin.password,
    SCHEMA_REGISTRY_URL: registry,
    DATABASE_URL: servers.databaseUrl,
    DATABASE_REQUEST_URL: servers.databaseRoles.request,
    DATABASE_PIPELINE_URL: servers.databaseRoles.pipeline,
    DATABASE_OPERATOR_URL: servers.databaseRoles.operator,
    DATABASE_RETENTION_URL: servers.databaseRoles.retention,
    DATABASE_WEBHOOKS_URL: servers.databaseRoles.webhooks,
    TENANT_PROOF: 'off',
    WEBHOOK_SECRET_KEYS: `test=${Buffer.alloc(32).toString('base64')}`,
    DATABASE_TLS_CA_FILE: authority.cert,
    REDIS_URL: redis,
    S3_ENDPOINT: s3.endpoint,
    S3_REGION: s3.region,
    S3_BUCKET: name,
    AWS_ACCESS_KEY_ID: s3.accessKeyId,
    AWS_SECRET_ACCESS_KEY: s3.secretAccessKey,
    MODELS_DIR: models,
    TOPICS_PRESET: 'local',
    DEVELOPMENT_API_KEY: siteKeys.apiKey,
    DEVELOPMENT_OPERATOR_KEY: siteKeys.operatorKey,
  };
  await ensureBucket({ ...s3, bucket: name });
  return {
    folder,
    layout,
    servers,
    authorityFile: authority.cert,
    settings,
    deploy: async (given) =>
      runTool({
        layout,
        tool: 'deploy',
        arguments: [],
        environment: await programEnvironment(repository, 'tools/deploy', given),
        signal: AbortSignal.timeout(200_000),
      }),
    stop: async () => {
      await servers.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Waits until every service says that it is ready. */
export async function untilReady(services: Iterable<SecureService>): Promise<void> {
  const all = [...services];
  const areReady = async (): Promise<boolean> => {
    const answers = await Promise.all(all.map((service) => service.ready()));
    return answers.every((answer) => answer?.status === 200);
  };
  await until(`${all.map(({ name }) => name).join(', ')} are ready`, areReady, 180_000);
}
