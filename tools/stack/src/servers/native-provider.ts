import { join } from 'node:path';
import { KeptProcess } from '../kept-process.ts';
import type { ServerName } from '../names.ts';
import { Problem } from '../problem.ts';
import { waitUntil } from '../processes.ts';
import { holdingLock } from '../lock.ts';
import { meetPrerequisites } from '../provision/prerequisites.ts';
import { together } from '../together.ts';
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
  readonly #kept = new Map<ServerName, KeptProcess>();

  constructor(options: NativeProviderOptions) {
    this.#options = options;
  }

  async provision(names: readonly ServerName[]): Promise<void> {
    const { machine } = this.#options.site;
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
      await together(steps, machine.giveUp);
    });
  }

  async start(name: ServerName): Promise<void> {
    const { site, onChange, report } = this.#options;
    const server = servers[name];
    const command = await server.prepare(site);
    site.machine.signal.throwIfAborted();
    const logFile = this.#logFile(name);
    this.#kept.set(
      name,
      new KeptProcess({ name, command, logFile, ending: server.ending, onChange, report }),
    );
    onChange();
  }

  async ready(name: ServerName): Promise<string> {
    const { site } = this.#options;
    const kept = this.#kept.get(name);
    if (kept === undefined) throw new Error(`${name} was not started`);
    const isReady = (): Promise<boolean> => servers[name].isReady(site, this.#logFile(name));
    const done = await waitUntil(async () => {
      site.machine.signal.throwIfAborted();
      return kept.ends > 0 || (await isReady());
    }, readyTimeoutMs);
    if (!done || kept.ends > 0) {
      const what = done ? 'ended while it started' : `did not answer within ${readyTimeoutMs / 1000} s`;
      throw new Problem(`${servers[name].title} ${what}; ${this.#logFile(name)} says:\n${kept.logTail()}`);
    }
    return addressOf(name, site.ports, site.secrets);
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#kept.values()].map((kept) => kept.stop()));
  }

  kill(): void {
    for (const kept of this.#kept.values()) kept.kill();
  }

  processes(): readonly KeptProcess[] {
    return [...this.#kept.values()];
  }

  #logFile(name: ServerName): string {
    return join(this.#options.site.layout.logs, `${name}.log`);
  }
}
