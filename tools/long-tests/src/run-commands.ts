import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { LongRun } from './long-runs.ts';

const startServers = ['npm', 'start', '--silent', '--', '--servers-only', '--keep'];
const stopServers = ['npm', 'stop', '--silent'];

/** Runs a long run to its end, with servers around it where it needs them; true when every command ended with 0. */
export async function runCommands(root: string, run: LongRun, signal: AbortSignal): Promise<boolean> {
  // Servers that somebody keeps running are used and left running.
  const starts = run.needsServers && !existsSync(join(root, '.docfleet/endpoints.json'));
  if (starts && !(await succeeds(root, startServers))) return false;
  try {
    for (const command of run.commands) {
      if (signal.aborted || !(await succeeds(root, command))) return false;
    }
    return true;
  } finally {
    if (starts) await succeeds(root, stopServers);
  }
}

/** A signal from the terminal reaches the command too, which ends in its own order. */
function succeeds(root: string, [program = '', ...argv]: readonly string[]): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, argv, { cwd: root, stdio: 'inherit' });
    child.on('error', reject);
    child.on('exit', (code) => {
      resolve(code === 0);
    });
  });
}
