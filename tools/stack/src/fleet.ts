import { join } from 'node:path';
import { programEnvironment } from './child-environment.ts';
import { run, type Environment } from './command.ts';
import { SupervisedProcess } from './supervised-process.ts';
import type { Layout } from './layout.ts';
import { Problem } from './problem.ts';
import { urlOf, type Program } from './programs.ts';
import { waitUntil } from './processes.ts';
import type { Progress } from './progress.ts';
import { answersHttp } from './servers/probe.ts';
import { waitForAll } from './wait-for-all.ts';

/** Services resolve the workspace's sources without a build. */
const condition = '--conditions=docfleet-source';

/** Time a service may take to finish its records in process before it is killed. */
const ending = { signal: 'SIGTERM', graceMs: 15_000 } as const;

const readyTimeoutMs = 120_000;

export interface FleetOptions {
  readonly layout: Layout;
  /** Settings of all services; each gets only its own. */
  readonly environment: Environment;
  readonly signal: AbortSignal;
  /** Ends the wait for the others when one fails. */
  readonly abortOthers: (reason: unknown) => void;
  readonly progress: Progress;
  readonly onChange: () => void;
  readonly report: (line: string) => void;
}

/** The services, as processes that are started anew when they end by themselves. */
export class Fleet {
  readonly #options: FleetOptions;
  readonly #processes: SupervisedProcess[] = [];

  constructor(options: FleetOptions) {
    this.#options = options;
  }

  /** Starts the services in order and waits until each says that it is ready. */
  async start(programs: readonly Program[], extra: Environment): Promise<void> {
    const { progress, signal } = this.#options;
    for (const program of programs) {
      signal.throwIfAborted();
      await this.#spawn(program, { ...extra, ...program.environment, HTTP_PORT: String(program.port) });
    }
    const waits = programs.map((program) =>
      progress.step(`service ${program.name}`, () => this.#ready(program.name, urlOf(program))),
    );
    await waitForAll(waits, this.#options.abortOthers);
  }

  async stop(): Promise<void> {
    await Promise.all(this.#processes.map((each) => each.stop()));
  }

  kill(): void {
    for (const each of this.#processes) each.kill();
  }

  processes(): readonly SupervisedProcess[] {
    return this.#processes;
  }

  async #spawn({ name, service }: Program, extra: Environment): Promise<void> {
    const { layout, environment, onChange, report } = this.#options;
    const everything = { ...environment, ...extra };
    const command = {
      file: process.execPath,
      arguments: [condition, join(layout.root, 'services', service, 'src/main.ts')],
      folder: layout.root,
      environment: await programEnvironment(layout.root, `services/${service}`, everything),
    };
    const logFile = join(layout.logs, `${name}.log`);
    this.#processes.push(new SupervisedProcess({ name, command, logFile, ending, onChange, report }));
    onChange();
  }

  async #ready(name: string, url: string): Promise<void> {
    const isReady = async (): Promise<boolean> => {
      this.#options.signal.throwIfAborted();
      return answersHttp(`${url}/ready`);
    };
    if (await waitUntil(isReady, readyTimeoutMs)) return;
    const { layout } = this.#options;
    const service = this.#processes.find((each) => each.name === name);
    throw new Problem(
      `Service ${name} was not ready after ${readyTimeoutMs / 1000} s. The end of its log (${layout.logs}/${name}.log):\n${service?.logTail() ?? ''}`,
    );
  }
}

export interface ToolRun {
  readonly layout: Layout;
  /** Folder below `tools`. */
  readonly tool: string;
  readonly arguments?: readonly string[];
  readonly environment: Environment;
  readonly signal: AbortSignal;
}

/** Runs another tool of the workspace to its end. @throws CommandFailed with its last lines. */
export async function runTool(options: ToolRun): Promise<void> {
  const { layout, environment, signal } = options;
  const main = join(layout.root, 'tools', options.tool, 'src/main.ts');
  await run(
    {
      file: process.execPath,
      arguments: [condition, main, ...(options.arguments ?? [])],
      folder: layout.root,
      environment,
    },
    signal,
  );
}
