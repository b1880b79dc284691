import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { V1Container } from '@kubernetes/client-node';
import { anyFreePorts, isRunning, waitUntil } from '@docfleet/stack';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Container } from '../src/node/container.ts';
import { httpProgram } from '../src/parts/http-objects.ts';

const root = resolve(import.meta.dirname, '../../..');
const hangGuardMs = 50_000;

let folder: string;
let running: Container[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'docfleet-container-'));
  running = [];
});

afterEach(() => {
  for (const container of running) container.kill();
  rmSync(folder, { recursive: true, force: true });
});

const until = async (condition: () => boolean | Promise<boolean>): Promise<void> => {
  expect(await waitUntil(condition, hangGuardMs)).toBe(true);
};

interface Started {
  readonly container: Container;
  readonly over: Promise<void>;
  readonly url: string;
  readonly output: () => string;
}

async function start(
  spec: Partial<V1Container>,
  command: readonly string[],
  mayRestart = true,
): Promise<Started> {
  const [port = 0] = await anyFreePorts(1);
  const logFile = join(folder, 'output.log');
  const container = new Container({
    spec: { name: 'c', ports: [{ name: 'http', containerPort: 8080 }], ...spec },
    command: {
      command,
      folder,
      environment: { HTTP_PORT: String(port), CONFIG_FILE: httpProgram(root) },
      logFile,
    },
    ports: new Map([[8080, port]]),
    restarts: () => mayRestart,
    graceMs: 10_000,
    onChange: () => undefined,
  });
  running.push(container);
  return {
    container,
    over: container.run(),
    url: `http://127.0.0.1:${port}`,
    output: () => readFileSync(logFile, 'utf8'),
  };
}

const program = [process.execPath, httpProgram(root)];
const health = { httpGet: { path: '/health', port: 'http' }, periodSeconds: 1 };
const probes = {
  startupProbe: { ...health, failureThreshold: 60 },
  readinessProbe: health,
  livenessProbe: { ...health, failureThreshold: 1 },
};

test('a container is ready when its probes pass, and starts again when its liveness fails', async () => {
  const { container, url } = await start(probes, program);
  expect(container.facts()).toMatchObject({ ready: false, started: false, restartCount: 0 });
  await until(() => container.facts().ready);
  await fetch(`${url}/fail`);
  await until(() => container.facts().restartCount === 1 && container.facts().ready);
  expect(container.facts().lastState).toMatchObject({ kind: 'terminated' });
});

test('a stop asks before, signals, and is over when the process has ended', async () => {
  const hook = { preStop: { httpGet: { path: '/pre-stop', port: 'http' } } };
  const { container, over, output } = await start({ ...probes, lifecycle: hook }, program);
  await until(() => container.facts().ready);
  await container.stop(20_000);
  await over;
  expect(output()).toBe('started\nasked before the stop\nstopping\n');
  expect(container.facts()).toMatchObject({ ready: false, state: { kind: 'terminated', exitCode: 0 } });
});

test('a process that does not end within the grace is killed, with what it has started', async () => {
  const deaf = 'trap "" TERM; sleep 600 & echo "$!"; while :; do sleep 1; done';
  const { container, over, output } = await start({}, ['sh', '-c', deaf]);
  await until(() => output().includes('\n'));
  const leader = container.process?.identity;
  const child = Number(output().trim());
  await container.stop(200);
  await over;
  expect(container.facts().state).toMatchObject({ kind: 'terminated', exitCode: 137 });
  expect(leader !== undefined && !isRunning(leader)).toBe(true);
  await until(() => !isAlive(child));
});

test('what a process has started ends with it', async () => {
  const { over, output } = await start({}, ['sh', '-c', 'sleep 600 & echo "$!"'], false);
  await over;
  const child = Number(output().trim());
  expect(await waitUntil(() => !isAlive(child), hangGuardMs)).toBe(true);
});

test('a container that need not run again keeps its exit code', async () => {
  const { container, over } = await start({}, ['sh', '-c', 'exit 3'], false);
  await over;
  expect(container.facts()).toMatchObject({ restartCount: 0, state: { kind: 'terminated', exitCode: 3 } });
});

test('a program that does not exist is told', async () => {
  const { container, over } = await start({}, ['/none/such'], false);
  await over;
  expect(container.facts().state).toMatchObject({ exitCode: 127, reason: 'spawn /none/such ENOENT' });
});

test('a probe that this node cannot run keeps the container from starting', async () => {
  const { container, over } = await start({ livenessProbe: { tcpSocket: { port: 'http' } } }, program);
  await over;
  expect(container.facts().state).toMatchObject({ kind: 'waiting', reason: 'CreateContainerError' });
});

function isAlive(pid: number): boolean {
  try {
    return !/^\d+ \(.*\) [ZX]/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}
