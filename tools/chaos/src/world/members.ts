import { join } from 'node:path';
import {
  isRunning,
  programEnvironment,
  SupervisedProcess,
  signalGroup,
  signalProcess,
  waitUntil,
  type Environment,
  type Layout,
  type ServiceName,
} from '@docfleet/stack';

/** Time limit of a member to drain before it is killed. */
const ending = { signal: 'SIGTERM', graceMs: 40_000 } as const;

export interface Member {
  readonly name: string;
  readonly service: string;
  /** `http://127.0.0.1:port`. */
  readonly url: string;
}

export interface MembersOptions {
  readonly layout: Layout;
  /** Settings of all services; each gets only its own. */
  readonly environment: Environment;
  /** A variable of every process, by which what is left over is found. */
  readonly mark: Environment;
  /** Port of the control connection. */
  readonly controlPort: number;
  readonly onChange: () => void;
  readonly report: (line: string) => void;
}

/** How a member is started; default: as a service. */
export interface MemberStart {
  readonly name: string;
  readonly service: string;
  readonly port: number;
  /** Below the repository's root. */
  readonly main?: string;
  readonly environment?: Environment;
}

/** The module that is loaded into a service before its own code, for `node --import`. */
export function preloadUrl(controlPort: number, member: string): string {
  const { href } = new URL('../preload/main.ts', import.meta.url);
  return `${href}?port=${controlPort}&member=${member}`;
}

/** The processes of services, restarted when they exit, with boundaries added by a preload. */
export class Members {
  readonly #options: MembersOptions;
  readonly #kept = new Map<string, SupervisedProcess>();
  readonly #members = new Map<string, Member>();

  constructor(options: MembersOptions) {
    this.#options = options;
  }

  async start(given: MemberStart): Promise<Member> {
    const { layout, environment, mark, controlPort, onChange, report } = this.#options;
    const { name, service, port, main = `services/${service}/src/main.ts` } = given;
    const everything = { ...environment, ...given.environment, HTTP_PORT: String(port) };
    const own = await programEnvironment(layout.root, `services/${service}`, everything);
    const command = {
      file: process.execPath,
      arguments: [
        '--conditions=docfleet-source',
        '--import',
        preloadUrl(controlPort, name),
        join(layout.root, main),
      ],
      folder: layout.root,
      environment: { ...own, ...mark },
    };
    const logFile = join(layout.logs, `${name}.log`);
    this.#kept.set(name, new SupervisedProcess({ name, command, logFile, ending, onChange, report }));
    const member = { name, service, url: `http://127.0.0.1:${port}` };
    this.#members.set(name, member);
    onChange();
    return member;
  }

  /** Stops it with SIGTERM; resolves when it has exited. */
  async stop(name: string): Promise<void> {
    const kept = this.#kept.get(name);
    this.#kept.delete(name);
    this.#members.delete(name);
    await kept?.stop();
  }

  async stopAll(): Promise<void> {
    await Promise.all([...this.#kept.keys()].map((name) => this.stop(name)));
  }

  /** Kills the process and its children; it is restarted. Returns false when none was running. */
  kill(name: string): boolean {
    const identity = this.#kept.get(name)?.identity;
    if (identity === undefined) return false;
    signalGroup(identity.pid, 'SIGKILL');
    return true;
  }

  /** Kills it without a restart, and removes it. */
  async killWithoutRestart(name: string): Promise<void> {
    this.#kept.get(name)?.kill();
    await this.stop(name);
  }

  /** Pauses the process for some time, as a paused virtual machine. */
  async freeze(name: string, forMs: number): Promise<void> {
    const identity = this.#kept.get(name)?.identity;
    if (identity === undefined) return;
    signalProcess(identity.pid, 'SIGSTOP');
    await new Promise((resolve) => setTimeout(resolve, forMs));
    if (isRunning(identity)) signalProcess(identity.pid, 'SIGCONT');
  }

  /** The member's process, while it runs. */
  pidOf(name: string): number | undefined {
    return this.#kept.get(name)?.identity?.pid;
  }

  /** Number of times that the member's process has exited by itself. */
  endsOf(name: string): number {
    return this.#kept.get(name)?.ends ?? 0;
  }

  /** Waits until the member's process has exited more than `before` times; false after `timeoutMs`. */
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
