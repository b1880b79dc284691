import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { identify, isRunning, type ProcessIdentity } from './processes.ts';
import { endLeftovers, findRunning, writeRunning } from './running.ts';

let folder: string;
let record: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'docfleet-running-'));
  record = join(folder, 'processes.json');
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

function startIdle(): ProcessIdentity {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], {
    detached: true,
    stdio: 'ignore',
  });
  const identity = child.pid === undefined ? undefined : identify(child.pid);
  if (identity === undefined) throw new Error('the process did not start');
  return identity;
}

test('what an interrupted run recorded and left is ended, and the record goes', async () => {
  const left = startIdle();
  writeRunning(record, { kafka: left });
  expect(findRunning(record)).toEqual({ kafka: left });
  expect(await endLeftovers(record)).toEqual(['kafka']);
  expect([isRunning(left), existsSync(record)]).toEqual([false, false]);
});

test('a process that only has the same number is left alone', async () => {
  const stranger = startIdle();
  writeRunning(record, { kafka: { pid: stranger.pid, startedAt: 'before the last boot' } });
  expect(await endLeftovers(record)).toEqual([]);
  expect(isRunning(stranger)).toBe(true);
  writeRunning(record, { stranger });
  await endLeftovers(record);
});

test('without a record there is nothing to end', async () => {
  expect(await endLeftovers(record)).toEqual([]);
});
