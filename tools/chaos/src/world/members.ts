import { join } from 'node:path';
import {
  isRunning,
  SupervisedProcess,
  signalGroup,
  signalProcess,
  waitUntil,
  type Environment,
  type Layout,
  type ServiceName,
} from '@docfleet/stack';

/** Time a member may take to finish what it holds before it is killed. */
const ending = { signal: 'SIGTERM', graceMs: 40_000 } as const;

export interface Member {
  readonly name: string;
  readonly service: string;
  /** `http://127.0.0.1:port`. */
  readonly url: string;
}

export interface MembersOptions {
  readonly layout: Layout;
  readonly environment: Environment;
  /** Where the tool listens to its members. */
  readonly controlPort: number;
  readonly onChange: () => void;
  readonly report: (line: string) => void;
}

/** How a member is run; the services by default. */
export interface MemberStart {
  readonly name: string;
  readonly service: string;
  readonly port: number;
  /** Below the repository's root. */
  readonly main?: string;
  readonly environment?: Environment;
}

/** The services' processes, kept running, with the boundaries put into them from outside. */
export class Members {
  readonly #options: MembersOptions;
  readonly #kept = new Map<string, SupervisedProcess>();
  readonly #members = new Map<string, Member>();

  constructor(options: MembersOptions) {
    this.#options = options;
  }

  start(given: MemberStart): Member {
    const { layout, environment, controlPort, onChange, report } = this.#options;
    const { name, service, port, main = `services/${service}/src/main.ts` } = given;
    const preload = new URL('../preload/main.ts', import.meta.url);
    preload.searchParams.set('port', String(controlPort));
    preload.searchParams.set('member', name);
    const command = {
      file: process.execPath,
      arguments: ['--conditions=docfleet-source', '--import', preload.href, join(layout.root, main)],
      folder: layout.root,
      environment: {
        ...environment,
        ...given.environment,
        HTTP_PORT: String(port),
      },
    };
    const logFile = join(layout.logs, `${name}.log`);
    this.#kept.set(name, new SupervisedProcess({ name, command, logFile, ending, onChange, report }));
    const member = { name, service, url: `http://127.0.0.1:${port}` };
    this.#members.set(name, member);
    onChange();
    return member;
  }

  /** Ends it with the usual signal; resolves when it is gone. */
  async stop(name: string): Promise<void> {
    const kept = this.#kept.get(name);
    this.#kept.delete(name);
    this.#members.delete(name);
    await kept?.stop();
  }

  async stopAll(): Promise<void> {
    await Promise.all([...this.#kept.keys()].map((name) => this.stop(name)));
  }

  /** Kills the process and what it started; it comes up again by itself. Gives false when none ran. */
  kill(name: string): boolean {
    const identity = this.#kept.get(name)?.identity;
    if (identity === undefined) return false;
    signalGroup(identity.pid, 'SIGKILL');
    return true;
  }

  /** Kills it for good, and forgets it. */
  async killForGood(name: string): Promise<void> {
    this.#kept.get(name)?.kill();
    await this.stop(name);
  }

  /** Stops the process where it stands, as a paused machine would, for some time. */
  async freeze(name: string, forMs: number): Promise<void> {
    const identity = this.#kept.get(name)?.identity;
    if (identity === undefined) return;
    signalProcess(identity.pid, 'SIGSTOP');
    await new Promise((resolve) => setTimeout(resolve, forMs));
    if (isRunning(identity)) signalProcess(identity.pid, 'SIGCONT');
  }

  /** How often the member's process has ended by itself. */
  endsOf(name: string): number {
    return this.#kept.get(name)?.ends ?? 0;
  }

  /** Waits until the member's process has ended once more than `before`; false when the time is over. */
  untilEnded(name: string, before: number, timeoutMs: number): Promise<boolean> {
    return waitUntil(() => this.endsOf(name) > before, timeoutMs);
  }

  all(): readonly Member[] {
    return [...this.#members.values()];
  }

  of(service: ServiceName): readonly Member[] {
    return this.all().filter((member) => member.service === service);
  }

  find(name: string): Member | undefined {
    return this.#members.get(name);
  }

  killAll(): void {
    for (const kept of this.#kept.values()) kept.kill();
  }

  processes(): readonly SupervisedProcess[] {
    return [...this.#kept.values()];
  }
}
