import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, it } from 'vitest';
import { identify, isRunning, signalGroup, waitUntil } from './processes.ts';

/** Starts two supervised processes in a process of its own; the second one ends at once. */
const owner = `
const { SupervisedProcess } = await import(${JSON.stringify(new URL('supervised-process.ts', import.meta.url).href)});
const command = { file: process.execPath, arguments: ['-e', 'setInterval(() => {}, 1000)'], folder: '/' };
const given = { command,  ending: { signal: 'SIGTERM', graceMs: 1000 }, onChange() {}, report() {} };
const kept = new SupervisedProcess({ ...given, name: 'kept', logFile: process.argv[1] + '/kept.log' });
const stopped = new SupervisedProcess({ ...given, name: 'stopped', logFile: process.argv[1] + '/stopped.log' });
await stopped.stop();
console.log(kept.identity.pid);
`;

it('R-06: what a process supervises ends with it, also when it is killed', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'docfleet-owner-'));
  const child = spawn(
    process.execPath,
    ['--conditions=docfleet-source', '--input-type=module', '-e', owner, folder],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const lines = createInterface({ input: child.stdout });
  const pid = await new Promise<number>((resolve) => {
    lines.once('line', (line) => {
      resolve(Number(line));
    });
  });
  const supervised = identify(pid);
  if (supervised === undefined) throw new Error('the supervised process does not run');
  expect(isRunning(supervised)).toBe(true);
  child.kill('SIGKILL');
  const hasEnded = await waitUntil(() => !isRunning(supervised), 5_000);
  if (!hasEnded) signalGroup(pid, 'SIGKILL');
  rmSync(folder, { recursive: true });
  expect(hasEnded).toBe(true);
});
