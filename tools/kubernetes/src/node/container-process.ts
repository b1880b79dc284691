import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { identify, signalGroup, signalProcess, type ProcessIdentity } from '@docfleet/stack';

/** What is run for a container. */
export interface ProcessCommand {
  readonly command: readonly string[];
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly logFile: string;
}

export interface ProcessEnd {
  readonly exitCode: number;
  /** Why it could not be started. */
  readonly problem?: string;
}

/** Number that Linux gives an end by a signal. */
const signalNumbers: Readonly<Record<string, number>> = { SIGHUP: 1, SIGINT: 2, SIGKILL: 9, SIGTERM: 15 };

/** One life of a container: a process that leads its own group, which ends with it. */
export class ContainerProcess {
  readonly startedAt = new Date();
  readonly identity: ProcessIdentity | undefined;
  /** Resolves when it has ended; never rejects. */
  readonly ended: Promise<ProcessEnd>;
  readonly #child: ChildProcess;

  constructor({ command, folder, environment, logFile }: ProcessCommand) {
    const log = openSync(logFile, 'a');
    const [file = '', ...parts] = command;
    try {
      const stdio = ['ignore', log, log] as const;
      this.#child = spawn(file, parts, { cwd: folder, env: environment, detached: true, stdio: [...stdio] });
    } finally {
      closeSync(log);
    }
    const { pid } = this.#child;
    this.identity = pid === undefined ? undefined : identify(pid);
    this.ended = new Promise((resolve) => {
      this.#child.once('error', (error) => {
        resolve({ exitCode: 127, problem: error.message });
      });
      this.#child.once('exit', (code, signal) => {
        // A container ends with its first process: what that has started ends, too.
        if (pid !== undefined) signalGroup(pid, 'SIGKILL');
        resolve({ exitCode: code ?? 128 + (signalNumbers[signal ?? ''] ?? 0) });
      });
    });
  }

  /** Asks the process to end, and ends it with everything that it has started when the grace is over. */
  async stop(graceMs: number): Promise<void> {
    const { pid } = this.#child;
    if (pid === undefined) return;
    signalProcess(pid, 'SIGTERM');
    const timer = setTimeout(() => {
      this.kill();
    }, graceMs);
    await this.ended;
    clearTimeout(timer);
  }

  kill(): void {
    if (this.#child.pid !== undefined) signalGroup(this.#child.pid, 'SIGKILL');
  }
}
