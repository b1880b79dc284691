import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { anyFreePorts, environmentOf, programEnvironment, type Environment } from '@docfleet/stack';
import { endpoints, until } from '@docfleet/testing';
import { afterAll, beforeAll } from 'vitest';
import { packageOf, type Image } from '../src/image-list.ts';

export const root = join(import.meta.dirname, '../../..');

/** Time that a service may take to be ready, in milliseconds: a guard against hanging. */
const readyGuardMs = 240_000;

/** A service that runs from its image's folder. */
export interface BuiltProcess {
  readonly name: string;
  readonly url: string;
  /** From the start of the process to the first answer that it is ready. */
  readonly readyMs: number;
  /** Everything that it has written. */
  output(): string;
  /** Sends SIGTERM and waits for its end; gives the exit code. */
  stop(): Promise<number | null>;
}

export interface StartOptions {
  /** Folder of all images' folders. */
  readonly built: string;
  /** Settings besides the addresses of the test servers. */
  readonly settings?: Environment;
  readonly argv?: readonly string[];
}

/** The user of the images. Only root may become it; another user runs the processes as itself. */
const imageUser = process.getuid?.() === 0 ? { uid: 10_001, gid: 10_001 } : {};

/** A copy of Node where the user of the images may read it: the repository may be in a folder that is closed to it. */
const nodeFolder = mkdtempSync(join(tmpdir(), 'docfleet-image-node-'));
const node = join(nodeFolder, 'node');

beforeAll(() => {
  chmodSync(nodeFolder, 0o755);
  cpSync(process.execPath, node);
});
afterAll(() => {
  rmSync(nodeFolder, { recursive: true, force: true });
});

/**
 * Runs an image's command as its container would: from a copy of its folder outside of the repository, so that nothing
 * above it has packages or sources, as a user who may not write there, and with no variable but its settings.
 */
async function launch(image: Image, { built, settings = {}, argv = [] }: StartOptions) {
  const folder = mkdtempSync(join(tmpdir(), `docfleet-image-${image.name}-`));
  // With the rights that files have in the folder: an image keeps them.
  execFileSync('cp', ['-a', `${join(built, image.name)}/.`, folder]);
  const servers = { ...endpoints(), api: '', apiKey: '', operatorKey: '', services: {}, pids: {} };
  // The images name a home: a user who is in no list of users has none, and the client of the store asks for it.
  const everything = { ...environmentOf(servers, 'models'), HOME: folder, ...settings };
  const environment = await programEnvironment(root, packageOf(image.mains[0]), everything);
  const begin = performance.now();
  const child = spawn(node, ['main.js', ...argv], {
    ...imageUser,
    cwd: folder,
    env: environment,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  const ended = once(child, 'close').then(([code]) => {
    rmSync(folder, { recursive: true, force: true });
    return code as number | null;
  });
  return { child, begin, ended, output: () => output };
}

/** Runs an image that ends by itself. */
export async function runBuilt(image: Image, options: StartOptions) {
  const { ended, output } = await launch(image, options);
  return { code: await ended, output: output() };
}

/** Starts a service and waits until it is ready. */
export async function startBuilt(image: Image, options: StartOptions): Promise<BuiltProcess> {
  const [port = 0] = await anyFreePorts(1);
  const url = `http://127.0.0.1:${port}`;
  const settings = { HTTP_PORT: String(port), ...options.settings };
  const { child, begin, ended, output } = await launch(image, { ...options, settings });
  const stop = async (): Promise<number | null> => {
    child.kill('SIGTERM');
    return ended;
  };
  try {
    await until(`${image.name} is ready`, () => isReady(child, url, output), readyGuardMs);
  } catch (cause) {
    await stop();
    throw new Error(`${image.name} did not become ready:\n${output().slice(-4_000)}`, { cause });
  }
  const readyMs = Math.round(performance.now() - begin);
  return { name: image.name, url, readyMs, output, stop };
}

async function isReady(child: ChildProcess, url: string, output: () => string): Promise<boolean> {
  if (child.exitCode !== null) throw new Error(`It ended with ${child.exitCode}:\n${output().slice(-4_000)}`);
  return (await fetch(`${url}/ready`).catch(() => undefined))?.ok === true;
}
