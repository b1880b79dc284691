import type { ChildProcess } from 'node:child_process';
import { existsSync, readFileSync, renameSync } from 'node:fs';
import { restartDelayMs } from './back-off.ts';
import { endWithOwner, hasEnded } from './end-with-owner.ts';
import { endProcess, identify, signalGroup, type Ending, type ProcessIdentity } from './processes.ts';
import type { ServerCommand } from './servers/native-server.ts';
import { spawnServer } from './servers/spawn-server.ts';

export interface SupervisedProcessOptions {
  readonly name: string;
  readonly command: ServerCommand;
  readonly logFile: string;
  readonly ending: Ending;
  /** Called after every start and end. */
  readonly onChange: () => void;
  /** One line for a person. */
  readonly report: (line: string) => void;
}

/** A process that is restarted, with growing pauses, whenever it ends by itself, and that ends with the process that supervises it. */
export class SupervisedProcess {
  readonly name: string;
  readonly #options: SupervisedProcessOptions;
  #identity: ProcessIdentity | undefined;
  /** Resolves when the process has ended and has been reaped, so that no zombie stays. */
  #gone: Promise<unknown> = Promise.resolve();
  #restart: NodeJS.Timeout | undefined;
  #waitedMs = 0;
  #ends = 0;
  #stopping = false;

  /** Starts it. The log of the run before becomes `<name>.1.log`. */
  constructor(options: SupervisedProcessOptions) {
    this.name = options.name;
    this.#options = options;
    const { logFile } = options;
    if (existsSync(logFile)) renameSync(logFile, logFile.replace(/\.log$/, '.1.log'));
    this.#start();
  }

  /** The process that runs now; undefined while it waits for its next start. */
  get identity(): ProcessIdentity | undefined {
    return this.#identity;
  }

  /** How often it ended by itself. */
  get ends(): number {
    return this.#ends;
  }

  /** The last lines it wrote. */
  logTail(lines = 15): string {
    if (!existsSync(this.#options.logFile)) return '';
    return readFileSync(this.#options.logFile, 'utf8').trimEnd().split('\n').slice(-lines).join('\n');
  }

  /** Ends it for good, with everything it started. */
  async stop(): Promise<void> {
    this.#stopping = true;
    clearTimeout(this.#restart);
    if (this.#identity !== undefined) {
      await endProcess(this.#identity, this.#options.ending);
      await this.#gone;
    }
    this.#identity = undefined;
    this.#options.onChange();
  }

  /** Ends it at once, without waiting. */
  kill(): void {
    this.#stopping = true;
    clearTimeout(this.#restart);
    if (this.#identity !== undefined) signalGroup(this.#identity.pid, 'SIGKILL');
  }

  #start(): void {
    const startedAt = performance.now();
    const child = spawnServer(this.#options.command, this.#options.logFile);
    if (child.pid !== undefined) endWithOwner(child.pid);
    this.#identity = child.pid === undefined ? undefined : identify(child.pid);
    const gone = Promise.withResolvers<undefined>();
    this.#gone = gone.promise;
    let ended = false;
    const onEnd = (reason: string): void => {
      if (ended) return;
      ended = true;
      gone.resolve(undefined);
      this.#ended(child, reason, performance.now() - startedAt);
    };
    child.once('error', (error) => {
      onEnd(error.message);
    });
    child.once('exit', (code, signal) => {
      onEnd(signal ?? `code ${String(code)}`);
    });
    this.#options.onChange();
  }

  #ended(child: ChildProcess, reason: string, livedMs: number): void {
    // What it had started would hold its ports and files.
    if (child.pid !== undefined) {
      signalGroup(child.pid, 'SIGKILL');
      hasEnded(child.pid);
    }
    if (this.#stopping) return;
    this.#identity = undefined;
    this.#ends += 1;
    this.#waitedMs = restartDelayMs(this.#waitedMs, livedMs);
    this.#options.report(
      `${this.name} ended (${reason}); restarting it in ${this.#waitedMs / 1000} s. Its log: ${this.#options.logFile}`,
    );
    this.#restart = setTimeout(() => {
      this.#start();
    }, this.#waitedMs);
    this.#options.onChange();
  }
}
