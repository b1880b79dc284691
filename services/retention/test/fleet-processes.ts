import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';
import { endpoints, until } from '@docfleet/testing';

const root = resolve(import.meta.dirname, '../../..');

/** Time limit of the start of all services, in milliseconds: a guard against hanging. */
const startGuardMs = 240_000;

export interface Fleet {
  readonly api: string;
  /** Everything that each service has written so far. */
  output(): ReadonlyMap<string, string>;
  stop(): Promise<void>;
}

/** Starts services as they are deployed, all at once, and waits until each is ready. */
export async function startFleet(
  names: readonly string[],
  extra: Readonly<Record<string, string>>,
): Promise<Fleet> {
  const output = new Map<string, string>();
  const started = await Promise.all(
    names.map(async (name) => {
      const url = `http://127.0.0.1:${await freePort()}`;
      const child = spawn(
        process.execPath,
        ['--conditions=docfleet-source', join(root, 'services', name, 'src/main.ts')],
        {
          stdio: ['ignore', 'pipe', 'pipe'],
          env: { ...environment(), HTTP_PORT: new URL(url).port, ...extra },
        },
      );
      for (const stream of [child.stdout, child.stderr]) {
        stream.setEncoding('utf8').on('data', (text: string) => {
          output.set(name, `${output.get(name) ?? ''}${text}`);
        });
      }
      return { name, url, child, exited: once(child, 'close') };
    }),
  );
  const stop = async (): Promise<void> => {
    for (const { child } of started) child.kill('SIGTERM');
    await Promise.all(started.map(({ exited }) => exited));
  };
  try {
    await Promise.all(
      started.map(({ name, url }) =>
        until(
          `${name} is ready`,
          async () => (await fetch(`${url}/ready`).catch(() => undefined))?.ok === true,
          startGuardMs,
        ),
      ),
    );
  } catch (error) {
    await stop();
    throw error;
  }
  return { api: started.find(({ name }) => name === 'gateway')?.url ?? '', output: () => output, stop };
}

function environment(): Record<string, string> {
  const { broker, registry, s3, redis, databaseRoles } = endpoints();
  return {
    KAFKA_BROKERS: broker,
    SCHEMA_REGISTRY_URL: registry,
    DATABASE_REQUEST_URL: databaseRoles.request,
    DATABASE_PIPELINE_URL: databaseRoles.pipeline,
    DATABASE_OPERATOR_URL: databaseRoles.operator,
    DATABASE_RETENTION_URL: databaseRoles.retention,
    REDIS_URL: redis,
    S3_ENDPOINT: s3.endpoint,
    S3_REGION: s3.region,
    S3_BUCKET: s3.bucket,
    AWS_ACCESS_KEY_ID: s3.accessKeyId,
    AWS_SECRET_ACCESS_KEY: s3.secretAccessKey,
    HTTP_HOST: '127.0.0.1',
    TOPICS_PRESET: 'local',
    TENANT_PROOF: 'off',
    WEBHOOK_SECRET_KEYS: `test=${Buffer.alloc(32).toString('base64')}`,
    MODELS_DIR: join(root, '.docfleet/models'),
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
