import { join } from 'node:path';
import { SupervisedProcess } from '../supervised-process.ts';
import type { ServerName } from '../names.ts';
import { Problem } from '../problem.ts';
import { waitUntil } from '../processes.ts';
import { holdingLock } from '../lock.ts';
import { bringSandbox, meetPrerequisites } from '../provision/prerequisites.ts';
import { waitForAll } from '../wait-for-all.ts';
import { addressOf } from './address.ts';
import { kafka } from './kafka.ts';
import type { NativeServer, Site } from './native-server.ts';
import { postgres } from './postgres.ts';
import type { ServerProvider } from './provider.ts';
import { redis } from './redis.ts';
import { registry } from './registry.ts';
import { s3 } from './s3.ts';

const servers: Readonly<Record<ServerName, NativeServer>> = { kafka, registry, postgres, redis, s3 };

/** Another start may be downloading the same servers at the moment. */
const provisionWaitMs = 15 * 60_000;

const readyTimeoutMs = 120_000;

export interface NativeProviderOptions {
  readonly site: Site;
  /** Called when a process started or ended. */
  readonly onChange: () => void;
  readonly report: (line: string) => void;
}

/** Servers as processes of this machine: from Maven artifacts, Python wheels and the system's packages. */
export class NativeProvider implements ServerProvider {
  readonly #options: NativeProviderOptions;
  readonly #processes = new Map<ServerName, SupervisedProcess>();

  constructor(options: NativeProviderOptions) {
    this.#options = options;
  }

  async provision(names: readonly ServerName[]): Promise<void> {
    const { report } = this.#options;
    const { machine } = this.#options.site;
    await bringSandbox(machine, report);
    await meetPrerequisites(
      machine,
      names.flatMap((name) => servers[name].needs),
    );
    if (names.length === 0) return;
    await holdingLock(join(machine.servers, 'lock'), provisionWaitMs, async () => {
      const fetched = names.map((name) => servers[name]);
      const steps = fetched.map((server) =>
        machine.progress.step(`${server.title}: files`, () => server.provision(machine)),
      );
      await waitForAll(steps, machine.abortOthers);
    });
  }

  async start(name: ServerName): Promise<void> {
    const { site, onChange, report } = this.#options;
    const server = servers[name];
    const command = await server.prepare(site);
    site.machine.signal.throwIfAborted();
    const logFile = this.#logFile(name);
    this.#processes.set(
      name,
      new SupervisedProcess({ name, command, logFile, ending: server.ending, onChange, report }),
    );
    onChange();
  }

  async ready(name: ServerName): Promise<string> {
    const { site } = this.#options;
    const server = this.#processes.get(name);
    if (server === undefined) throw new Error(`${name} was not started`);
    const isReady = (): Promise<boolean> => servers[name].isReady(site, this.#logFile(name));
    const done = await waitUntil(async () => {
      site.machine.signal.throwIfAborted();
      return server.ends > 0 || (await isReady());
    }, readyTimeoutMs);
    if (!done || server.ends > 0) {
      const what = done ? 'ended while it started' : `did not answer within ${readyTimeoutMs / 1000} s`;
      throw new Problem(
        `${servers[name].title} ${what}. The end of its log (${this.#logFile(name)}):\n${server.logTail()}`,
      );
    }
    return addressOf(name, site.ports, site.secrets);
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#processes.values()].map((each) => each.stop()));
  }

  kill(): void {
    for (const each of this.#processes.values()) each.kill();
  }

  processes(): readonly SupervisedProcess[] {
    return [...this.#processes.values()];
  }

  #logFile(name: ServerName): string {
    return join(this.#options.site.layout.logs, `${name}.log`);
  }
}
