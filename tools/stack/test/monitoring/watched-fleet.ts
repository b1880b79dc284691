import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import process from 'node:process';
import { openDatabase, type Database } from '@docfleet/database';
import { openKafkaLog } from '@docfleet/kafka';
import { bringPrometheus, startPrometheus, type RunningPrometheus } from '@docfleet/monitoring';
import type { RecordLog } from '@docfleet/record-log';
import { createAuthority, endpoints, until } from '@docfleet/testing';
import { ensureBucket } from '../../src/bucket.ts';
import { programEnvironment } from '../../src/child-environment.ts';
import { runTool } from '../../src/fleet.ts';
import { layoutOf } from '../../src/layout.ts';
import { serviceNames, type ServiceName } from '../../src/names.ts';
import { anyFreePorts } from '../../src/ports.ts';
import { admin, startSecureServers, type SecureServers } from '../secure/secure-servers.ts';
import { startSecureService, type SecureService } from '../secure/secure-service.ts';
import { startTraceReceiver, type TraceReceiver } from './trace-receiver.ts';

export const repository = resolve(import.meta.dirname, '../../../..');

/** A whole fleet with brokers and a database of its own, scraped by a Prometheus that has the rules of the chart. */
export interface WatchedFleet {
  readonly folder: string;
  readonly apiKey: string;
  readonly servers: SecureServers;
  /** As the owner of the tables. */
  readonly database: Database;
  readonly recordLog: RecordLog;
  readonly prometheus: RunningPrometheus;
  readonly traces: TraceReceiver;
  urlOf(name: ServiceName): string;
  stopService(name: ServiceName): Promise<void>;
  /** Starts it again, at its old address. */
  startService(name: ServiceName): Promise<void>;
  stop(): Promise<void>;
}

const bucket = 'watched-fleet';

export async function startWatchedFleet(): Promise<WatchedFleet> {
  const folder = mkdtempSync(join(tmpdir(), 'docfleet-watched-'));
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
    plain: new Map(),
  });
  const ca = readFileSync(authority.cert, 'utf8');
  const database = openDatabase(servers.databaseUrl, { tls: { ca } });
  const recordLog = openKafkaLog({
    brokers: [`127.0.0.1:${String(servers.kafkaPort)}`],
    clientId: 'watched-fleet',
    tls: { ca },
    sasl: { mechanism: 'scram-sha-512', ...admin },
  });
  const traces = await startTraceReceiver();
  const { registry, redis, s3 } = endpoints();
  const apiKey = 'dev_of-this-test-only';
  const everything = {
    PATH,
    HOME,
    KAFKA_BROKERS: `127.0.0.1:${String(servers.kafkaPort)}`,
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
    S3_BUCKET: bucket,
    AWS_ACCESS_KEY_ID: s3.accessKeyId,
    AWS_SECRET_ACCESS_KEY: s3.secretAccessKey,
    MODELS_DIR: models,
    TOPICS_PRESET: 'local',
    DEVELOPMENT_API_KEY: apiKey,
    DEVELOPMENT_OPERATOR_KEY: 'dev_of-its-operator-only',
    OTEL_EXPORTER_OTLP_ENDPOINT: traces.url,
    CENSUS_EVERY_MS: '2000',
    LAG_EVERY_MS: '1000',
    ERASURE_EVERY_MS: '5000',
  };
  await ensureBucket({ ...s3, bucket });
  await runTool({
    layout,
    tool: 'deploy',
    arguments: [],
    environment: await programEnvironment(repository, 'tools/deploy', everything),
    signal: AbortSignal.timeout(400_000),
  });
  const services = new Map<ServiceName, SecureService>();
  for (const name of serviceNames) services.set(name, await startSecureService(layout, name, everything));
  const isReady = async (name: ServiceName): Promise<boolean> => {
    await pause();
    return (await services.get(name)?.ready())?.status === 200;
  };
  for (const name of serviceNames) await until(`${name} is ready`, () => isReady(name), 300_000);
  const urlOf = (name: ServiceName): string => services.get(name)?.url ?? '';
  const [port = 0] = await anyFreePorts(1);
  const found = await bringPrometheus(layout.servers, PATH);
  const prometheus = await startPrometheus({
    prometheus: found.prometheus,
    folder: mkdtempSync(join(folder, 'prometheus-')),
    port,
    targets: serviceNames.map((name) => new URL(urlOf(name)).host),
    rules: join(repository, 'charts/docfleet/alerts'),
  });
  return {
    folder,
    apiKey,
    servers,
    database,
    recordLog,
    prometheus,
    traces,
    urlOf,
    stopService: async (name) => services.get(name)?.stop(),
    startService: async (name) => {
      const at = { ...everything, HTTP_PORT: new URL(urlOf(name)).port };
      services.set(name, await startSecureService(layout, name, at));
      await until(`${name} is ready again`, () => isReady(name), 300_000);
    },
    stop: async () => {
      await prometheus.stop();
      await Promise.all([...services.values()].map((service) => service.stop()));
      await Promise.all([recordLog.close(), database.close(), traces.close()]);
      await servers.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Between two questions, so that asking does not keep what is asked from working. */
export function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 300));
}
