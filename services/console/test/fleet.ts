import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import process from 'node:process';
import { answersHttp, layoutOf, reportTo, Stack, type Environment } from '@docfleet/stack';
import { endpoints, until } from '@docfleet/testing';

export const repository = resolve(import.meta.dirname, '../../..');

/** What a document needs to be processed. */
const services = [
  'gateway',
  'preprocess',
  'ocr',
  'classification',
  'extraction',
  'validation',
  'review',
  'integration',
  'ledger',
] as const;

/** A fleet of its own with the console. */
export interface ConsoleFleet {
  readonly folder: string;
  readonly api: string;
  readonly apiKey: string;
  readonly operatorKey: string;
  /** The folder of weights that extraction follows. */
  readonly weights: string;
  /** Kills the gateway; another one takes its place in a moment. */
  killGateway(): void;
  gatewayIsReady(): Promise<void>;
  stop(): Promise<void>;
}

/** Starts it with a broker and a database of its own; the other servers are those of all tests. */
export async function startConsoleFleet(settings: Environment): Promise<ConsoleFleet> {
  const folder = mkdtempSync(join(tmpdir(), 'docfleet-console-'));
  // The database server runs as another user, who has to pass.
  chmodSync(folder, 0o755);
  const { servers, models } = layoutOf(repository, 'test');
  const layout = { ...layoutOf(folder, 'test'), root: repository, servers, models };
  mkdirSync(layout.folder, { recursive: true });
  const { registry, redis, s3 } = endpoints();
  // eslint-disable-next-line no-restricted-properties -- a test has no main.ts in front of it
  const { PATH, HOME } = process.env;
  const stack = new Stack({
    layout,
    given: { registry, redis, s3: s3.endpoint },
    services,
    environment: {
      ...{ PATH, HOME, ...settings },
      S3_BUCKET: 'console',
      S3_REGION: s3.region,
      AWS_ACCESS_KEY_ID: s3.accessKeyId,
      AWS_SECRET_ACCESS_KEY: s3.secretAccessKey,
    },
    isRoot: process.getuid?.() === 0,
    progress: reportTo(() => undefined),
    report: () => undefined,
  });
  const stop = async (): Promise<void> => {
    await stack.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    const { api, apiKey, operatorKey } = await stack.start();
    return {
      ...{ folder, api, apiKey, operatorKey, stop, weights: layout.weights },
      killGateway: () => {
        process.kill(stack.pids()['gateway'] ?? 0, 'SIGKILL');
      },
      gatewayIsReady: () => until('the gateway is ready', () => answersHttp(`${api}/ready`)),
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
