import { spawn } from 'node:child_process';
import { join } from 'node:path';
import process from 'node:process';
import { repository, type Ended } from './run-script.ts';

/** A program of this repository as a process with a group of its own, and pipes instead of a terminal. */
export interface ProgramCall {
  /** As Ctrl-C in a terminal: every process of the group gets it. */
  readonly interrupt: () => void;
  /** What stands on stdout so far. */
  readonly stdout: () => string;
  readonly ended: Promise<Ended>;
}

/** Runs the program of a tool below `tools/`. */
export function callProgram(
  tool: 'docfleet' | 'operate',
  argv: readonly string[],
  {
    folder,
    environment,
  }: { readonly folder: string; readonly environment: Readonly<Record<string, string>> },
): ProgramCall {
  const main = join(repository, 'tools', tool, 'src/main.ts');
  const child = spawn(process.execPath, ['--conditions=docfleet-source', main, ...argv], {
    cwd: folder,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...environment, DOCFLEET_CALLED_FROM: folder },
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  return {
    interrupt: () => {
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGINT');
    },
    stdout: () => stdout,
    ended: new Promise((done, reject) => {
      child.on('error', reject);
      child.on('close', (code) => {
        done({ code, stdout, stderr });
      });
    }),
  };
}
