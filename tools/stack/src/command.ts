import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { Problem } from './problem.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

export interface Command {
  readonly file: string;
  readonly arguments: readonly string[];
  readonly folder?: string;
  /** All variables it gets; default: those of this process. */
  readonly environment?: Environment;
  readonly user?: { readonly uid: number; readonly gid: number };
  /** What it reads from stdin; default: nothing. */
  readonly input?: string;
}

class CommandFailed extends Problem {
  constructor(command: Command, reason: string, output: string) {
    const tail = output.trim().split('\n').slice(-12).join('\n');
    super(`${command.file} ${command.arguments.slice(0, 3).join(' ')} ... ${reason}\n${tail}`);
    this.name = 'CommandFailed';
  }
}

/** Runs to the end and gives what it printed to stdout. @throws CommandFailed with the last lines it printed. */
export function run(command: Command, signal?: AbortSignal): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(command.file, command.arguments, {
      cwd: command.folder,
      ...(command.environment && { env: command.environment }),
      ...(signal && { signal }),
      stdio: ['pipe', 'pipe', 'pipe'],
      ...command.user,
    });
    // A program that does not read its input closes the pipe.
    child.stdin.on('error', () => undefined).end(command.input ?? '');
    let [printed, complaints] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (text: string) => (printed += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (complaints += text));
    child.on('error', (error) => {
      reject(new CommandFailed(command, `could not be run: ${error.message}`, ''));
    });
    child.on('close', (code, signal) => {
      if (code === 0) resolve(printed);
      else
        reject(new CommandFailed(command, `ended with ${signal ?? code ?? 'nothing'}`, printed + complaints));
    });
  });
}

/** Full path of a program on PATH. */
export function findProgram(name: string, searchPath: string): string | undefined {
  return searchPath
    .split(delimiter)
    .filter((folder) => folder !== '')
    .map((folder) => join(folder, name))
    .find((path) => existsSync(path));
}
