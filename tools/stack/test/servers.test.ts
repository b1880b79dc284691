import { chmodSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import process from 'node:process';
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readEndpoints, type Endpoints } from '../src/endpoints.ts';
import { layoutOf, type Layout } from '../src/layout.ts';
import { identify } from '../src/processes.ts';
import { reportTo } from '../src/progress.ts';
import { Stack } from '../src/stack.ts';

const repository = resolve(import.meta.dirname, '../../..');

let folder: string;
let layout: Layout;
let stacks: Stack[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'docfleet-servers-'));
  // The database server runs as another user, who has to pass.
  chmodSync(folder, 0o755);
  const { servers, models } = layoutOf(repository, 'test');
  layout = { ...layoutOf(folder, 'test'), root: repository, servers, models };
  stacks = [];
});

afterEach(async () => {
  for (const stack of stacks) await stack.stop();
  rmSync(folder, { recursive: true, force: true });
});

function newStack(): Stack {
  const { PATH, HOME } = readEnvironment();
  const stack = new Stack({
    layout,
    given: {},
    services: [],
    environment: { PATH, HOME },
    isRoot: process.getuid?.() === 0,
    progress: reportTo(() => undefined),
    report: () => undefined,
  });
  stacks.push(stack);
  return stack;
}

/** Only what programs need to be found; addresses of the servers that other tests use stay out. */
function readEnvironment(): { PATH: string | undefined; HOME: string | undefined } {
  // eslint-disable-next-line no-restricted-properties -- a test has no main.ts in front of it
  const { PATH, HOME } = process.env;
  return { PATH, HOME };
}

function clientOf({ s3 }: Endpoints): S3Client {
  const credentials = { accessKeyId: s3.accessKeyId, secretAccessKey: s3.secretAccessKey };
  return new S3Client({ endpoint: s3.endpoint, region: s3.region, credentials, forcePathStyle: true });
}

/** Processes of the stack that are still there. */
function alive(pids: Readonly<Record<string, number>>): string[] {
  return Object.keys(pids).filter((name) => name !== 'supervisor' && identify(pids[name] ?? 0) !== undefined);
}

test('servers start, keep their data over a restart, and leave no process behind', async () => {
  const first = newStack();
  const before = await first.start();
  const pids = readEndpoints(layout.endpointsFile)?.pids ?? {};
  expect(Object.keys(pids).sort()).toEqual(['kafka', 'postgres', 'redis', 'registry', 's3', 'supervisor']);
  const object = { Bucket: before.s3.bucket, Key: 'kept' };
  await clientOf(before).send(new PutObjectCommand({ ...object, Body: 'written before the restart' }));

  await first.stop();
  expect(alive(pids)).toEqual([]);
  expect(existsSync(layout.endpointsFile)).toBe(false);

  const second = newStack();
  const after = await second.start();
  expect({ ...after, pids: {} }).toEqual({ ...before, pids: {} });
  const found = await clientOf(after).send(new GetObjectCommand(object));
  expect(await found.Body?.transformToString()).toBe('written before the restart');
}, 180_000);
