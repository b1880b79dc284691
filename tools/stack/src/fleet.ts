import { join } from 'node:path';
import { run, type Environment } from './command.ts';
import { KeptProcess } from './kept-process.ts';
import type { Layout } from './layout.ts';
import type { ServiceName } from './names.ts';
import { Problem } from './problem.ts';
import { waitUntil } from './processes.ts';
import type { Progress } from './progress.ts';
import { answersHttp } from './servers/probe.ts';
import { together } from './together.ts';

/** Services resolve the workspace's sources without a build. */
const condition = '--conditions=docfleet-source';

/** Time a service may take to finish what it holds before it is killed. */
const ending = { signal: 'SIGTERM', graceMs: 15_000 } as const;

const readyTimeoutMs = 120_000;

export interface FleetOptions {
  readonly layout: Layout;
  readonly environment: Environment;
  readonly signal: AbortSignal;
  /** Ends the wait for the others when one fails. */
  readonly giveUp: (reason: unknown) => void;
  readonly progress: Progress;
  readonly onChange: () => void;
  readonly report: (line: string) => void;
}

/** The services, as processes that are kept running. */
export class Fleet {
  readonly #options: FleetOptions;
  readonly #kept: KeptProcess[] = [];

  constructor(options: FleetOptions) {
    this.#options = options;
  }

  /** Starts the services in order and waits until each says that it is ready. */
  async start(urls: ReadonlyMap<ServiceName, string>, extra: Environment): Promise<void> {
    const { progress, signal } = this.#options;
    for (const [name, url] of urls) {
      signal.throwIfAborted();
      this.#spawn(name, { ...extra, HTTP_PORT: new URL(url).port });
    }
    const waits = [...urls].map(([name, url]) =>
      progress.step(`service ${name}`, () => this.#ready(name, url)),
    );
    await together(waits, this.#options.giveUp);
  }

  async stop(): Promise<void> {
    await Promise.all(this.#kept.map((kept) => kept.stop()));
  }

  kill(): void {
    for (const kept of this.#kept) kept.kill();
  }

  processes(): readonly KeptProcess[] {
    return this.#kept;
  }

  #spawn(name: ServiceName, extra: Environment): void {
    const { layout, environment, onChange, report } = this.#options;
    const command = {
      file: process.execPath,
      arguments: [condition, join(layout.root, 'services', name, 'src/main.ts')],
      folder: layout.root,
      environment: { ...environment, ...extra },
    };
    const logFile = join(layout.logs, `${name}.log`);
    this.#kept.push(new KeptProcess({ name, command, logFile, ending, onChange, report }));
    onChange();
  }

  async #ready(name: ServiceName, url: string): Promise<void> {
    const isReady = async (): Promise<boolean> => {
      this.#options.signal.throwIfAborted();
      return answersHttp(`${url}/ready`);
    };
    if (await waitUntil(isReady, readyTimeoutMs)) return;
    const kept = this.#kept.find((each) => each.name === name);
    throw new Problem(
      `Service ${name} was not ready after ${readyTimeoutMs / 1000} s; its log says:\n${kept?.logTail() ?? ''}`,
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
