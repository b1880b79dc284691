import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import process from 'node:process';
import { z } from 'zod';

export const repository = resolve(import.meta.dirname, '../../..');

/** What a process printed and how it ended. */
export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly folder?: string;
  /** Added to the environment of this process. */
  readonly environment?: Readonly<Record<string, string>>;
  /** PATH of the process; default: that of npm scripts. */
  readonly path?: string;
}

/** The scripts of package.json. */
export const scripts = z
  .object({ scripts: z.record(z.string(), z.string()) })
  .parse(JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8'))).scripts;

/** What npm finds first when it runs a script. */
export function npmPath(): string {
  return [join(repository, 'node_modules/.bin'), inherited()['PATH'] ?? ''].join(delimiter);
}

/** Runs a command line as npm does, without a terminal: stdin is closed, stdout and stderr are pipes. */
export function runScript(script: string, argv: readonly string[], options: RunOptions = {}): Promise<Ended> {
  const { folder = repository, environment = {}, path = npmPath() } = options;
  const child = spawn('sh', ['-c', `${script} "$@" <&-`, 'sh', ...argv], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...inherited(), INIT_CWD: folder, ...environment, PATH: path },
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  return new Promise((done, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      done({ code, stdout, stderr });
    });
  });
}

export function inherited(): NodeJS.ProcessEnv {
  // eslint-disable-next-line no-restricted-properties -- a test has no main.ts in front of it
  return process.env;
}
