import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { endpoints, until } from '@docfleet/testing';

/** A service in a process of its own. */
export interface ServiceProcess {
  /** Lines of `/metrics` that start with `name`. */
  metrics(name: string): Promise<readonly string[]>;
  /** Status and body of `/health`. */
  health(): Promise<{ readonly status: number; readonly body: string }>;
  stop(): Promise<void>;
}

/** Starts a service as it is deployed, and waits until it is in its group. */
export async function startService(
  name: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<ServiceProcess> {
  const { broker, registry, s3, redis } = endpoints();
  const port = await freePort();
  const root = join(import.meta.dirname, '../../..');
  const process = spawn(
    globalThis.process.execPath,
    ['--conditions=docfleet-source', join(root, 'services', name, 'src/main.ts')],
    {
      stdio: 'ignore',
      env: {
        KAFKA_BROKERS: broker,
        SCHEMA_REGISTRY_URL: registry,
        REDIS_URL: redis,
        S3_ENDPOINT: s3.endpoint,
        S3_REGION: s3.region,
        S3_BUCKET: s3.bucket,
        AWS_ACCESS_KEY_ID: s3.accessKeyId,
        AWS_SECRET_ACCESS_KEY: s3.secretAccessKey,
        HTTP_HOST: '127.0.0.1',
        HTTP_PORT: String(port),
        TENANT_PROOF: 'off',
        ...environment,
      },
    },
  );
  const exited = once(process, 'exit');
  const get = async (path: string): Promise<Response> => fetch(`http://127.0.0.1:${port}${path}`);
  await until(
    `${name} is ready`,
    async () => (await get('/ready').catch(() => undefined))?.ok === true,
    90_000,
  );
  return {
    metrics: async (metric) => {
      const text = await (await get('/metrics')).text();
      return text.split('\n').filter((line) => line.startsWith(metric));
    },
    health: async () => {
      const response = await get('/health');
      return { status: response.status, body: await response.text() };
    },
    stop: async () => {
      process.kill('SIGTERM');
      await exited;
    },
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
