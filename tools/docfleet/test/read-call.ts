import { spawn, type ChildProcess } from 'node:child_process';
import { resolve } from 'node:path';
import process from 'node:process';

const main = resolve(import.meta.dirname, '../src/main.ts');

/** A call of `docfleet read` as a process of its own, with a process group of its own. */
export interface ReadCall {
  readonly child: ChildProcess;
  /** What stands on stderr so far. */
  readonly stderr: () => string;
  readonly ended: Promise<{ readonly code: number | null; readonly stdout: string; readonly stderr: string }>;
}

export interface ReadCallOptions {
  readonly folder: string;
  /** For temporary files. */
  readonly temporary: string;
  readonly modelsFolder: string;
  readonly stdin?: Uint8Array;
}

/** Runs `docfleet read` with pipes instead of a terminal. */
export function callRead(argv: readonly string[], options: ReadCallOptions): ReadCall {
  const { folder, temporary, modelsFolder, stdin } = options;
  const child = spawn(process.execPath, ['--conditions=docfleet-source', main, 'read', ...argv], {
    cwd: folder,
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe'],
    env: {
      // eslint-disable-next-line no-restricted-properties -- a test has no main.ts in front of it
      PATH: process.env['PATH'],
      TMPDIR: temporary,
      MODELS_DIR: modelsFolder,
      DOCFLEET_CALLED_FROM: folder,
    },
  });
  child.stdin.end(stdin);
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const ended = new Promise<Awaited<ReadCall['ended']>>((done, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      done({ code, stdout, stderr });
    });
  });
  return { child, stderr: () => stderr, ended };
}
