import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  baseEnvironment,
  isRunning,
  Problem,
  runningOf,
  SupervisedProcess,
  waitUntil,
  writeRunning,
  type Environment,
} from '@docfleet/stack';

const ending = { signal: 'SIGTERM', graceMs: 10_000 } as const;
const readyMs = 180_000;

export interface ClusterProcessesOptions {
  readonly logs: string;
  /** Folder that the processes run in. */
  readonly folder: string;
  /** Record of what runs, by which the next start ends what an interrupted one left. */
  readonly record: string;
  readonly environment: Environment;
  readonly signal: AbortSignal;
  readonly report: (line: string) => void;
}

export interface ClusterProcess {
  readonly name: string;
  readonly file: string;
  readonly arguments: readonly string[];
  readonly environment?: Environment;
  readonly isReady: () => boolean | Promise<boolean>;
}

/** The processes of a control plane and of what extends it, started in order and ended in the opposite one. */
export class ClusterProcesses {
  readonly #options: ClusterProcessesOptions;
  readonly #processes: SupervisedProcess[] = [];

  constructor(options: ClusterProcessesOptions) {
    this.#options = options;
    mkdirSync(options.logs, { recursive: true });
    mkdirSync(options.folder, { recursive: true });
  }

  /** Starts a process and waits until it is ready. @throws Problem with the end of its log */
  async start(process: ClusterProcess): Promise<void> {
    const { logs, folder, environment, signal, report } = this.#options;
    const { name, file, isReady } = process;
    const started = new SupervisedProcess({
      name,
      command: {
        file,
        arguments: process.arguments,
        folder,
        environment: { ...baseEnvironment(environment), ...process.environment },
      },
      logFile: join(logs, `${name}.log`),
      ending,
      onChange: () => {
        this.#record();
      },
      report,
    });
    this.#processes.push(started);
    this.#record();
    const isUp = await waitUntil(async () => {
      signal.throwIfAborted();
      return started.ends > 2 || (await isReady());
    }, readyMs);
    if (isUp && started.ends <= 2) return;
    const reason = started.ends > 2 ? 'ends by itself' : `is not ready after ${readyMs / 1000} s`;
    throw new Problem(`${name} ${reason}. The end of its log (${logs}/${name}.log):\n${started.logTail()}`);
  }

  /** Ends one process by its name. */
  async stop(name: string): Promise<void> {
    await this.#processes.find((each) => each.name === name)?.stop();
  }

  async stopAll(): Promise<void> {
    for (const each of this.#processes.toReversed()) await each.stop();
  }

  killAll(): void {
    for (const each of this.#processes) each.kill();
  }

  /** Resident memory of the processes that run, in MiB by name (Linux). */
  memory(): ReadonlyMap<string, number> {
    return new Map(
      this.#processes.flatMap(({ name, identity }) => {
        const status = `/proc/${identity?.pid ?? 0}/status`;
        if (identity === undefined || !isRunning(identity) || !existsSync(status)) return [];
        const kibibytes = /^VmHWM:\s+(?<kib>\d+)/m.exec(readFileSync(status, 'utf8'))?.groups?.['kib'];
        return [[name, Math.round(Number(kibibytes ?? 0) / 1024)] as const];
      }),
    );
  }

  #record(): void {
    writeRunning(this.#options.record, runningOf(this.#processes));
  }
}
