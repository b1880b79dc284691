import { chmodSync, existsSync, lstatSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import process from 'node:process';
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readEndpoints, type Endpoints } from '../src/endpoints.ts';
import { layoutOf, type Layout } from '../src/layout.ts';
import { identify } from '../src/processes.ts';
import { ownerOnly } from '../src/protect-files.ts';
import { reportTo } from '../src/progress.ts';
import { readState } from '../src/state.ts';
import { Stack } from '../src/stack.ts';
import { listenersOf } from './listening.ts';

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

/** Paths below one that others of this machine may read, list or write. */
function openToOthers(path: string): string[] {
  const found = lstatSync(path);
  if (found.isSymbolicLink()) return [];
  if (!found.isDirectory()) return (found.mode & ownerOnly) === 0 ? [] : [path];
  const mayPass = (found.mode & 0o011) !== 0;
  const mayList = (found.mode & 0o066) !== 0;
  const inside = mayPass ? readdirSync(path).flatMap((name) => openToOthers(join(path, name))) : [];
  return [...(mayList ? [path] : []), ...inside];
}

/** What the ports behind an object answer to somebody without keys. */
async function statusesWithoutCredentials(object: { Bucket: string; Key: string }) {
  const { s3 = 0, 's3-filer': filer = 0 } = readState(layout.stateFile)?.ports ?? {};
  const statusOf = async (url: string, method = 'GET'): Promise<number> =>
    (await fetch(url, { method, ...(method === 'PUT' ? { body: 'x' } : {}) })).status;
  const path = `${object.Bucket}/${object.Key}`;
  return {
    s3: await statusOf(`http://127.0.0.1:${s3}/${path}`),
    filer: await statusOf(`http://127.0.0.1:${filer}/buckets/${path}`),
    write: await statusOf(`http://127.0.0.1:${filer}/buckets/${path}`, 'PUT'),
  };
}

/** Ports of the addresses of the servers. */
function portsOf({ broker, registry, postgres, redis, s3 }: Endpoints): readonly number[] {
  return [`tcp://${broker}`, registry, postgres, redis, s3.endpoint].map((url) => Number(new URL(url).port));
}

test('servers start, keep their data over a restart, and leave no process behind', async () => {
  const first = newStack();
  const before = await first.start();
  const pids = readEndpoints(layout.endpointsFile)?.pids ?? {};
  expect(Object.keys(pids).sort()).toEqual(['kafka', 'postgres', 'redis', 'registry', 's3', 'supervisor']);
  const object = { Bucket: before.s3.bucket, Key: 'kept' };
  await clientOf(before).send(new PutObjectCommand({ ...object, Body: 'written before the restart' }));

  expect(openToOthers(dirname(layout.folder))).toEqual([]);
  expect(await statusesWithoutCredentials(object)).toEqual({ s3: 403, filer: 401, write: 401 });
  const isKnown = process.platform === 'linux';
  const listeners = isKnown ? listenersOf(Object.values(pids)) : [];
  const heard = new Set(listeners.map(({ port }) => port));
  expect(isKnown ? portsOf(before).filter((port) => !heard.has(port)) : []).toEqual([]);
  expect(listeners.filter(({ isLoopback }) => !isLoopback)).toEqual([]);

  await first.stop();
  expect(alive(pids)).toEqual([]);
  expect(existsSync(layout.endpointsFile)).toBe(false);

  const second = newStack();
  const after = await second.start();
  expect({ ...after, pids: {} }).toEqual({ ...before, pids: {} });
  const found = await clientOf(after).send(new GetObjectCommand(object));
  expect(await found.Body?.transformToString()).toBe('written before the restart');
}, 180_000);
